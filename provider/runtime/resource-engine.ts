/**
 * The engine where an operator drives: a run is a Neo4jRestore resource that is applied and watched to its end. What
 * looks at a run, or works on one that is over (plan, undo, discard …), is the direct engine's. Invariants: a resource
 * that somebody else made is never changed; whoever leaves lets the operator go on; a failed restore is a report with
 * `failure`, as in a direct run.
 */
import { canonical, runIdentity } from "../plan/identity.js";
import { annotations as names } from "../plan/names.js";
import { foreignFinalizers, TRIGGER_ANNOTATION } from "../spec/defaults.js";
import { parseRestore, type RestoreRequest } from "../spec/parse.js";
import type { Neo4jRestoreStatus } from "../spec/types.js";
import { RestoreFault } from "../workflow/faults.js";
import { limits, waitForMs } from "../workflow/limits.js";
import type { ResourceContent, ResourceRef, ResourceView } from "../workflow/resource-ports.js";
import { terminalOwner, type Engine, type RunOptions, type RunReport } from "./engine.js";
import { following, teller, type Followed, type ResourcePorts } from "./resource-line.js";
import { removeResource, untilGone } from "./resource-removal.js";
import {
  foreignReport,
  goneReport,
  leftReport,
  shownReport,
  unansweredReport,
  waitedReport,
} from "./resource-report.js";
import { endToRetry, judge, type Asked } from "./resource-verdict.js";

export function createResourceEngine(ports: ResourcePorts, direct: Engine): Engine {
  const place = (ref: { readonly name: string; readonly namespace?: string | undefined }): ResourceRef => ({
    namespace: ref.namespace ?? ports.resources.defaultNamespace,
    name: ref.name,
  });
  const carryOut = (request: RestoreRequest, options: RunOptions): Promise<RunReport> =>
    following(ports, place(request), options, async (followed) => {
      const { asked, found } = await ask(ports, followed, request, options);
      const report = await untilEnd(ports, followed, request, options, asked, found);
      return report.failure ? withEvidence(direct, report) : report;
    });
  return {
    ...direct,
    run: carryOut,
    // Which changes define a run is the operator's to judge, by the same rule.
    record: carryOut,
    status: async (ref) => {
      const at = place(ref);
      const status = (await ports.resources.read(at))?.status;
      return status && shownReport(at, status);
    },
    remove: (ref, options) => removeResource(ports, direct, { ...place(ref), runId: ref.runId }, options),
  };
}

/** Makes the resource say what is asked for. */
async function ask(
  { resources }: ResourcePorts,
  followed: Followed,
  request: RestoreRequest,
  options: RunOptions,
): Promise<{ readonly asked: Asked; readonly found: Neo4jRestoreStatus | undefined }> {
  const { at } = followed;
  const identity = runIdentity(request, at.namespace);
  for (;;) {
    const there = await followed.read();
    if (followed.left())
      throw new RestoreFault("terminal", "Interrupted", "told to leave before anything was asked for");
    if (there?.deleting === true) {
      options.onProgress({ step: "Wait", message: `the Neo4jRestore ${at.name} of before is being deleted` });
      await untilGone(followed, there.uid, limits.giveBack, options);
      continue;
    }
    if (there && there.owner !== options.owner) {
      expectSame(at, there, request, options.owner);
      return { asked: askedOf(there, identity, undefined), found: there.status };
    }
    const retried = endToRetry(there?.status);
    const content = contentOf(request, options.owner, retried);
    const applied = await followed.call(() => resources.apply(at, there?.uid, content));
    if (applied) return { asked: askedOf(applied, identity, retried), found: there?.status };
  }
}

function askedOf({ uid, generation }: ResourceView, identity: string, retried: string | undefined): Asked {
  return { uid, generation, identity, retried };
}

function contentOf(request: RestoreRequest, owner: string, retried: string | undefined): ResourceContent {
  const { labels, annotations, trigger, spec } = request;
  return {
    owner,
    labels,
    annotations: {
      ...annotations,
      ...(trigger === undefined ? {} : { [TRIGGER_ANNOTATION]: trigger }),
      ...(retried === undefined ? {} : { [names.retry]: retried }),
    },
    spec,
  };
}

/** A person at a terminal may wait for what another has asked for; nobody changes it. */
function expectSame(at: ResourceRef, there: ResourceView, request: RestoreRequest, owner: string): void {
  const says = parseRestore(there.document);
  const same =
    says.ok &&
    canonical([says.request.spec, says.request.trigger]) === canonical([request.spec, request.trigger]);
  if (owner === terminalOwner && same) return;
  const whose = there.owner === undefined ? "by hand" : `by ${there.owner}`;
  throw new RestoreFault(
    "terminal",
    "ForeignObject",
    `Neo4jRestore ${at.name} in ${at.namespace} was made ${whose}, so it was left as it is. ` +
      "Choose another metadata.name, or hand it over: " +
      `kubectl -n ${at.namespace} annotate --overwrite n4jr ${at.name} '${names.owner}=${owner}'`,
  );
}

async function untilEnd(
  { clock }: ResourcePorts,
  followed: Followed,
  request: RestoreRequest,
  options: RunOptions,
  asked: Asked,
  found: Neo4jRestoreStatus | undefined,
): Promise<RunReport> {
  const { at } = followed;
  const { say, tell } = teller(clock, options.onProgress, found);
  let last: Neo4jRestoreStatus | undefined;
  let phase: { readonly kind: string; readonly since: number } = { kind: "", since: 0 };
  for (;;) {
    const there = await followed.read();
    const verdict = judge(there, asked);
    const now = clock.monotonic();
    if (verdict.kind !== phase.kind) phase = { kind: verdict.kind, since: now };
    let until = Infinity;
    switch (verdict.kind) {
      case "gone":
        return goneReport(at, last);
      case "ended":
        tell(verdict.status);
        return shownReport(at, verdict.status);
      case "unanswered":
        say({ step: "Wait", message: `Neo4jRestore ${at.name} is applied; waiting for the operator` });
        until = phase.since + limits.takeUp;
        if (now >= until) return unanswered(at, foreignFinalizers(there?.finalizers ?? []));
        break;
      case "waits":
        last = verdict.status;
        tell(last);
        until = phase.since + waitForMs(request);
        if (now >= until) return waitedReport(at, last);
        break;
      case "runs":
        last = verdict.status;
        tell(last);
    }
    if (followed.left()) return leftReport(at, last);
    await followed.pause(clock.now() + until - now);
  }
}

function unanswered(at: ResourceRef, others: readonly string[]): RunReport {
  return others.length > 0 ? foreignReport(at, others) : unansweredReport(at, limits.takeUp);
}

/** The journal knows more of a failure than the status: the last lines of the Job. Not everybody may read it. */
async function withEvidence(direct: Engine, report: RunReport): Promise<RunReport> {
  if (report.status.phase !== "Failed" || report.runId === "") return report;
  const { name, namespace, runId } = report;
  try {
    const told = await direct.status({ name, namespace });
    return told?.runId === runId && told.failure ? { ...report, failure: told.failure } : report;
  } catch (error) {
    if (error instanceof RestoreFault) return report;
    throw error;
  }
}
