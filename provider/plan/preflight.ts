/**
 * Every check before anything is touched, each a named function of what was gathered; all of them are asked
 * and all problems are told together. A problem says what, which value, and the fix.
 */
import { formatQuantity, parseQuantity } from "../spec/quantity.js";
import type { ClaimView } from "./observation.js";
import { clusterChecks } from "./preflight-cluster.js";
import {
  type Check,
  circumstances,
  existsOrMay,
  isSilent,
  type PreflightInput,
  type Problem,
  rowOf,
} from "./preflight-input.js";
import { readsByServers } from "./seed-uri.js";
import { chooseStrategy, consented } from "./strategy.js";

const permissions: Check = ({ missingPermissions }) => {
  if (missingPermissions.length === 0) return undefined;
  const all = missingPermissions.map(
    (one) => `${one.verb} ${one.resource}${one.namespace ? ` in ${one.namespace}` : ""}`,
  );
  return { reason: "MissingPermissions", message: `this kubeconfig's user may not: ${all.join("; ")}` };
};

const login: Check = ({ server }) =>
  !server.reachable && server.reason === "authentication"
    ? {
        reason: "AuthenticationFailed",
        message: `Neo4j refused the login (${server.message}): correct the admin Secret, or name another with connection.credentialsSecret`,
      }
    : undefined;

/** Also with stopCluster: what can't be verified before can't be brought up after. */
const certificate: Check = ({ server }) =>
  !server.reachable && server.reason === "certificate"
    ? { reason: "CertificateRefused", message: server.message }
    : undefined;

const answers: Check = ({ server, request }) =>
  !server.reachable && isSilent(server.reason) && request.spec.stopCluster !== true
    ? {
        reason: "ServerUnreachable",
        message: `Bolt does not answer (${server.message}): look at the pod's log, or set spec.stopCluster: true to restore offline`,
      }
    : undefined;

const version: Check = ({ server }) => {
  if (!server.reachable) return undefined;
  const [major = 0, minor = 0] = server.version.split(".").map(Number);
  const supported = (major === 5 && minor >= 26) || major >= 2025;
  return supported
    ? undefined
    : {
        reason: "UnsupportedVersion",
        message: `the server is Neo4j ${server.version}; supported are 5.26 and 2025.01 and newer`,
      };
};

const restorable: Check = (input) => {
  const name = input.request.spec.databaseName;
  const row = rowOf(input);
  if (input.server.reachable && input.server.aliases.includes(name)) {
    return {
      reason: "DatabaseNotRestorable",
      message: `spec.databaseName: ${name} is an alias: name the database it stands for`,
    };
  }
  return row && row.type !== "standard"
    ? {
        reason: "DatabaseNotRestorable",
        message: `spec.databaseName: ${name} is a ${row.type} database; only standard ones can be restored`,
      }
    : undefined;
};

const consent: Check = (input) => {
  if (!existsOrMay(input) || consented(input.request)) return undefined;
  const name = input.request.spec.databaseName;
  const row = rowOf(input);
  const fix = "set spec.force: true or spec.options.replaceExisting: true to overwrite it";
  if (!input.server.reachable)
    return {
      reason: "DatabaseExists",
      message: `whether database ${name} exists cannot be told while Bolt does not answer: ${fix}`,
    };
  if (!row)
    return {
      reason: "DatabaseExists",
      message: `store files of a former database ${name} lie on the volume: ${fix}`,
    };
  const since = row.creationTime ? `, created ${row.creationTime}` : "";
  return {
    reason: "DatabaseExists",
    message: `database ${name} exists (last transaction ${row.lastCommittedTxn ?? "unknown"}${since}) and would be replaced: ${fix}`,
  };
};

const strategy: Check = (input) => {
  const choice = chooseStrategy(input.request, circumstances(input));
  return choice.ok ? undefined : { reason: "StrategyNotPossible", message: choice.message };
};

const shareable: Check = ({ claim, request }) =>
  request.spec.stopCluster !== true &&
  !readsByServers(request) &&
  claim?.accessModes.includes("ReadWriteOncePod")
    ? {
        reason: "ClaimNotShareable",
        message: `claim ${claim.name} is ReadWriteOncePod, so no Job can use it beside the server: set spec.stopCluster: true`,
      }
    : undefined;

