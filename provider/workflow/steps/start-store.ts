/**
 * The store in its place is started on every way back: by the rollback, by undo, and by undo's own way back. It starts
 * in the database's own access mode; where that fails (a read-only START is refused while an index has to be built,
 * and no status says so) it is made writable, started, and set back once it is online. Invariants: all tries of a
 * START that failed share one bound; nothing is told as before unless what serves ends where it has to.
 */
import { isThere } from "../../plan/cluster.js";
import type { DatabaseRow } from "../../plan/observation.js";
import { keptReadOnly, readOnlySettings } from "../../plan/read-only-settings.js";
import type { RestoreRequest } from "../../spec/request.js";
import type { Need } from "../effects.js";
import { limits } from "../limits.js";
import { givesBack } from "../progression.js";
import type { Reason } from "../reasons.js";
import type { RunState } from "../state.js";
import { fail, firstOf, once, resultOf, type Context, type Move } from "../step.js";
import { admin, databaseRow, endpoint, rowsOf, targetFacts } from "../subject.js";
import { entered, startOf, type Wanted } from "../way-back-facts.js";
import { notTheStore } from "./same-store.js";

/** Started and seen online, where it was wanted online. */
export function startOld(context: Context): Move | undefined {
  const { returnState, lostTxn, dropped } = context.state.facts;
  // Created again it is online, and only so can it be compared.
  const online = dropped === true || returnState?.requestedStatus !== "offline";
  return startStore(context, {
    what: "the old database",
    requestedStatus: online ? "online" : "offline",
    access: returnState?.access ?? "read-write",
    ...(lostTxn === undefined ? {} : { atLeast: lostTxn }),
  });
}

export function startNeeds(state: RunState, request: RestoreRequest): readonly Need[] {
  const at = endpoint(state, request);
  const asked = startOf(state)?.failed === undefined ? [] : readOnlySettings;
  // Each server tells of its own copy.
  const members = targetFacts(state).members ? ([{ kind: "members", at }] as const) : [];
  return [
    { kind: "server", at },
    ...members,
    ...asked.map((name) => ({ kind: "setting", at, name }) as const),
  ];
}

/** Whichever store is in its place. @returns undefined once it serves as wanted, or is offline as wanted */
export function startStore(context: Context, wanted: Wanted): Move | undefined {
  const { state, request, seen } = context;
  if (!seen.server?.reachable) return wait("ServerUnreachable", "Bolt does not answer");
  const row = databaseRow(context);
  if (!row)
    return fail(
      reasonOf(state),
      `database ${request.spec.databaseName} is not there any more: someone dropped it`,
    );
  if (wanted.requestedStatus === "offline") return setBack(context, row, wanted);
  // A STOP that was accepted and not yet carried out is still shown as online.
  if (row.requestedStatus !== "online") return start(context, row, wanted);
  return row.currentStatus === "online"
    ? firstOf(
        () => notTheStore(context, row, wanted, reasonOf(state)),
        () => setBack(context, row, wanted),
      )
    : notOnline(context, row, wanted);
}

function start(context: Context, row: DatabaseRow, wanted: Wanted): Move {
  if (thereOf(context).some(({ currentStatus }) => currentStatus === "stopping"))
    return wait("InProgress", `database ${row.name} is stopping`);
  const tries = startOf(context.state)?.failed?.tries ?? 0;
  const access = tries === 0 ? wanted.access : "read-write";
  const at = { at: admin(context), database: row.name } as const;
  const mode =
    row.access === access
      ? undefined
      : once(context, { kind: "setAccess", key: `access-${tries}`, ...at, access });
  return mode ?? { kind: "perform", effect: { kind: "startDatabase", key: `start-${tries}`, ...at } };
}

/** Its own mode, once it is online in whichever it took. */
function setBack(context: Context, row: DatabaseRow, { access, what }: Wanted): Move | undefined {
  if (row.access === access) return undefined;
  const { state } = context;
  const at = { at: admin(context), database: row.name } as const;
  const move = once(context, { kind: "setAccess", key: "access", ...at, access });
  const wasWritable = access === "read-only" && startOf(state)?.failed !== undefined;
  if (move?.kind === "perform" && wasWritable)
    return {
      ...move,
      note: {
        remark: `database ${row.name} did not start read-only, as it was: it was writable until it was online`,
      },
    };
  const still = `${what} ${row.name} is still ${row.access}, it was ${access}`;
  return move ?? { ...wait(reasonOf(state), still), limitMs: limits.stop };
}

const moving = ["online", "starting", "stopping", "store copying"];

function notOnline(context: Context, row: DatabaseRow, wanted: Wanted): Move {
  const { state, now } = context;
  const failed = startOf(state)?.failed;
  const again = `stop-${failed?.tries ?? 0}`;
  if (failed && !resultOf(context, again))
    return {
      kind: "perform",
      effect: { kind: "stopDatabase", key: again, at: admin(context), database: row.name },
    };
  const there = thereOf(context);
  if (there.some(({ currentStatus }) => moving.includes(currentStatus)))
    return wait("InProgress", `database ${row.name} is ${row.currentStatus}`);
  const text = there.map(({ statusMessage }) => statusMessage).find((one) => one !== "") ?? "";
  const reason = reasonOf(state);
  const message = `${wanted.what} ${row.name} does not come online: ${explained(context, text || row.currentStatus)}`;
  const waited = state.waiting?.reason === reason ? now - state.waiting.since : 0;
  if (waited < (text === "" ? limits.silentStart : limits.failedStart)) return wait(reason, message);
  const writableLeft = failed === undefined && wanted.access === "read-only";
  // Without a message nothing has failed yet: it may be waiting for its turn.
  if (text === "" && !writableLeft) return wait(reason, message);
  const inTime = now - (failed?.since ?? now) < limits.startTries;
  // An undo has a store to go back to that did start.
  if (!writableLeft && !(givesBack(state) && inTime)) return fail(reason, message, { text });
  const next = { since: failed?.since ?? now, tries: (failed?.tries ?? 0) + 1 };
  return { kind: "learn", facts: { start: { ...entered(state), failed: next } } };
}

/** A setting that makes every try fail is told with it. */
function explained({ seen, request }: Context, text: string): string {
  const kept = keptReadOnly(seen.settings ?? {}, request.spec.databaseName);
  return kept === undefined ? text : `${text}; ${kept}`;
}

/** Servers that are away start it when they are back. */
function thereOf({ seen, request }: Context): readonly DatabaseRow[] {
  const rows = rowsOf(seen.server, request.spec.databaseName);
  return rows.length === 1 ? rows : rows.filter(isThere);
}

function reasonOf({ flow }: RunState): Reason {
  return flow === "undo" ? "UndoFailed" : "RollbackIncomplete";
}

function wait(reason: Reason, message: string): Extract<Move, { kind: "wait" }> {
  return { kind: "wait", reason, message, pollMs: limits.databasePoll };
}
