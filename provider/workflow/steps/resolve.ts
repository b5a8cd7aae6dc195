/**
 * Resolve: finds the target and pins the backup's location. Touches nothing. What is absent may still come
 * (resources are applied in any order), so absence is waited for; contradictions fail at once.
 */
import { locateSource } from "../../plan/source.js";
import { unsupported } from "../../plan/unsupported.js";
import type { TargetView } from "../../plan/observation.js";
import type { Need } from "../effects.js";
import { limits, waitForMs } from "../limits.js";
import type { Reason } from "../reasons.js";
import { fail, firstOf, type Context, type Move, type Step } from "../step.js";
import type { SourceFacts, TargetFacts } from "../state.js";

export const resolve: Step = {
  says: "finding the target and the backup",
  needs: (state, request) => {
    const needs: Need[] = [{ kind: "target" }];
    if (request.spec.source.backupRef !== undefined)
      needs.push({ kind: "backup", name: request.spec.source.backupRef });
    if (state.facts.source) needs.push({ kind: "claims", names: [state.facts.source.claim] });
    const secret = request.connection?.credentialsSecret?.name ?? state.facts.target?.adminSecret;
    if (secret !== undefined) needs.push({ kind: "secrets", names: [secret] });
    return needs;
  },
  decide: (context) => {
    const refused = unsupported(context.request);
    if (refused.length > 0) return fail("NotSupportedYet", refused.map((one) => one.message).join("; "));
    const target = findTarget(context);
    if ("kind" in target) return target;
    const source = findSource(context);
    if ("kind" in source) return source;
    const { facts } = context.state;
    if (!same(facts.target, target.found) || !same(facts.source, source.found)) {
      return { kind: "learn", facts: { target: target.found, source: source.found } };
    }
    return (
      firstOf(
        () => claimsThere(context),
        () => secretsThere(context),
      ) ?? {
        kind: "next",
        message: `${target.found.kind} ${context.request.spec.clusterRef}; backup on claim ${source.found.claim}`,
      }
    );
  },
};

function waitFor(context: Context, reason: Reason, message: string): Move {
  return { kind: "wait", reason, message, pollMs: limits.poll, limitMs: waitForMs(context.request) };
}

function findTarget(context: Context): Move | { readonly found: TargetFacts } {
  const { request, seen, state } = context;
  const place = `${request.spec.clusterRef} in namespace ${state.namespace}`;
  const lookup = seen.target;
  if (lookup === undefined || lookup.found === "none") {
    return waitFor(
      context,
      "TargetNotFound",
      `no Neo4jEnterpriseCluster or Neo4jEnterpriseStandalone ${place}`,
    );
  }
  if (lookup.found === "both") {
    return fail(
      "AmbiguousTarget",
      `spec.clusterRef: both a Neo4jEnterpriseCluster and a Neo4jEnterpriseStandalone ${place} exist`,
    );
  }
  if (lookup.found === "noDefinitions") {
    return fail(
      "DefinitionsMissing",
      "this Kubernetes has neither Neo4jEnterpriseCluster nor Neo4jEnterpriseStandalone: is it the right context?",
    );
  }
  return judgeTarget(context, lookup.target, place);
}

function judgeTarget(
  context: Context,
  target: TargetView,
  place: string,
): Move | { readonly found: TargetFacts } {
  if (target.kind === "Neo4jEnterpriseCluster") {
    return fail(
      "NotSupportedYet",
      `spec.clusterRef: ${place} is a Neo4jEnterpriseCluster; this version restores a Neo4jEnterpriseStandalone`,
    );
  }
  if (target.tls)
    return fail(
      "NotSupportedYet",
      `spec.clusterRef: ${place} has TLS switched on, which this version does not speak yet`,
    );
  if (target.terminating) return fail("TargetTerminating", `${target.kind} ${place} is being deleted`);
  const set = target.statefulSet;
  if (!set) return waitFor(context, "TargetNotReady", `${target.kind} ${place} has no StatefulSet yet`);
  if (set.rolling) return waitFor(context, "TargetNotReady", `StatefulSet ${set.name} is being rolled out`);
  const running = target.pods.some((pod) => pod.running && !pod.terminating);
  if (!running && context.request.spec.stopCluster !== true) {
    return waitFor(
      context,
      "TargetNotReady",
      `no pod of StatefulSet ${set.name} runs; start it, or set spec.stopCluster: true to restore offline`,
    );
  }
  const claim = target.dataClaims[0];
  if (!claim?.exists)
    return waitFor(context, "ClaimNotFound", `${target.kind} ${place} has no data claim yet`);
  return {
    found: {
      kind: target.kind,
      servers: target.servers,
      statefulSet: set.name,
      statefulSetUid: set.uid,
      pod: `${set.name}-0`,
      container: set.shape.container,
      dataClaim: claim.name,
      adminSecret: target.adminSecret,
    },
  };
}

function findSource(context: Context): Move | { readonly found: SourceFacts } {
  const answer = locateSource(context.request, context.seen.backup);
  switch (answer.kind) {
    case "wait":
      return waitFor(context, "BackupNotReady", answer.message);
    case "refuse":
      return fail(answer.reason, answer.message);
    case "found":
      return { found: answer.source };
  }
}

function claimsThere({ seen, state, request }: Context): Move | undefined {
  const missing = seen.claims?.find((claim) => !claim.exists);
  if (!missing) return undefined;
  const message = `claim ${missing.name} in namespace ${state.namespace} (the backup's) does not exist`;
  return { kind: "wait", reason: "ClaimNotFound", message, pollMs: limits.poll, limitMs: waitForMs(request) };
}

function secretsThere(context: Context): Move | undefined {
  for (const secret of context.seen.secrets ?? []) {
    if (!secret.exists)
      return waitFor(
        context,
        "SecretNotFound",
        `Secret ${secret.name} in namespace ${context.state.namespace} does not exist`,
      );
    const wanted = context.request.connection?.credentialsSecret;
    const pair = [wanted?.usernameKey ?? "username", wanted?.passwordKey ?? "password"];
    if (!secret.keys.includes("NEO4J_AUTH") && !pair.every((key) => secret.keys.includes(key))) {
      return waitFor(
        context,
        "SecretNotFound",
        `Secret ${secret.name} needs the keys ${pair.join(" and ")}, or NEO4J_AUTH; it has ${secret.keys.join(", ") || "none"}`,
      );
    }
  }
  return undefined;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
