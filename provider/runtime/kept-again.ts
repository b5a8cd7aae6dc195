/**
 * The state of a run that is there, with what must be given back. Where its Secret is gone or spoilt, the copy on the
 * data volume is used; where neither can be had, nothing is guessed: what is untouched is given back, all else is for a
 * person.
 */
import { most } from "../plan/bounds.js";
import { jobPaths } from "../plan/restore-job.js";
import { isWhole, keptCommand, parseReport } from "../plan/volume-command.js";
import type { RestoreRequest } from "../spec/request.js";
import { RestoreFault, type Fault } from "../workflow/faults.js";
import { keptName } from "../plan/names.js";
import { withKept, type Kept, type KeptRef } from "../workflow/kept.js";
import type { JournalView, Ports } from "../workflow/ports.js";
import { interrupted, startFlow } from "../workflow/progression.js";
import type { RunState } from "../workflow/state.js";
import type { Driven } from "./drive.js";
import { unpack } from "./kept-pack.js";
import { readKeptRef, readState } from "./records.js";

/** @returns `lost` where it refers to something that is not to be had from its Secret. */
export async function wholeState(
  ports: Pick<Ports, "journal">,
  at: { readonly namespace: string; readonly name: string },
  there: Pick<JournalView, "state">,
): Promise<{ readonly state: RunState; readonly lost?: KeptRef }> {
  const state = readState(there.state);
  const ref = readKeptRef(there.state);
  if (!ref) return { state };
  const content = await ports.journal.kept(at.namespace, at.name, ref);
  const kept = content === undefined ? undefined : unpack(content, ref.digest);
  return kept ? { state: withKept(state, kept) } : { state, lost: ref };
}

/** Before a run is driven on without what it has to give back. @throws where only a person can go on */
export async function haveItAgain(ports: Ports, run: Driven): Promise<void> {
  const { state, lost } = run;
  if (!lost) return;
  const found = await onVolume(ports, state, run.request, lost.digest);
  if ("kept" in found) {
    run.state = withKept(state, found.kept);
    delete run.lost;
    return;
  }
  const fault = lostFault(state, found.why);
  const { offlineAt, pointOfNoReturnAt } = state;
  const taken = offlineAt ?? pointOfNoReturnAt;
  const untouched = taken === undefined && !interrupted(state) && state.facts.swapped !== true;
  if (!untouched) throw new RestoreFault(fault.kind, fault.reason, fault.message);
  // Nothing was taken from anybody yet: the hold is given back, and the next run looks for itself.
  if (state.flow === "restore")
    run.state = startFlow({ ...state, fault }, "rollback", "StopJobs", ports.clock.now());
}

function lostFault({ name, namespace, runId, facts }: RunState, why: string): Fault {
  const file = `${jobPaths.data}/.neo4j-restore/${runId}/kept`;
  return {
    kind: "terminal",
    reason: "JournalUnreadable",
    message:
      `what restore ${name} has to give back is gone: Secret ${keptName(name, 0)} in ${namespace} lacks it, and its copy ` +
      `${file} on the volume of ${facts.target?.pod ?? "the target"} was not read (${why}). Bring the Secret back, or let ` +
      `that pod run, then: neo4j-restore resume ${name} --namespace ${namespace}`,
  };
}

type Found = { readonly kept: Kept } | { readonly why: string };

/** In parts, because an answer of a script is bounded; what comes back is believed by its digest alone. */
async function onVolume(
  { kubernetes }: Ports,
  { namespace, runId, facts }: RunState,
  request: RestoreRequest,
  digest: string,
): Promise<Found> {
  if (!facts.target) return { why: "the target is not known" };
  const { pod, container } = facts.target;
  const at = { data: jobPaths.data, runId, database: request.spec.databaseName };
  const portion = Math.floor((most.report * 3) / 4);
  let content = "";
  try {
    for (;;) {
      const argv = keptCommand(at, content.length + 1, portion);
      const { exitCode, stdout } = await kubernetes.exec(namespace, pod, container, argv);
      const { kept_bytes: bytes, kept_part: part = "" } = parseReport(stdout);
      const whole = Number(bytes ?? NaN);
      if (exitCode !== 0 || !isWhole(stdout) || !(whole <= 2 * most.attachments))
        return { why: "it could not be read" };
      content += part;
      if (content.length >= whole || part === "") break;
    }
  } catch (error) {
    if (error instanceof RestoreFault) return { why: error.message };
    throw error;
  }
  const kept = unpack(content, digest);
  return kept ? { kept } : { why: content === "" ? "it is not there" : "it is another one" };
}
