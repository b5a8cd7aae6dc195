/**
 * The plan in words. From the request alone, as preview shows it, what depends on a cluster reads "decided at the run";
 * who has looked at one knows it. No statement, env value or other text that may be secret is in it.
 */
import type { RestoreHooks, RestoreSource } from "../spec/types.js";
import type { RestoreRequest } from "../spec/request.js";
import { parseInstant, toRestoreUntil } from "../spec/instant.js";
import { adminArguments } from "./admin-arguments.js";
import { jobName } from "./names.js";
import { readsByServers } from "./seed-uri.js";
import { consented, type Strategy } from "./strategy.js";

/** What a look at the cluster has decided. */
export interface Decided {
  readonly strategy: Strategy;
  readonly existed: boolean;
}

export function planInWords(request: RestoreRequest, decided?: Decided): readonly string[] {
  const steps = stepsInWords(request, decided);
  return request.mode === "operator"
    ? [
        `the operator carries it out: Neo4jRestore ${request.name} is applied and watched to its end`,
        ...steps,
      ]
    : steps;
}

function stepsInWords(request: RestoreRequest, decided: Decided | undefined): readonly string[] {
  const { spec } = request;
  const strategy = decided?.strategy ?? spec.options?.strategy;
  const isNew = decided?.existed === false;
  const database = `database ${spec.databaseName}`;
  const offline = spec.stopCluster === true;
  const inPlace = strategy === "inPlace";
  const job = `Job ${jobName(request.name, "restore")}: neo4j-admin database restore`;
  const check = adminArguments(request).check ? ", then neo4j-admin database check" : "";
  const replaced = consented(request)
    ? `an existing ${database} is replaced`
    : `an existing ${database} is refused: neither force nor replaceExisting is set`;
  const consent = isNew ? `there is no ${database}: it is created` : replaced;
  const before = [
    `find target ${spec.clusterRef} and ${sourceInWords(spec.source)}${pointInWords(spec.source)}`,
    "lock the target: one restore at a time",
    `check everything before anything is touched; ${consent}`,
    ...hooksInWords("before", spec.options?.preRestore),
  ];
  const proof = "prove it by its last transaction and store format";
  const prove = `start it read-only and ${proof}`;
  const open = "open it for writes: from here on the old data is not put back automatically";
  const hooksAfter = hooksInWords("after", spec.options?.postRestore);
  const after = [...hooksAfter, "clean up; " + keepInWords(request, inPlace)];
  const orElse = decided
    ? ""
    : ` (a new ${database} is created instead, and on a cluster the restored store seeds every server: decided at the run)`;
  const rehearse = "rehearse: the same Job reads the backup and touches nothing";
  if (readsByServers(request)) {
    return [
      ...before,
      `rehearse: a Job with the servers' own credentials finds the exact artifact and reads it with neo4j-admin backup inspect`,
      `stop ${database} where it exists: it is down from here, until each server has read the backup`,
      `every server reads it from its URI: recreate ${database}, or create a new one; the old store goes, so from here on the old data cannot be put back`,
      "prove it on the writer and a majority of the servers by the artifact's last transaction and the stores' ids",
      "the access mode as before; privileges and aliases were never taken",
      ...hooksAfter,
      "clean up; there is no previous store to keep",
    ];
  }
  const seeded = seedingInWords(database, strategy, isNew);
  if (seeded.length > 0) {
    const beside = isNew ? "" : ` beside the ${offline ? "stopped" : "serving"} ${database},`;
    const stop = isNew ? "" : `stop ${database}, `;
    return [
      ...before,
      ...(offline
        ? [
            rehearse,
            `${stop}protect the claims, scale the servers to 0: every database of the cluster is down from here`,
          ]
        : []),
      `${job}${beside} on the volume of one server${check}`,
      ...(offline ? ["scale the servers back and wait for Bolt"] : []),
      ...(offline || isNew ? [] : [`stop ${database}: it is down from here`]),
      ...seeded,
      "prove it on the writer and a majority of the servers by its last transaction and store format",
      ...(isNew
        ? [...hooksAfter, "clean up"]
        : [
            "privileges, aliases and the access mode as before",
            ...hooksAfter,
            "clean up; the old store is kept on that server until neo4j-restore discard",
          ]),
    ];
  }
  if (strategy === "create") {
    return [
      ...before,
      ...(offline
        ? [rehearse, "protect the claims, scale the server to 0: every database of it is down from here"]
        : []),
      `${job}${check}`,
      ...(offline ? ["scale the server back and wait for Bolt"] : []),
      `create ${database} and ${proof}`,
      open,
      ...hooksAfter,
      "clean up",
    ];
  }
  if (offline) {
    return [
      ...before,
      rehearse,
      `stop ${database}, protect the claims, scale the server to 0: every database of it is down from here`,
      `${job}${inPlace ? " over the old store" : " beside the old store, then swap the two"}${check}`,
      "scale the server back and wait for Bolt",
      `${prove}${orElse}`,
      open,
      ...after,
    ];
  }
  if (inPlace) {
    return [
      ...before,
      rehearse,
      `stop ${database}: it is down from here`,
      `${job} over the old store, without a safety copy${check}`,
      prove,
      open,
      ...after,
    ];
  }
  return [
    ...before,
    `${job} beside the serving ${database}${check}`,
    `stop ${database} (seconds): old store aside, new store in place${orElse}`,
    prove,
    open,
    ...after,
  ];
}

