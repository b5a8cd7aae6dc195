/**
 * The engine behind every face: finds out what is already there under a restore's name and does what is due.
 * A restore that is done is never done again by being asked for again (due.ts has the rule).
 */
import { runIdentity } from "../plan/identity.js";
import type { RestoreRequest } from "../spec/request.js";
import { RestoreFault } from "../workflow/faults.js";
import type { Ports } from "../workflow/ports.js";
import { giveBackAgain, resumeFailed } from "../workflow/progression.js";
import { expectSame, isUnderWay, released, resumed, startDiscard, startUndo } from "./afterwards.js";
import { conduct, type Place } from "./conduct.js";
import { discardAside } from "./discard-aside.js";
import type { Driven } from "./drive.js";
import { dueFor, type Due } from "./due.js";
import { terminalOwner, type Engine, type RestoreRef, type RunOptions, type RunReport } from "./engine.js";
import { forceRelease } from "./force-release.js";
import { knownBefore, noteKnown, type Known } from "./known-before.js";
import { fresh } from "./fresh-run.js";
import { wholeState } from "./kept-again.js";
import { lookAhead } from "./look.js";
import { namingAllMissing } from "./missing-permissions.js";
import { readState, readStatus } from "./records.js";
import { removeRun } from "./removal.js";
import { reportOf, standingOf } from "./report.js";

/** @param closePorts lets go of connections when a face is done. */
export function createEngine(ports: Ports, closePorts: () => Promise<void>): Engine {
  const place = (ref: RestoreRef): Place => ({
    namespace: ref.namespace ?? ports.kubernetes.defaultNamespace,
    name: ref.name,
  });
  const visit = async (
    ref: RestoreRef,
    options: RunOptions,
    change: (there: Driven) => Driven | undefined,
  ): Promise<RunReport> => {
    const at = place(ref);
    const report = await conduct(ports, at, options, (there) => there && change(there));
    if (!report)
      throw new RestoreFault(
        "terminal",
        "InvalidSpec",
        `there is no restore ${at.name} in namespace ${at.namespace}`,
      );
    return report;
  };
  const now = (): number => ports.clock.now();
  /** Refused before the lease is waited for: whoever drives would be waited for, and its run be meant. */
  const afterwards = async (
    ref: RestoreRef,
    options: RunOptions,
    verb: "undo" | "discard",
    start: (there: Driven, now: number) => Driven,
  ): Promise<RunReport> => {
    const { namespace, name } = place(ref);
    const view = await ports.journal.view(namespace, name);
    const asked = view && readState(view.state);
    if (asked) isUnderWay(asked, verb);
    return visit(ref, options, (there) => {
      expectSame(there.state, asked?.runId, verb);
      return start(there, now());
    });
  };

  return {
    plan: (request) => lookAhead(ports, place({ name: request.name, namespace: request.namespace }), request),
    run: (request, options) =>
      runRequest(ports, place({ name: request.name, namespace: request.namespace }), request, options),
    record: (request, options) =>
      recordRequest(ports, place({ name: request.name, namespace: request.namespace }), request, options),
    status: async (ref) => {
      const { namespace, name } = place(ref);
      const record = await ports.journal.view(namespace, name);
      if (!record) return undefined;
      const { state } = await wholeState(ports, { namespace, name }, record);
      return reportOf(state, readStatus(record.status));
    },
    standing: async (ref) => {
      const { namespace, name } = place(ref);
      const record = await ports.journal.view(namespace, name);
      return record && standingOf(readState(record.state), readStatus(record.status));
    },
    driver: (ref) => {
      const { namespace, name } = place(ref);
      return ports.journal.driver(namespace, name);
    },
    remove: (ref, options) => removeRun(ports, { ...place(ref), runId: ref.runId }, options),
    undo: (ref, options) => afterwards(ref, options, "undo", startUndo),
    discard: (ref, options) => afterwards(ref, options, "discard", startDiscard),
    discardAside: ({ namespace = ports.kubernetes.defaultNamespace, runId, ...of }) =>
      discardAside(ports, { ...of, namespace }, runId),
    resume: (ref, options) => visit(ref, options, (there) => resumed(ports, there, options.hook)),
    release: (ref, options) =>
      options.force
        ? forceRelease(ports, place(ref))
        : // Asked for from the start, so that a process which drives the run is asked as well.
          visit(ref, { ...options, cancel: AbortSignal.abort() }, (there) => released(there, now())),
    close: closePorts,
  };
}

async function runRequest(
  ports: Ports,
  at: Place,
  request: RestoreRequest,
  options: RunOptions,
): Promise<RunReport> {
  const identity = runIdentity(request, at.namespace);
  for (;;) {
    const decided: { due?: Due } = {};
    const report = await namingAllMissing(ports, at.namespace, async () => {
      const known = await knownBefore(ports, at, request, identity, options);
      return conduct(ports, at, options, (there) => {
        decided.due = dueFor(there?.state, identity);
        return carryOut(
          ports,
          at,
          { request, identity, known, owner: ownerOf(there, options) },
          decided.due,
          there,
        );
      });
    });
    if (!report) throw new RestoreFault("terminal", "Interrupted", "told to stop before the restore began");
    const goesOn = unlessStopped(options, decided.due, report);
    if (!goesOn) return report;
  }
}

/** A run that only made room, or gave back, is followed by the one that was asked for. */
function unlessStopped(options: RunOptions, due: Due | undefined, report: RunReport): boolean {
  if (options.signal.aborted || options.cancel?.aborted === true) return false;
  return due === "endOther" || (due === "giveBack" && report.failure?.reason !== "RollbackIncomplete");
}

interface Wanted {
  readonly request: RestoreRequest;
  readonly identity: string;
  readonly owner: string;
  readonly known: Known | undefined;
}

function carryOut(
  ports: Ports,
  at: Place,
  { request, identity, owner, known }: Wanted,
  due: Due,
  there: Driven | undefined,
): Driven | undefined {
  const now = ports.clock.now();
  if (due === "begin" || !there)
    return (
      noteKnown(there, known, { request, identity, owner }) ??
      fresh(ports, at, request, owner, identity, there)
    );
  switch (due) {
    case "goOn":
      return { ...there, request, owner };
    case "resumeAtStep":
      return { ...there, request, owner, state: resumeFailed(there.state, now) };
    case "giveBack":
      return { ...there, state: giveBackAgain(there.state, now) };
    case "endOther":
      return { ...there, cancel: true };
    case "nothing":
      return there.owner === owner ? undefined : { ...there, owner };
  }
}

/**
 * Whoever asks last owns the restore: a renamed resource takes it over, so that deleting the old one is harmless.
 * A person at a terminal does not take it away from a program.
 */
function ownerOf(there: Driven | undefined, { owner }: Pick<RunOptions, "owner">): string {
  return owner === terminalOwner && there !== undefined && there.owner !== "" ? there.owner : owner;
}

/** Changes that do not define a run: an unfinished one takes them up, a finished one only notes them. */
async function recordRequest(
  ports: Ports,
  at: Place,
  request: RestoreRequest,
  options: RunOptions,
): Promise<RunReport> {
  const noted = { finished: false };
  const report = await conduct(ports, at, options, (there) => {
    noted.finished = there?.state.standing === "ended" && there.state.outcome?.phase === "Completed";
    if (!there || !noted.finished) return undefined;
    return {
      ...there,
      request,
      owner: ownerOf(there, options),
      state: { ...there.state, generation: there.state.generation + 1 },
    };
  });
  return report && noted.finished ? report : runRequest(ports, at, request, options);
}
