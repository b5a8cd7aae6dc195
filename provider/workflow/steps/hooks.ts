/**
 * The user's hooks: statements one by one, then a Job. Each statement is performed at most once per attempt:
 * where its answer was lost the run stops and the user decides. Messages name a statement by its number only;
 * Neo4j's text is shown without what it quotes, because it quotes statements.
 */
import { hookTimeoutMs, neo4jUser, renderHookJob } from "../../plan/hook-job.js";
import type { JobRole } from "../../plan/names.js";
import type { JobView, JsonObject, PodShape } from "../../plan/observation.js";
import { isAway } from "../../plan/cluster.js";
import { runsOnEveryServer, statementDatabase } from "../../plan/hook-statement.js";
import { defaults } from "../../spec/defaults.js";
import type { RestoreHookJob, RestoreHooks } from "../../spec/types.js";
import type { Need } from "../effects.js";
import type { Fault } from "../faults.js";
import type { Neo4jEndpoint } from "../ports.js";
import type { Reason } from "../reasons.js";
import { fail, firstOf, once, resultOf, type Context, type Move, type Step } from "../step.js";
import {
  databaseRow,
  endpoint,
  podsToLookAt,
  seenJob,
  seenTarget,
  serverFor,
  targetFacts,
} from "../subject.js";
import { jobFailure, runJob } from "./job.js";

type When = "pre" | "post";

function hooksOf(when: When, context: Pick<Context, "request">): RestoreHooks | undefined {
  const { options } = context.request.spec;
  return when === "pre" ? options?.preRestore : options?.postRestore;
}

const roles = { pre: "pre-restore-hook", post: "post-restore-hook" } as const;
const reasons: Readonly<Record<When, Reason>> = { pre: "PreHookFailed", post: "PostHookFailed" };

