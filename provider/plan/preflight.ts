/**
 * Every check before anything is touched, each a named function of what was gathered; all of them are asked
 * and all problems are told together. A problem says what, which value, and the fix.
 */
import { formatQuantity } from "../spec/quantity.js";
import { asideText, discardCommand } from "./aside-words.js";
import { layoutProblems } from "./layout.js";
import type { MissingPermission } from "./observation.js";
import { claimChecks } from "./preflight-claims.js";
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
import { chooseStrategy, consented } from "./strategy.js";

const permissions: Check = ({ missingPermissions }) =>
  missingPermissions.length === 0 ? undefined : permissionProblem(missingPermissions);

export function permissionProblem(missing: readonly MissingPermission[]): Problem {
  return {
    reason: "MissingPermissions",
    message: `this kubeconfig's user may not: ${missing.map(permissionWords).join("; ")}: grant it, as the Role in docs/permissions.md does`,
  };
}

export const permissionWords = ({ verb, resource, namespace }: MissingPermission): string =>
  `${verb} ${resource}${namespace ? ` in ${namespace}` : ""}`;

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
  if (!server.reachable || isAtLeast(server.version, 2025, 1)) return undefined;
  if (server.version.startsWith("5.") && isAtLeast(server.version, 5, 26)) return undefined;
  return {
    reason: "UnsupportedVersion",
    message: `the server is Neo4j ${server.version}; supported are 5.26 and 2025.01 and newer: upgrade it, or restore into a newer instance`,
  };
};

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [ofServer = 0, then = 0] = version.split(".").map(Number);
  return ofServer > major || (ofServer === major && then >= minor);
}

/** An existing database has its name; a new one must have one that this server takes. */
const name: Check = (input) => {
  const { server, request } = input;
  const { databaseName } = request.spec;
  if (!server.reachable || rowOf(input) || !/^\d/.test(databaseName) || isAtLeast(server.version, 2025, 1))
    return undefined;
  return {
    reason: "InvalidSpec",
    message: `spec.databaseName: ${databaseName} begins with a digit, which Neo4j 2025.01 and newer take and this server, ${server.version}, does not: choose a name that begins with a letter`,
  };
};

/** What an older neo4j-admin does not know ends the Job with its usage, with stopCluster while everything is down. */
const flags: Check = (input) => {
  const { server, request } = input;
  const args = request.spec.options?.additionalArgs ?? [];
  const index = args.findIndex((arg) => arg.startsWith("--source-database"));
  if (index < 0) return undefined;
  const tagged = server.reachable ? undefined : taggedVersion(input);
  const version = server.reachable ? server.version : tagged;
  if (version !== undefined && isAtLeast(version, 2025, 2)) return undefined;
  // Where the server has to be reached first, that alone is told.
  const offline = !server.reachable && isSilent(server.reason) && request.spec.stopCluster === true;
  if (!server.reachable && !offline) return undefined;
  const why =
    version === undefined
      ? "which version this server has cannot be told while Bolt does not answer"
      : `the server is ${version}${tagged === undefined ? "" : ", by its image's tag"}`;
  return {
    reason: "InvalidSpec",
    message: `spec.options.additionalArgs[${index}]: ${args[index] ?? ""} is a flag of Neo4j 2025.02 and newer, and ${why}: remove it, and name the artifact itself in the source`,
  };
};

/** Of the template's image, because the running pod's may be by digest alone. Tags of any other form tell nothing. */
function taggedVersion({ target }: PreflightInput): string | undefined {
  const image = target.statefulSet?.shape.image.replace(/@.*$/, "") ?? "";
  return /:((?:5|20\d\d)\.\d+(?:\.\d+)?)(?:-[^/:]*)?$/.exec(image)?.[1];
}

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
        message: `spec.databaseName: ${name} is a ${row.type} database; only standard ones can be restored: name one`,
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

/** A tenth of the volume stays free for the other databases on it. In place, the old store makes room first. */
const space: Check = (input) => {
  const { volume, request } = input;
  const choice = chooseStrategy(request, circumstances(input));
  const strategy = choice.ok ? choice.strategy : undefined;
  const made = strategy === "inPlace" ? (volume?.storeBytes ?? 0) : 0;
  if (!volume || volume.freeBytes + made >= volume.totalBytes / 10) return undefined;
  const other =
    strategy === "swap"
      ? ", or set spec.options.strategy: inPlace, which removes the old store first and keeps no way back"
      : "";
  return {
    reason: "NotEnoughSpace",
    message: `only ${formatQuantity(volume.freeBytes)} of ${formatQuantity(volume.totalBytes)} are free on the data volume; a tenth must stay free during a restore: enlarge the volume${other}${kept(input)}`,
  };
};

/** What takes the room, as far as the ledger tells: only its owner may say that it is not needed any more. */
function kept({ aside = [], pod, request, target }: PreflightInput): string {
  const of = {
    ...{ namespace: target.namespace, target: target.name },
    database: request.spec.databaseName,
  };
  return aside
    .filter((store) => store.pod === pod)
    .map((store) => `; ${asideText(store)}, and goes with: ${discardCommand(of, store.runId)}`)
    .join("");
}

const layout: Check = ({ shape, volume }) => {
  const problems = layoutProblems(shape, volume);
  return problems.length === 0
    ? undefined
    : {
        reason: "UnsupportedLayout",
        message: `${problems.join("; ")}: stores are swapped by renaming, so data, transaction logs and scripts must lie below /data on one volume`,
      };
};

const admitted: Check = ({ refusals = {} }) => {
  const all = Object.entries(refusals).map(([title, words]) => `${title} would be refused: ${words}`);
  return all.length === 0 ? undefined : { reason: "NotAdmitted", message: all.join("\n") };
};

const checks: readonly Check[] = [
  permissions,
  login,
  certificate,
  answers,
  version,
  name,
  flags,
  restorable,
  consent,
  strategy,
  ...clusterChecks,
  ...claimChecks,
  account,
  space,
  layout,
  admitted,
];

/** Every problem there is; none means that the restore may begin. */
export function preflight(input: PreflightInput): readonly Problem[] {
  return checks.flatMap((check) => check(input) ?? []);
}
