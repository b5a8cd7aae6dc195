/**
 * Resolve: finds the target and pins the backup's location. Touches nothing. What is absent may still come
 * (resources are applied in any order), so absence is waited for; contradictions fail at once.
 */
import type { CloudAccess } from "../../plan/cloud.js";
import { hasOnlyAccountKey, loginKeys, secretComplaint } from "../../plan/cloud-environment.js";
import { memberPods, severalServers } from "../../plan/cluster.js";
import { asServersRead, readsByServers } from "../../plan/seed-uri.js";
import { locateSource } from "../../plan/source.js";
import { claimsOf, jobIdentity, keyStaging, stagingKey, storesOf } from "../../plan/staging.js";
import { missingTools, toolsRemedy, toOperator } from "../../plan/tools-image.js";
import type { TargetView } from "../../plan/observation.js";
import type { Need } from "../effects.js";
import { limits, waitForMs } from "../limits.js";
import type { Reason } from "../reasons.js";
import { fail, firstOf, type Context, type Move, type Step } from "../step.js";
import { instanceUids } from "../subject.js";
import type { SourceFacts, TargetFacts } from "../state.js";

export const resolve: Step = {
  says: "finding the target and the backup",
  needs: (state, request) => {
    const needs: Need[] = [{ kind: "target" }];
    const { backupRef = request.spec.source.pitr?.baseBackup.backupRef } = request.spec.source;
    if (backupRef !== undefined) needs.push({ kind: "backup", name: backupRef });
    const { source } = state.facts;
    const claims = claimsOf(source);
    if (claims.length > 0) needs.push({ kind: "claims", names: claims });
    const login = request.connection?.credentialsSecret?.name ?? state.facts.target?.adminSecret;
    const authority = state.facts.target?.tls?.caSecret;
    const stores = storesOf(source).map(({ secret }) => secret);
    const wanted = [login, authority, ...stores, stagingKey(request)?.secret];
    const secrets = wanted.filter((name) => name !== undefined);
    if (secrets.length > 0) needs.push({ kind: "secrets", names: [...new Set(secrets)] });
    const identity = jobIdentity(source);
    if (identity) needs.push({ kind: "serviceAccount", name: identity.serviceAccount });
    return needs;
  },
  decide: (context) => {
    const tools = missingTools(context.request);
    if (tools) return fail("InvalidSpec", tools.message);
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
        () => secretsThere(context, target.found.adminSecret),
        () => authorityThere(context, target.found.tls?.caSecret),
        () => stagingKeyThere(context),
        ...storesOf(source.found).map((store) => () => storeAccess(context, store)),
        () => toolsThere(context, source.found),
        () => identityThere(context, source.found),
      ) ?? {
        kind: "next",
        message: `${target.found.kind} ${context.request.spec.clusterRef}; backup ${source.found.claim === undefined ? `at ${source.found.first}` : `on claim ${source.found.claim}`}`,
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
      `spec.clusterRef: both a Neo4jEnterpriseCluster and a Neo4jEnterpriseStandalone ${place} exist: rename one of them`,
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
  if (target.terminating)
    return fail("TargetTerminating", `${target.kind} ${place} is being deleted: restore into another target`);
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
      uids: instanceUids(target),
      pod: `${set.name}-0`,
      ...(severalServers(target) ? { members: memberPods(target, set) } : {}),
      container: set.shape.container,
      dataClaim: claim.name,
      adminSecret: target.adminSecret,
      ...(target.tls ? { tls: target.tls } : {}),
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
    case "found": {
      const found = readsByServers(context.request)
        ? asServersRead(answer.source)
        : loginOf(answer.source, context);
      return unnamed(found) ?? { found };
    }
  }
}

/** Which artifact is of the newest run only neo4j-admin can tell, and that comes after staging. */
function unnamed({ staging, times }: SourceFacts): Move | undefined {
  if (!staging || !times) return undefined;
  return fail(
    "InvalidSpec",
    `the newest run of the Neo4jBackup names no file, and what is staged has to be known before: name the full backup in ${times.field}`,
  );
}

