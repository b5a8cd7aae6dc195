/** What to type when only a person can go on: where the old store lies and the commands, from the state alone. */
import { jobPaths } from "../plan/restore-job.js";
import { setsAside } from "../plan/strategy.js";
import type { Fault } from "./faults.js";
import type { RunState } from "./state.js";

/** Where going back on a cluster is described. */
export const byHand = "docs/clusters.md says how to go back by hand";

/** Said at the end of the run, and to whoever asks for undo. */
export const notKept = "the previous store was not kept: less than a fifth of its volume was free";

/** The message of RollbackIncomplete. */
export function giveUpMessage(state: RunState, fault: Fault): string {
  const original = state.fault ? `${state.fault.message}; ` : "";
  return `${original}giving back stopped at step ${state.step}: ${fault.message}\n${recoveryCommands(state).join("\n")}`;
}

export function recoveryCommands(state: RunState): readonly string[] {
  const { target, returnState, swapped, strategy, scaledDown, dropped } = state.facts;
  const again = `neo4j-restore resume ${state.name} --namespace ${state.namespace}`;
  const commands = [`Go on with: ${again}`];
  // Started before that, the database would serve what was restored, or half of it.
  const aside = swapped !== false && setsAside(strategy);
  if (aside) {
    commands.push(
      `If anything lies under ${jobPaths.data}/.neo4j-restore/${state.runId}/previous on the volume of ${target?.pod ?? "the target"}, the old store is still aside: put it back before the database is started (docs/undo.md, "Without this tool")`,
    );
  }
  if (scaledDown === true && target && returnState) {
    commands.push(
      `The server is scaled to 0: kubectl -n ${state.namespace} scale statefulset/${target.statefulSet} --replicas=${returnState.replicas}`,
    );
  }
  if (dropped === true) commands.push(...createAgain(state));
  else if (returnState?.existed)
    commands.push(
      `${aside ? "Only then: " : ""}START DATABASE \`${returnState.database}\` on system, then ALTER DATABASE \`${returnState.database}\` SET ACCESS ${returnState.access === "read-only" ? "READ ONLY" : "READ WRITE"}`,
    );
  commands.push(`Last resort: neo4j-restore release ${state.name} --namespace ${state.namespace} --force`);
  return commands;
}

/** On a cluster, after DROP DATABASE: the old store comes back the way the new one would have come. */
function createAgain({ facts, runId }: RunState): readonly string[] {
  const { attachments, returnState, target } = facts;
  const name = returnState?.database ?? "";
  const { primaries, secondaries = 0 } = attachments ?? {};
  const topology =
    primaries === undefined ? "" : ` TOPOLOGY ${primaries} PRIMARIES ${secondaries} SECONDARIES`;
  return [
    `If SHOW DATABASE \`${name}\` shows nothing: move databases, transactions and scripts from /data/.neo4j-restore/${runId}/previous to /data/<folder>/${name} of pod ${target?.pod ?? ""}, then on system: CREATE DATABASE \`${name}\`${topology} OPTIONS {existingData: 'use', existingDataSeedServer: '${target?.serverId ?? ""}'}`,
    ...(attachments?.aliases ?? []).map((alias) => `CREATE ALIAS \`${alias.name}\` FOR DATABASE \`${name}\``),
    ...(attachments?.privileges ?? []),
  ];
}
