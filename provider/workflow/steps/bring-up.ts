/**
 * ScaleUp and BringUp: the server runs again with its own number of pods, then the database is started (or
 * created), read-only until it is proven. With a server that could not be asked before, its start is the point
 * of no return; for a new database it is CREATE.
 */
import { writerPod } from "../../plan/cluster.js";
import { limits } from "../limits.js";
import { fail, firstOf, once, type Context, type Move, type Step } from "../step.js";
import {
  admin,
  asSeen,
  databaseRow,
  endpoint,
  existingClaims,
  goesThroughServers,
  known,
  seenTarget,
  targetFacts,
  targetRef,
} from "../subject.js";
import { dropNeeds } from "./drop.js";
import { enterLedger, enterNeeds } from "./enter.js";
import { seed } from "./seed.js";

export const scaleUp: Step = {
  says: "starting the server again",
  needs: (state, request) => [
    { kind: "target" },
    { kind: "server", at: endpoint(state, request) },
    ...enterNeeds(state),
  ],
  decide: (context) => {
    const enter = context.state.facts.serverSilent === true ? enterLedger(context) : undefined;
    if (enter) return enter;
    const back = scaleBack(context);
    if (back?.kind === "perform" && context.state.facts.serverSilent === true) {
      return { ...back, note: { pointOfNoReturnAt: context.now } };
    }
    return back ?? { kind: "next", facts: { scaledDown: false }, message: "Bolt answers" };
  },
};

/** Replicas as before, the claims unprotected as soon as pods use them, Bolt's own answer. Used by the rollback as well. */
export function scaleBack(context: Context): Move | undefined {
  const scale = scaleSet(context);
  if (scale) return scale;
  const used = (seenTarget(context.seen)?.pods.length ?? 0) > 0;
  const unprotect = used ? unprotectClaims(context) : undefined;
  if (unprotect) return unprotect;
  const awaited = notYetBack(context);
  if (awaited !== undefined) {
    return {
      kind: "wait",
      reason: "ScaleFailed",
      message: `waiting for ${awaited}`,
      pollMs: limits.databasePoll,
      limitMs: limits.serverStart,
    };
  }
  return unprotectClaims(context);
}

/** A pod may be ready before Bolt is; a cluster is back when it has a leader and the seeder is one of it. */
function notYetBack({ state, seen }: Context): string | undefined {
  const { pod, serverId } = targetFacts(state);
  if (!seen.server?.reachable) return `Bolt of pod ${pod}`;
  if (serverId === undefined) return undefined;
  if (writerPod(seen.server, "system") === undefined) return "the servers to agree on a leader";
  const row = seen.server.servers.find((one) => one.serverId === serverId);
  return row?.health === "Available" ? undefined : `server ${pod} to be available`;
}

export function scaleSet({ state, request, seen }: Context): Move | undefined {
  const set = seenTarget(seen)?.statefulSet;
  if (!set) return fail("ScaleFailed", `StatefulSet of ${request.spec.clusterRef} is gone`);
  const { replicas } = known(state.facts.returnState, "the return state");
  if (set.replicas >= replicas) return undefined;
  return {
    kind: "perform",
    effect: {
      kind: "scale",
      key: "scale",
      target: targetRef(state, request),
      set: asSeen(set),
      replicas,
    },
  };
}

export function unprotectClaims(context: Context): Move | undefined {
  const claims = existingClaims(context) ?? [];
  return once(context, { kind: "protectClaims", key: "unprotect", claims, protect: false });
}

function origin({ state: { facts }, state }: Context): string {
  return facts.strategy === "seedURI" ? (facts.restored?.artifact ?? "its URI") : targetFacts(state).pod;
}

export const bringUp: Step = {
  says: "bringing the restored database up",
  needs: (state, request) => [
    ...(state.facts.dropped === true && state.results["create"] === undefined
      ? dropNeeds(state, request)
      : [{ kind: "server", at: endpoint(state, request) } as const]),
    ...enterNeeds(state),
  ],
  decide: (context) => {
    const { state, request, seen } = context;
    if (!seen.server?.reachable) {
      return {
        kind: "wait",
        reason: "BringUpFailed",
        message: "Bolt does not answer",
        pollMs: limits.databasePoll,
        limitMs: limits.serverStart,
      };
    }
    const row = databaseRow(context);
    // What is asked for here is CREATE, or to be made anew: there is no way back from either.
    const enter = goesThroughServers(state) || !row ? enterLedger(context) : undefined;
    if (enter) return enter;
    if (goesThroughServers(state))
      return seed(context) ?? { kind: "next", message: `from ${origin(context)}` };
    const at = admin(context);
    const database = request.spec.databaseName;
    if (!row) {
      const create = once(context, { kind: "createDatabase", key: "create", at, database });
      if (create?.kind === "perform") return { ...create, note: { pointOfNoReturnAt: context.now } };
      return (
        create ?? {
          kind: "wait",
          reason: "BringUpFailed",
          message: `waiting for database ${database} to appear`,
          pollMs: limits.databasePoll,
          limitMs: limits.online,
        }
      );
    }
    if (row.requestedStatus === "online")
      return { kind: "next", message: state.facts.existed === true ? "started" : "created" };
    return (
      firstOf(
        () =>
          row.access === "read-only" || state.facts.existed !== true
            ? undefined
            : {
                kind: "perform",
                effect: { kind: "setAccess", key: "read-only", at, database, access: "read-only" },
              },
        () => ({ kind: "perform", effect: { kind: "startDatabase", key: "start", at, database } }),
      ) ?? { kind: "next" }
    );
  },
};