function claimsThere({ seen, state, request }: Context): Move | undefined {
  const missing = seen.claims?.find((claim) => !claim.exists);
  if (!missing) return undefined;
  const message = `claim ${missing.name} in namespace ${state.namespace} (the backup's) does not exist`;
  return { kind: "wait", reason: "ClaimNotFound", message, pollMs: limits.poll, limitMs: waitForMs(request) };
}

function secretsThere(context: Context, adminSecret: string): Move | undefined {
  const absent = context.seen.secrets?.find((secret) => !secret.exists);
  if (absent) {
    const message = `Secret ${absent.name} in namespace ${context.state.namespace} does not exist`;
    return waitFor(context, "SecretNotFound", message);
  }
  const wanted = context.request.connection?.credentialsSecret;
  const secret = context.seen.secrets?.find(({ name }) => name === (wanted?.name ?? adminSecret));
  if (secret) {
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

/** What the server's certificate is verified with. */
function authorityThere(context: Context, name: string | undefined): Move | undefined {
  const secret = name === undefined ? undefined : context.seen.secrets?.find((one) => one.name === name);
  if (!secret || secret.keys.includes("ca.crt")) return undefined;
  return waitFor(
    context,
    "SecretNotFound",
    `Secret ${secret.name} needs the key ca.crt, the authority that issued Neo4j's certificate; it has ` +
      `${secret.keys.join(", ") || "none"}. Where the issuer leaves it out, name a Secret with it in spec.tls.trustedCASecret of the target`,
  );
}

function stagingKeyThere(context: Context): Move | undefined {
  const wanted = stagingKey(context.request);
  const secret = context.seen.secrets?.find(({ name }) => name === wanted?.secret);
  if (!wanted || !secret || secret.keys.includes(wanted.key)) return undefined;
  return waitFor(
    context,
    "SecretNotFound",
    `Secret ${wanted.secret} needs the key ${wanted.key} (spec.source.pitr.encryption.keySecretKey); it has ${secret.keys.join(", ") || "none"}`,
  );
}

/** What the Secrets hold decides how stores are logged in to; told apart once they have been seen. */
function loginOf(source: SourceFacts, context: Context): SourceFacts {
  const { staging } = source;
  const cloud = source.cloud && loginAt(source.cloud, context);
  const logs = staging?.logs?.cloud && loginAt(staging.logs.cloud, context);
  const known = {
    ...source,
    ...(cloud ? { cloud } : {}),
    ...(staging?.logs && logs ? { staging: { logs: { ...staging.logs, cloud: logs } } } : {}),
  };
  const needsTools = cloud?.loginByKey === true && !staging;
  return needsTools ? { ...known, staging: keyStaging(known, context.request) } : known;
}

function loginAt(cloud: CloudAccess, { seen }: Context): CloudAccess {
  const secret = seen.secrets?.find(({ name }) => name === cloud.secret);
  if (!secret?.exists) return cloud;
  if (cloud.identity && loginKeys(cloud, secret.keys).length === 0)
    return { ...cloud, loginByIdentity: true };
  return hasOnlyAccountKey(cloud, secret.keys) ? { ...cloud, loginByKey: true } : cloud;
}

function storeAccess(context: Context, cloud: CloudAccess): Move | undefined {
  const keys = context.seen.secrets?.find(({ name }) => name === cloud.secret)?.keys;
  const complaint = keys && secretComplaint(cloud, keys);
  return complaint === undefined ? undefined : waitFor(context, "SecretNotFound", complaint);
}

/** An account's key is seen only now; that pitr needs the image, the request has told. */
function toolsThere({ request }: Context, { cloud, staging }: SourceFacts): Move | undefined {
  if (!staging || request.connection?.toolsImage !== undefined) return undefined;
  return fail(
    "InvalidSpec",
    `connection.toolsImage is missing (${toOperator}): Secret ${cloud?.secret ?? ""} holds an Azure account key (AZURE_STORAGE_KEY), which neo4j-admin does not take; ${toolsRemedy}, or use a Secret with AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET`,
  );
}

function identityThere(context: Context, source: SourceFacts): Move | undefined {
  const identity = jobIdentity(source);
  if (identity?.make !== false || context.seen.serviceAccount !== "absent") return undefined;
  return waitFor(
    context,
    "ServiceAccountNotFound",
    `ServiceAccount ${identity.serviceAccount} in namespace ${context.state.namespace} does not exist`,
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
