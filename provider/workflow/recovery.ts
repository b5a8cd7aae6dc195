/** What to type when only a person can go on: where the old store lies and the commands, from the state alone. */
import { bounded, sizeOf } from "../plan/bounds.js";
import { keptKey, keptName } from "../plan/names.js";
import { jobPaths } from "../plan/restore-job.js";
import { setsAside } from "../plan/strategy.js";
import type { Fault } from "./faults.js";
import { keptText } from "./kept.js";
import { touchedByUndo } from "./progression.js";
import type { RunState } from "./state.js";
import { startOf } from "./way-back-facts.js";

/** Where going back on a cluster is described. */
export const byHand = "docs/clusters.md says how to go back by hand";

/** Said at the end of the run, and to whoever asks for undo. */
export const notKept = "the previous store was not kept: less than a fifth of its volume was free";

/** Bytes of each message that is quoted above the commands. */
const quoted = 1024;

/** The message of RollbackIncomplete. */
export function giveUpMessage(state: RunState, fault: Fault): string {
  const undo = state.flow === "reinstate" ? "undo did not finish: " : "";
  // What others said must not crowd out what to type.
  const original = state.fault ? `${undo}${bounded(state.fault.message, quoted)}; ` : "";
  const why = bounded(fault.message, quoted);
  return `${original}giving back stopped at step ${state.step}: ${why}\n${recoveryCommands(state).join("\n")}`;
}

export function recoveryCommands(state: RunState): readonly string[] {
  const { target, returnState, swapped, strategy, scaledDown, dropped } = state.facts;
  const again = `neo4j-restore resume ${state.name} --namespace ${state.namespace}`;
  const commands = [`Go on with: ${again}`];
  if (touchedByUndo(state)) return [...commands, ...afterUndo(state)];
  // Started before that, the database would serve what was restored, or half of it.
  const aside = swapped !== false && setsAside(strategy);
  if (aside) {
    commands.push(
      `If anything lies under ${jobPaths.data}/.neo4j-restore/${state.runId}/previous on the volume of ${target?.pod ?? "the target"}, the old store is still aside: put it back before the database is started (docs/undo.md, "Without this tool")`,
    );
  }
  const other = anotherStore(state);
  if (other !== undefined) commands.push(other);
  if (scaledDown === true && target && returnState) {
    commands.push(
      `The server is scaled to 0: kubectl -n ${state.namespace} scale statefulset/${target.statefulSet} --replicas=${returnState.replicas}`,
    );
  }
  if (dropped === true) commands.push(...createAgain(state));
  else if (returnState?.existed)
    commands.push(
      `${aside || other !== undefined ? "Only then: " : ""}START DATABASE \`${returnState.database}\` on system, then ALTER DATABASE \`${returnState.database}\` SET ACCESS ${returnState.access === "read-only" ? "READ ONLY" : "READ WRITE"}`,
    );
  commands.push(`Last resort: neo4j-restore release ${state.name} --namespace ${state.namespace} --force`);
  return commands;
}

/** What serves in the old store's place is not the old store: it was told, and is read-only. */
function anotherStore(state: RunState): string | undefined {
  const { foundTxn } = startOf(state) ?? {};
  const { target, returnState, lostTxn, undo } = state.facts;
  if (foundTxn === undefined) return undefined;
  const wanted = (state.flow === "reinstate" ? undo?.lastTxn : lostTxn) ?? "";
  return `What serves as \`${returnState?.database ?? ""}\` ends with transaction ${foundTxn}, and was made read-only because it is not the store that was stopped. Find that one, which ends with ${wanted}, under ${jobPaths.data}/.neo4j-restore on the volume of ${target?.pod ?? "the target"} or on a volume that it had before; STOP DATABASE, and put it in place (docs/undo.md, "Without this tool")`;
}

/** Of an undo that was broken off, or could not give back: which store lies where, and what starts it. */
function afterUndo(state: RunState): readonly string[] {
  const { name, namespace, runId } = state;
  const { undo, target, returnState } = state.facts;
  const other = anotherStore(state);
  const folder = `/data/.neo4j-restore/${runId}`;
  const where = {
    restored: `The restored store is in its place, the previous one under ${folder}/previous`,
    between: `The stores were changing places: the previous one is in its place or under ${folder}/previous, the restored one in its place or under ${folder}/rejected; docs/undo.md says how to move them by hand`,
    previous: `The previous store is in its place, the restored one under ${folder}/rejected; docs/undo.md says how to move them by hand`,
  }[undo?.inPlace ?? "restored"];
  const database = returnState?.database ?? "";
  return [
    `${where}, on the volume of ${target?.pod ?? "the target"}`,
    ...(other === undefined ? [] : [other]),
    ...(undo
      ? [
          `START DATABASE \`${database}\` on system, then ALTER DATABASE \`${database}\` SET ACCESS ${undo.access === "read-only" ? "READ ONLY" : "READ WRITE"}`,
        ]
      : []),
    `Last resort: neo4j-restore release ${name} --namespace ${namespace} --force`,
  ];
}

/** On a cluster, after DROP DATABASE: the old store comes back the way the new one would have come. */
function createAgain(state: RunState): readonly string[] {
  const { facts, runId } = state;
  const { attachments, returnState, target } = facts;
  const name = returnState?.database ?? "";
  const { primaries, secondaries = 0, language } = attachments ?? {};
  const spoken = language === undefined ? "" : ` DEFAULT LANGUAGE CYPHER ${language}`;
  const topology =
    primaries === undefined ? "" : ` TOPOLOGY ${primaries} PRIMARIES ${secondaries} SECONDARIES`;
  return [
    `If SHOW DATABASE \`${name}\` shows nothing: move databases, transactions and scripts from /data/.neo4j-restore/${runId}/previous to /data/<folder>/${name} of pod ${target?.pod ?? ""}, then on system: CREATE DATABASE \`${name}\`${spoken}${topology} OPTIONS {existingData: 'use', existingDataSeedServer: '${target?.serverId ?? ""}'}`,
    ...shortList(state, [
      ...(attachments?.aliases ?? []).map(
        (alias) => `CREATE ALIAS \`${alias.name}\` FOR DATABASE \`${name}\``,
      ),
      ...(attachments?.privileges ?? []),
    ]),
  ];
}

/** As many as a person types; of more than that, where all of them lie. */
function shortList(
  { name, namespace, runId, facts }: RunState,
  commands: readonly string[],
): readonly string[] {
  const listed = 10;
  if (commands.length <= listed && commands.every((command) => sizeOf(command) <= quoted)) return commands;
  const secret = keptName(name, 0);
  const key = keptKey(keptText(facts)?.digest ?? "");
  const { pod = "", container = "" } = facts.target ?? {};
  const file = `${jobPaths.data}/.neo4j-restore/${runId}/kept`;
  return [
    `Then the ${commands.length} commands that give its aliases and privileges back. They lie as JSON in Secret ${secret} (where it is large, in ${keptName(name, 1)} and so on as well): kubectl -n ${namespace} get secret ${secret} -o jsonpath='{.data.${key}}' | base64 -d | gunzip`,
    `The same on the volume: kubectl -n ${namespace} exec ${pod} -c ${container} -- cat ${file} | base64 -d | gunzip`,
  ];
}
