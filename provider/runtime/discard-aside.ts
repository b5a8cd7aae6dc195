/**
 * Removes a store that lies aside by what the ledger of its target knows: the restore that put it there may be gone, and
 * with it the journal that `discard NAME` starts from. Invariants: the target is held meanwhile; a run that has its
 * journal is asked by its name; what the ledger does not know is not touched. A crash leaves a hold that the next run
 * finds stale, and an entry that the same command finishes.
 */
import { asideText, discardCommand, type OfDatabase } from "../plan/aside-words.js";
import { emptyLedger, overdue, type StoreAside } from "../plan/ledger.js";
import { discardHold, parseHold } from "../plan/names.js";
import type { TargetView } from "../plan/observation.js";
import { jobPaths } from "../plan/restore-job.js";
import { isWhole, volumeCommand } from "../plan/volume-command.js";
import { RestoreFault } from "../workflow/faults.js";
import type { Ports, TargetRef } from "../workflow/ports.js";
import type { Reason } from "../workflow/reasons.js";
import { leftInLock } from "./last-verb.js";
import { readState } from "./records.js";

/** @returns what was removed, in words. */
export async function discardAside(
  ports: Ports,
  of: OfDatabase,
  runId: string | undefined,
): Promise<readonly string[]> {
  const ref = { namespace: of.namespace, name: of.target };
  const { aside } = (await ports.journal.ledger(ref, of.database)) ?? emptyLedger;
  const store = aside.find((one) => one.runId === runId);
  if (!store) throw refused("InvalidSpec", whichOne(of, runId, aside));
  await expectOrphan(ports, of, store);
  const target = await targetOf(ports, ref);
  const hold = discardHold(store.restore, store.runId);
  const holder = await ports.kubernetes.hold(ref, hold);
  if (holder !== hold)
    throw refused("TargetBusy", `${heldBy(holder)} holds ${of.target}: try again when it has ended`);
  try {
    const rest = overdue({ restores: [], aside }, ports.clock.now()).filter((one) => one !== store);
    const texts: string[] = [];
    for (const one of [store, ...rest]) {
      const reachable = await removed(ports, ref, of, target, one);
      if (reachable) texts.push(asideText(one));
      else if (one === store)
        throw refused("TargetNotReady", `pod ${one.pod} does not run, so its volume cannot be reached`);
    }
    return texts;
  } finally {
    await ports.kubernetes.releaseHold(ref, hold);
  }
}

async function removed(
  ports: Ports,
  ref: TargetRef,
  { namespace, database }: OfDatabase,
  target: TargetView,
  { pod: name, runId }: StoreAside,
): Promise<boolean> {
  const { kubernetes, journal, newId } = ports;
  const pod = target.pods.find((one) => one.name === name && one.running && !one.terminating);
  if (!pod) return false;
  // Of nobody's run, so that no driver's fence is moved; nothing of it lands once another run has the target.
  const acting = { runId: newId(), epoch: 1, turn: 1, patienceSeconds: 60, pod: name };
  const at = { data: jobPaths.data, runId, database, discardPrevious: true };
  const send = (ended: readonly string[]): ReturnType<typeof kubernetes.exec> => {
    const argv = volumeCommand("discard", { ...at, acting: { ...acting, ended } });
    return kubernetes.exec(namespace, name, pod.shape.container, argv);
  };
  const first = await send([]);
  const left = await leftInLock(ports, namespace, first);
  const { exitCode, stdout, stderr } = left.length > 0 ? await send(left) : first;
  if (exitCode !== 0) {
    const [last = `exit code ${exitCode}`] = `${stdout}\n${stderr}`.split("\n").filter(Boolean).slice(-1);
    throw refused("SwapFailed", `the volume script failed in pod ${name}: ${last}`);
  }
  if (!isWhole(stdout))
    throw new RestoreFault(
      "retry",
      "KubernetesUnreachable",
      `the answer of pod ${name} was cut off: try again`,
    );
  await journal.writeLedger(ref, database, [{ kind: "removed", runId }]);
  return true;
}

/** Its own verbs go on from the journal, and an undo may be under way there. */
async function expectOrphan(
  { journal }: Ports,
  of: OfDatabase,
  { restore, runId }: StoreAside,
): Promise<void> {
  const record = await journal.view(of.namespace, restore);
  if (!record || readState(record.state).runId !== runId) return;
  const command = `neo4j-restore discard ${restore} --namespace ${of.namespace}`;
  throw refused("InvalidSpec", `run ${runId} is that of restore ${restore}, which is there: ${command}`);
}

async function targetOf({ kubernetes }: Ports, ref: TargetRef): Promise<TargetView> {
  const lookup = await kubernetes.target(ref);
  if (lookup.found === "one") return lookup.target;
  throw refused("TargetNotFound", `there is no target ${ref.name} in namespace ${ref.namespace}`);
}

function whichOne(of: OfDatabase, runId: string | undefined, aside: readonly StoreAside[]): string {
  const { target, database, namespace } = of;
  const lead = runId === undefined ? "which store?" : `run ${runId} has set nothing aside there.`;
  if (aside.length === 0)
    return `${runId === undefined ? "" : `${lead} `}of database ${database} of ${target} in ${namespace} nothing lies aside`;
  return [lead, ...aside.map((one) => `${asideText(one)}: ${discardCommand(of, one.runId)}`)].join("\n");
}

const heldBy = (value: string): string => `restore ${parseHold(value)?.restore ?? value}`;

const refused = (reason: Reason, message: string): RestoreFault =>
  new RestoreFault("terminal", reason, message);