function hookStep(when: When): Step {
  return {
    says: when === "pre" ? "running the hooks before the restore" : "running the hooks after the restore",
    needs: (state, request) => {
      const hooks = hooksOf(when, { request });
      const needs: Need[] = [{ kind: "target" }];
      if ((hooks?.cypherStatements?.length ?? 0) > 0)
        needs.push({ kind: "server", at: endpoint(state, request) });
      if (hooks?.job) needs.push({ kind: "job", role: roles[when] });
      return needs;
    },
    decide: (context) => {
      const hooks = hooksOf(when, context);
      const statements = hooks?.cypherStatements ?? [];
      const skip = when === "pre" && statements.length > 0 && !isOnline(context);
      const move = firstOf(
        () => (skip ? undefined : runStatements(when, context, statements)),
        () => runHookJob(when, context, hooks),
      );
      const done = [
        statements.length > 0 && !skip ? counted(statements.length, "statement") : "",
        hooks?.job ? "1 Job" : "",
      ].filter((part) => part !== "");
      const remark = skip
        ? {
            note: {
              remark: "the statements of preRestore were skipped: the database does not exist or is offline",
            },
          }
        : {};
      return move ?? { kind: "next", message: done.join(" and ") || "none", ...remark };
    },
  };
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

export const preHooks = hookStep("pre");
export const postHooks = hookStep("post");

function isOnline(context: Context): boolean {
  return databaseRow(context)?.currentStatus === "online";
}

function runStatements(when: When, context: Context, statements: readonly string[]): Move | undefined {
  for (const [index, statement] of statements.entries()) {
    const path = `spec.options.${when}Restore.cypherStatements[${index}]`;
    const database = statementDatabase(statement, context.request.spec.databaseName);
    for (const { key, at } of callsOf(context, `statement-${index + 1}`, statement, database)) {
      const result = resultOf(context, key);
      if (!result)
        return { kind: "perform", effect: { kind: "statement", key, once: true, at, database, statement } };
      if (!result.ok) return statementFailure(when, context.state.name, path, result.fault);
    }
  }
  return undefined;
}

/** One call, or one to each server of a cluster that is there. */
function callsOf(
  context: Context,
  key: string,
  statement: string,
  database: string,
): readonly { readonly key: string; readonly at: Neo4jEndpoint }[] {
  const { state, request, seen } = context;
  const everywhere = targetFacts(state).members !== undefined && runsOnEveryServer(statement);
  if (!everywhere) return [{ key, at: serverFor(context, database) }];
  const at = endpoint(state, request);
  return podsToLookAt(state, seen)
    .filter(({ name }) => !isAway(seen.server, name))
    .map(({ name }) => ({ key: `${key}-${name}`, at: { ...at, pod: name } }));
}

function statementFailure(when: When, restore: string, path: string, fault: Fault): Move {
  return fault.kind === "outcomeUnknown"
    ? fail(
        "HookOutcomeUnknown",
        `${path}: the answer was lost, so it may have run or not; go on with neo4j-restore resume ${restore} --skip-hook or --repeat-hook`,
      )
    : fail(reasons[when], `${path}: ${fault.message}`, fault.evidence);
}

function runHookJob(when: When, context: Context, hooks: RestoreHooks | undefined): Move | undefined {
  const hook = hooks?.job;
  if (!hook) return undefined;
  const role = roles[when];
  const answer = runJob(context, role, () => hookManifest(when, context, hook));
  if (answer.kind === "wait") return started(context, role) ?? boundedWait(when, context, hook, answer);
  if (answer.kind !== "over") return answer;
  const { job } = answer;
  if (job.succeeded) return undefined;
  return job.endReason === "DeadlineExceeded"
    ? { kind: "fail", fault: tooLate(when, hook, job) }
    : jobFailure(context, { role, job }, reasons[when], `spec.options.${when}Restore.job failed`);
}

/**
 * It is made suspended, so that one which a former driver has sent never runs by itself; whoever drives starts what it
 * has seen, and one that is deleted or made anew meanwhile is another.
 */
function started(context: Context, role: JobRole): Move | undefined {
  const job = seenJob(context.seen, role);
  if (job === "absent" || job.runId !== context.state.runId) return undefined;
  const { name, uid, suspended, terminating } = job;
  if (suspended !== true || terminating) return undefined;
  return once(context, { kind: "startJob", key: `start-${uid}`, name, uid });
}

/** Its timeout is kept here and not left to Kubernetes, which takes the log away with the pod. */
function boundedWait(
  when: When,
  { seen, state }: Context,
  hook: RestoreHookJob,
  wait: Extract<Move, { kind: "wait" }>,
): Move {
  const job = seenJob(seen, roles[when]);
  const limitMs = hookTimeoutMs(hook);
  // On a silent node it can neither be ended nor be seen to have ended.
  const ours = job !== "absent" && job.runId === state.runId && !job.terminating && !job.trouble;
  if (!ours || (wait.limitMs ?? Infinity) < limitMs) return wait;
  return { ...wait, limitMs, orElse: tooLate(when, hook, job) };
}

/** The way back, or Release, deletes its Job: what its log last said is kept with the failure. */
function tooLate(when: When, hook: RestoreHookJob, { lastLines, blocker, endReason }: JobView): Fault {
  const path = `spec.options.${when}Restore.job`;
  const last = blocker ?? lastLines.at(-1);
  return {
    kind: "terminal",
    reason: reasons[when],
    message: `${path} did not end within its timeout of ${hook.timeout ?? defaults.hookTimeout} and is deleted${last === undefined ? "" : `: ${last}`}; raise ${path}.timeout where it needs longer`,
    evidence: { lastLines, ...(endReason === undefined ? {} : { endReason }) },
  };
}

function hookManifest(when: When, { state, request, seen }: Context, hook: RestoreHookJob): JsonObject {
  const target = seenTarget(seen);
  const shape = target?.statefulSet?.shape;
  return renderHookJob({
    restore: state.name,
    namespace: state.namespace,
    runId: state.runId,
    labels: request.labels,
    role: roles[when],
    hook,
    imagePullSecrets: shape?.imagePullSecrets ?? [],
    user: target?.restricted === true ? userOf(shape) : undefined,
    bounded: state.facts.bounded === true,
  });
}

/** The Jobs of all hooks that the request has. */
export function hookManifests(context: Context): readonly JsonObject[] {
  return (["pre", "post"] as const).flatMap((when) => {
    const job = hooksOf(when, context)?.job;
    return job ? [hookManifest(when, context, job)] : [];
  });
}

/** The server's user passes where the server does. */
function userOf(shape: PodShape | undefined): number {
  const user = (shape?.containerSecurityContext ?? shape?.podSecurityContext)?.["runAsUser"];
  return typeof user === "number" ? user : neo4jUser;
}