/** How a cluster gets the restored store, where the strategy says that it is one. */
function seedingInWords(database: string, strategy: string | undefined, isNew: boolean): readonly string[] {
  switch (strategy) {
    case "designatedSeeder":
      if (isNew) return [`create ${database} with that server as seeder`];
      return [
        `old store aside, drop ${database} everywhere, new store in place`,
        `create ${database} with that server as seeder: from here on the old data is not put back automatically`,
      ];
    case "recreate":
      return [
        "old store aside, new store in place",
        `recreate ${database} with that server as seeder (not documented by Neo4j for a swapped store): from here on the old data is not put back automatically`,
      ];
    default:
      return [];
  }
}

function pointInWords({ pointInTime }: RestoreSource): string {
  const point = pointInTime === undefined ? undefined : parseInstant(pointInTime);
  return point === undefined ? "" : `, up to ${toRestoreUntil(point)} UTC`;
}

function sourceInWords(source: RestoreSource): string {
  const path =
    source.backupPath === undefined ? "the newest artifact (decided at the run)" : source.backupPath;
  if (source.type === "backup")
    return source.pointInTime === undefined
      ? `the newest successful run of Neo4jBackup ${source.backupRef ?? ""} (decided at the run)`
      : `the backup of Neo4jBackup ${source.backupRef ?? ""} that covers the point in time (decided at the run)`;
  const { storage } = source;
  if (storage?.type === "pvc") return `${path} on claim ${storage.pvc?.name ?? ""}`;
  const type = source.type === "storage" ? (storage?.type ?? "unknown") : source.type;
  return `${path} in ${storage?.bucket ?? "an unnamed bucket"} (${type})`;
}

function hooksInWords(when: "before" | "after", hooks: RestoreHooks | undefined): readonly string[] {
  const statements = hooks?.cypherStatements?.length ?? 0;
  const parts = [
    ...(statements > 0 ? [`${statements} Cypher statement${statements === 1 ? "" : "s"}`] : []),
    ...(hooks?.job ? [`a Job with image ${hooks.job.template.container.image}`] : []),
  ];
  return parts.length > 0 ? [`hooks ${when} the restore: ${parts.join(", then ")}`] : [];
}

function keepInWords(request: RestoreRequest, inPlace: boolean): string {
  const keep = request.spec.options?.keepPrevious;
  if (inPlace) return "there is no previous store to keep";
  if (keep === undefined) return "the previous store is kept for 24h where a fifth of the volume stays free";
  return /^0+(?:[a-zµ]+)?$/.test(keep)
    ? "the previous store is removed"
    : `the previous store is kept for ${keep}`;
}