const pinned: Check = ({ target, pod, backupClaim }) => {
  if (!backupClaim || !onlyOneNode(backupClaim)) return undefined;
  const node = target.pods.find(({ name, running }) => name === pod && running)?.node;
  const elsewhere = backupClaim.users.find(
    (user) => user.node !== undefined && node !== undefined && user.node !== node,
  );
  return elsewhere
    ? {
        reason: "ClaimPinnedElsewhere",
        message: `claim ${backupClaim.name} (ReadWriteOnce) is in use by pod ${elsewhere.pod} on node ${elsewhere.node ?? "unknown"}; the restore must run on node ${node ?? "unknown"}`,
      }
    : undefined;
};

function onlyOneNode(claim: ClaimView): boolean {
  return claim.accessModes.every((mode) => mode === "ReadWriteOnce" || mode === "ReadWriteOncePod");
}

/** Trust policies name this very ServiceAccount, so its annotations are nobody's to change. */
const account: Check = ({ identity, serviceAccount }) => {
  if (!identity || serviceAccount === undefined || serviceAccount === "absent") return undefined;
  const there = serviceAccount.annotations;
  const differs = Object.entries(identity.annotations).filter(([key, value]) => there[key] !== value);
  if (differs.length === 0) return undefined;
  const both = differs.map(([key, value]) => `${key} is ${there[key] ?? "not set"}, asked for is ${value}`);
  return {
    reason: "ServiceAccountDiffers",
    message: `ServiceAccount ${serviceAccount.name} exists with other annotations: ${both.join("; ")}: correct one of the two, or name another account in identity.serviceAccount`,
  };
};

/** A tenth of the volume stays free for the other databases on it. */
const space: Check = ({ volume }) =>
  volume && volume.freeBytes < volume.totalBytes / 10
    ? {
        reason: "NotEnoughSpace",
        message: `only ${formatQuantity(volume.freeBytes)} of ${formatQuantity(volume.totalBytes)} are free on the data volume; a tenth must stay free during a restore: enlarge the volume`,
      }
    : undefined;

const layout: Check = ({ volume }) => {
  const moved = Object.entries(volume?.directories ?? {}).filter(
    ([key, value]) => value !== standardDirectories[key],
  );
  return moved.length === 0
    ? undefined
    : {
        reason: "UnsupportedLayout",
        message: `${moved.map(([key, value]) => `server.directories.${key}=${value}`).join(", ")}: this version restores where all directories lie under /data`,
      };
};

const standardDirectories: Readonly<Record<string, string>> = {
  data: "/data",
  "transaction.logs.root": "/data/transactions",
  "script.root": "/data/scripts",
};

const checks: readonly Check[] = [
  permissions,
  login,
  certificate,
  answers,
  version,
  restorable,
  consent,
  strategy,
  ...clusterChecks,
  shareable,
  pinned,
  account,
  space,
  layout,
];

/** What was written about a new claim although the restore reads an existing one, where it does not fit that. */
export function claimRemark({ request, backupClaim }: PreflightInput): string | undefined {
  const wanted = request.spec.source.storage?.pvc;
  if (!wanted || !backupClaim) return undefined;
  const size = wanted.size === undefined ? undefined : parseQuantity(wanted.size);
  const differs = [
    ...(size !== undefined && backupClaim.capacityBytes !== undefined && size !== backupClaim.capacityBytes
      ? [`its size is ${formatQuantity(backupClaim.capacityBytes)}, not ${wanted.size ?? ""}`]
      : []),
    ...(wanted.storageClassName !== undefined && wanted.storageClassName !== backupClaim.storageClassName
      ? [`its class is ${backupClaim.storageClassName ?? "unset"}, not ${wanted.storageClassName}`]
      : []),
  ];
  return differs.length > 0 ? `claim ${backupClaim.name} is read as it is: ${differs.join(", ")}` : undefined;
}

/** Every problem there is; none means that the restore may begin. */
export function preflight(input: PreflightInput): readonly Problem[] {
  return checks.flatMap((check) => check(input) ?? []);
}
