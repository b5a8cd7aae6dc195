/**
 * What to do about one restore, from its resource, its journal and the work in hand. Pure.
 * Invariants: a restore that failed is tried again only when its resource was changed or asks for it; a run that holds
 * its target is never cut short by an edit; nothing is begun on a resource of another controller, and what has not yet
 * taken hold of the target is given up for it; a run that is in the journal waits behind no other, so that two can't
 * wait for each other; without a permission nothing new is begun, and what is under way goes on.
 */
import { changeOf, runIdentity } from "../../plan/identity.js";
import type { RestoreView } from "../../compose.js";
import type { Standing } from "../../runtime/engine.js";
import { endToRetry, reasonOf } from "../../runtime/resource-verdict.js";
import { OPERATOR_FINALIZER as finalizer, foreignFinalizers } from "../../spec/defaults.js";
import type { RestoreRequest } from "../../spec/request.js";
import type { Asked } from "./request.js";

export { finalizer };

export type Work = "run" | "record" | "resume" | "discard" | "remove";

/** What this process does for a restore at the moment. */
export interface Task {
  readonly work: Work;
  readonly request: RestoreRequest | undefined;
  readonly asked: "nothing" | "leave" | "cancel";
}

export interface Scene {
  readonly view: RestoreView | undefined;
  /** Of the view's document. */
  readonly asked: Asked | undefined;
  readonly standing: Standing | undefined;
  readonly task: Task | undefined;
  /** Generation of the resource that was carried out last. */
  readonly observed: number | undefined;
  /** When this restore was first seen without a resource. */
  readonly orphanSince: number | undefined;
  /** Until then the process that drives it may live, by its last sign of life; undefined: none drives it. */
  readonly drivenUntil: number | undefined;
  /** What this restore leaves behind was removed, as far as it is the operator's. */
  readonly removed: boolean;
  /** Another restore that this process works for on the same target. */
  readonly ahead: string | undefined;
  /** What the operator must be allowed in that namespace and is not. */
  readonly lacking: string | undefined;
  readonly now: number;
}

export type Action =
  /** `note` goes into the status; `wakeAt` is when to look again. */
  | { readonly do: "nothing"; readonly note?: string; readonly wakeAt?: number }
  | { readonly do: "forget" }
  | { readonly do: "refuse"; readonly reason: "InvalidSpec" | "ForeignController"; readonly message: string }
  | { readonly do: "mark" | "unmark" }
  /** It begins when the other has ended: until then nothing is asked of the cluster for it. */
  | { readonly do: "queue"; readonly request: RestoreRequest; readonly note: string }
  /** Nothing is begun: it is looked at again when the operator may do what it must. */
  | { readonly do: "hold"; readonly note: string }
  /** Its namespace is being deleted, and nobody works for it: its run ends where it stands. */
  | { readonly do: "abandon" }
  | { readonly do: "start"; readonly work: Work; readonly request?: RestoreRequest }
  | { readonly do: "ask"; readonly of: "leave" | "cancel" };

const nothing: Action = { do: "nothing" };

/** A direct run that is met is left to its driver, or to the next one, for so long; its Lease decides after that. */
const adoptAfter = 20_000;

export function decide(scene: Scene): Action {
  const { view } = scene;
  if (!view || isOrphan(view)) return withoutResource(scene);
  if (view.deleting) return view.letGo === true ? lettingGo(scene) : leaving(scene);
  const ours = view.finalizers.includes(finalizer);
  const others = foreignFinalizers(view.finalizers);
  const { task, asked, standing, lacking } = scene;
  if (others.length > 0 && !task && (!ours || !standing || isOver(standing))) return refuseForeign(others);
  if (others.length > 0 && task && holdsNothing(standing)) return giveUp(task);
  const idle = !task && standing?.active !== true;
  if (asked?.ok !== true && idle) return refuseInvalid(problemsOf(asked));
  if (!ours) return lacking === undefined ? { do: "mark" } : { do: "hold", note: lacking };
  // What is under way is brought to its end, whatever became of the resource.
  if (asked?.ok !== true)
    return task
      ? { do: "nothing", note: `the changed resource is not valid: ${problemsOf(asked).join("; ")}` }
      : { do: "start", work: "resume" };
  if (task) return edited(scene, task, asked.request);
  const next = due(scene, view, asked.request);
  if (!beginsAnew(next, standing)) return next;
  if (others.length > 0) return refuseForeign(others);
  return lacking === undefined ? next : { do: "hold", note: lacking };
}

