/** The help texts: one page, and one for each command. What they promise, the tests hold the command to. */
import type { Verb } from "./arguments.js";

const commonText = `Flags of all commands:
  -n, --namespace NAME     namespace of the restore (default: the context's, else "default")
      --context NAME       context of the kubeconfig
      --kubeconfig PATH    kubeconfig (default: as kubectl finds it)
  -o, --output FORMAT      text (default) or json: one JSON object per line
  -h, --help               this text

Exit codes: 0 done; 1 failed or refused; 2 wrong usage or a document that is not valid;
  3 left unfinished (resume goes on); 130 cancelled with Ctrl-C, everything given back`;

const overview = `neo4j-restore: restores Neo4j databases on Kubernetes

  neo4j-restore plan -f FILE       look only: what a run would do, cost and be refused for
  neo4j-restore run -f FILE        restore, or go on with a restore that was left
  neo4j-restore status NAME        how a restore stands
  neo4j-restore undo NAME          put the previous data back
  neo4j-restore discard NAME       remove the previous data for good
  neo4j-restore resume NAME        go on with a restore that was left or failed
  neo4j-restore release NAME       give the service back and the target free

FILE is the custom resource's YAML (kind: Neo4jRestore); NAME is its metadata.name.
"neo4j-restore COMMAND --help" tells more.

${commonText}
`;

const texts: Readonly<Record<Verb, string>> = {
  plan: `neo4j-restore plan -f FILE [--trigger TEXT] [--mode MODE]

Looks at the document and at the cluster, and tells what a run would do: the steps, the calls of
neo4j-admin, the databases that the hooks' statements go to, what stops serving, what would be
lost, and everything that is in the way, all at once. It writes, locks and starts nothing.

  -f, --file FILE          the restore's YAML; - reads standard input
      --trigger TEXT       as for run
      --mode MODE          as for run

It ends with 0 where a run could begin now (or has nothing to do), with 1 where something is in
the way.
`,
  run: `neo4j-restore run -f FILE [--trigger TEXT] [--mode MODE]

Restores, and waits for the end. Running it again never restores twice: a restore that is done
stays done, one that was left or failed goes on.

  -f, --file FILE          the restore's YAML; - reads standard input
      --trigger TEXT       any new text restores again what is already restored
      --mode MODE          direct: this command drives the restore (default); operator: the operator
                           in the cluster does, and this command waits for its end. Ctrl-C then
                           leaves, and the operator goes on

Ctrl-C (or SIGTERM) ends a direct restore: until the restored data is opened everything is given
back, and the command waits for that. A second Ctrl-C leaves at once where the database serves, else
as soon as it does; a third one leaves whatever the state, and says what goes on with it.
`,
  status: `neo4j-restore status NAME

Tells how a restore stands, from its journal in the cluster. It ends with 1 where the restore
failed or does not exist.
`,
  undo: `neo4j-restore undo NAME

Puts back the data that the restore has replaced, as long as it is kept (status tells until when).
The restored data, with what was written to it since, is set aside. The database is down for the
moment of the swap.
`,
  discard: `neo4j-restore discard NAME
neo4j-restore discard --target TARGET --database DATABASE [--run RUNID]

Removes the replaced data for good and frees its space. After this there is no undo.

The second form is for data of a restore that is gone (after pulumi destroy, say). Without --run it
removes nothing and tells what the target's ledger has, with the command for each.

      --target TARGET      the clusterRef of the restore
      --database DATABASE  the database that was replaced
      --run RUNID          the run that set the data aside
`,
  resume: `neo4j-restore resume NAME [--skip-hook | --repeat-hook]

Goes on with a restore that was left (a closed laptop, a killed process) or failed, where it
stopped.

      --skip-hook          the statement whose answer was lost counts as done
      --repeat-hook        the statement whose answer was lost is run again
`,
  release: `neo4j-restore release NAME [--force]

Ends a restore: gives everything back as it was and frees the target for others. Where another
process drives it, that one is asked to, and waited for.

      --force              last resort, where giving back is impossible: only frees the target,
                           leaves stores and servers as they are, and says what to do by hand
`,
};

export function helpText(verb?: Verb): string {
  return verb ? `${texts[verb]}\n${commonText}\n` : overview;
}

/** What a wrong call is answered with: few lines, so that the complaint above them is seen. */
export function usageText(verb?: Verb): string {
  if (!verb) return overview.slice(0, overview.indexOf("FILE is")).replace(/^.*\n\n/, "") + more("");
  return `  ${texts[verb].split("\n", 1).join("")}\n\n${more(`${verb} `)}`;
}

const more = (verb: string): string => `"neo4j-restore ${verb}--help" tells more.\n`;
