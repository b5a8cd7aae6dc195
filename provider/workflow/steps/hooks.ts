/**
 * The user's hooks: statements one by one, then a Job. Each statement is performed at most once per attempt:
 * where its answer was lost the run stops and the user decides. Messages name a statement by its number only;
 * Neo4j's text is shown without what it quotes, because it quotes statements.
 */
import { neo4jUser, renderHookJob } from "../../plan/hook-job.js";
import type { PodShape } from "../../plan/observation.js";
import { availablePods } from "../../plan/cluster.js";
import { runsOnEveryServer, statementDatabase } from "../../plan/hook-statement.js";
import type { RestoreHooks } from "../../spec/types.js";
import type { Need } from "../effects.js";
import type { Neo4jEndpoint } from "../ports.js";
import type { Reason } from "../reasons.js";
import { fail, firstOf, resultOf, type Context, type Move, type Step } from "../step.js";
import { databaseRow, endpoint, seenTarget, serverFor } from "../subject.js";
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
        statements.length > 0 && !skip ? `${statements.length} statements` : "",
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

export const preHooks = hookStep("pre");
export const postHooks = hookStep("post");

function isOnline(context: Context): boolean {
  return databaseRow(context)?.currentStatus === "online";
}

function runStatements(when: When, context: Context, statements: readonly string[]): Move | undefined {
  const { state, request } = context;
  const runs = statements.flatMap((statement, index) =>
    placesOf(context, statement).map(({ at, on }) => ({ statement, index, at, key: keyOf(index, on) })),
  );
  for (const { statement, index, at, key } of runs) {
    const result = resultOf(context, key);
    if (!result) {
      const database = statementDatabase(statement, request.spec.databaseName);
      return {
        kind: "perform",
        effect: { kind: "statement", key, once: true, at, database, statement },
      };
    }
    if (result.ok) continue;
    const path = `spec.options.${when}Restore.cypherStatements[${index}]`;
    return result.fault.kind === "outcomeUnknown"
      ? fail(
          "HookOutcomeUnknown",
          `${path}: the answer was lost, so it may have run or not; go on with neo4j-restore resume ${state.name} --skip-hook or --repeat-hook`,
        )
      : fail(reasons[when], `${path}: ${result.fault.message}`, result.fault.evidence);
  }
  return undefined;
}

const keyOf = (index: number, on: string | undefined): string =>
  `statement-${index + 1}${on === undefined ? "" : `-on-${on}`}`;

/** Where a statement runs: on one server, or on each one of a cluster that is there. */
function placesOf(
  context: Context,
  statement: string,
): readonly { readonly at: Neo4jEndpoint; readonly on?: string }[] {
  const { state, request, seen } = context;
  const everywhere = runsOnEveryServer(statement) ? availablePods(seen.server) : [];
  if (everywhere.length > 0)
    return everywhere.map((pod) => ({ at: { ...endpoint(state, request), pod }, on: pod }));
  return [{ at: serverFor(context, statementDatabase(statement, request.spec.databaseName)) }];
}

function runHookJob(when: When, context: Context, hooks: RestoreHooks | undefined): Move | undefined {
  const hook = hooks?.job;
  if (!hook) return undefined;
  const { state } = context;
  const target = seenTarget(context.seen);
  const shape = target?.statefulSet?.shape;
  const answer = runJob(context, roles[when], () =>
    renderHookJob({
      restore: state.name,
      namespace: state.namespace,
      runId: state.runId,
      labels: context.request.labels,
      role: roles[when],
      hook,
      imagePullSecrets: shape?.imagePullSecrets ?? [],
      user: target?.restricted === true ? userOf(shape) : undefined,
    }),
  );
  if (answer.kind !== "over") return answer;
  return answer.job.succeeded
    ? undefined
    : jobFailure(answer.job, reasons[when], `spec.options.${when}Restore.job failed`);
}

/** The server's user passes where the server does. */
function userOf(shape: PodShape | undefined): number {
  const user = (shape?.containerSecurityContext ?? shape?.podSecurityContext)?.["runAsUser"];
  return typeof user === "number" ? user : neo4jUser;
}