/** Its run, if it has one, has no resource that keeps it. */
export const isOrphan = (view: RestoreView | undefined): boolean =>
  !view || (view.deleting && !view.finalizers.includes(finalizer));

/** It is to give back what a run holds, which is in vain where the whole namespace goes: that is to be asked first. */
export const givesBackOnly = (action: Action, view: RestoreView | undefined): boolean =>
  action.do === "start" && (isOrphan(view) || view?.deleting === true);

/** Both controllers see a new resource at once: the other's mark may come when a run was just begun. */
const holdsNothing = (standing: Standing | undefined): boolean =>
  !standing || (standing.active && !standing.locked);

/** What is under way is brought to its end, and what was completed stays ours. */
const isOver = ({ active, status }: Standing): boolean => !active && status.phase !== "Completed";

/** Noting an edit of what failed tries it again. */
function beginsAnew(action: Action, standing: Standing | undefined): boolean {
  if (standing?.active === true) return false;
  if (action.do !== "start") return action.do === "queue";
  return action.work === "run" || (action.work === "record" && standing !== undefined && isOver(standing));
}

const giveUp = (task: Task): Action => (task.asked === "cancel" ? nothing : { do: "ask", of: "cancel" });

/** A run of another face, or one whose resource was torn away: it is brought to its end once nobody drives it. */
function withoutResource({ standing, task, orphanSince, drivenUntil, now }: Scene): Action {
  if (task) return nothing;
  if (standing?.active !== true) return { do: "forget" };
  const wakeAt = Math.max((orphanSince ?? now) + adoptAfter, drivenUntil ?? 0);
  return now < wakeAt ? { do: "nothing", wakeAt } : { do: "start", work: "resume" };
}

function leaving({ standing, task, removed }: Scene): Action {
  if (task?.work === "remove") return nothing;
  if (task) return giveUp(task);
  return standing && !removed ? { do: "start", work: "remove" } : { do: "unmark" };
}

/** Another driver goes on with the run: the journal and the previous store stay. */
function lettingGo({ task }: Scene): Action {
  if (!task) return { do: "unmark" };
  return task.asked === "nothing" ? { do: "ask", of: "leave" } : nothing;
}

function refuseForeign(others: readonly string[]): Action {
  const message =
    `another controller works on this resource (finalizer ${others.join(", ")}): nothing was begun; ` +
    "stop that controller and remove its finalizer, or restore from Pulumi or the command line";
  return { do: "refuse", reason: "ForeignController", message };
}

function refuseInvalid(problems: readonly string[]): Action {
  return { do: "refuse", reason: "InvalidSpec", message: problems.join("\n") };
}

const problemsOf = (asked: Asked | undefined): readonly string[] =>
  asked?.ok === false ? asked.problems : [];

function edited({ standing }: Scene, task: Task, request: RestoreRequest): Action {
  const change = task.request === undefined ? "nothing" : changeOf(task.request, request);
  if (change === "nothing") return nothing;
  const another = change !== "other";
  if (another && standing?.active === true && standing.locked)
    return { do: "nothing", note: "the changed spec is restored once this run has ended" };
  return task.asked === "nothing" ? { do: "ask", of: "leave" } : nothing;
}

function due({ standing, observed, ahead, now }: Scene, view: RestoreView, request: RestoreRequest): Action {
  const run: Action = { do: "start", work: "run", request };
  // What could not be given back still holds the target: the one ahead may wait for that.
  const holds = standing !== undefined && reasonOf(standing.status) === "RollbackIncomplete";
  const anew = ahead === undefined || holds ? run : queued(ahead, request);
  if (!standing) return anew;
  const same = standing.identity === runIdentity(request, view.namespace);
  if (standing.active) return same || !standing.locked ? run : { do: "start", work: "resume" };
  if (!same) return anew;
  const again = view.retry !== undefined && view.retry === endToRetry(standing.status);
  if (again || observed !== view.generation) return { do: "start", work: "record", request };
  const { phase, previous } = standing.status;
  const until = previous?.keptUntil === undefined ? undefined : Date.parse(previous.keptUntil);
  if (phase !== "Completed" || until === undefined) return nothing;
  return until <= now ? { do: "start", work: "discard" } : { do: "nothing", wakeAt: until };
}

function queued(ahead: string, request: RestoreRequest): Action {
  return {
    do: "queue",
    request,
    note: `restore ${ahead} works on ${request.spec.clusterRef}: begins after it`,
  };
}
