/**
 * What a cluster of several servers needs beyond a standalone, as pure judgements: which pod a server is, whose
 * volume the restore works on, how the database is created from it. A server is told by its address: the name
 * of its pod is the first label of its host, because SHOW SERVERS names servers by ids of its own.
 */
import type {
  Attachments,
  DatabaseRow,
  Json,
  JsonObject,
  PodShape,
  ServerRow,
  ServerView,
  StatefulSetView,
  TargetView,
  Topology,
} from "./observation.js";

/** More than one server has, or may have, a copy of a database. A set that was scaled down still has its claims. */
export function severalServers(target: TargetView): boolean {
  if (target.kind !== "Neo4jEnterpriseCluster") return false;
  const claims = target.dataClaims.filter((claim) => claim.exists).length;
  return Math.max(claims, target.servers, target.statefulSet?.replicas ?? 0, target.pods.length) > 1;
}

/** Names of the pods that the set has, or had before it was scaled away. */
export function memberPods(target: TargetView, set: StatefulSetView): readonly string[] {
  const count = Math.max(set.replicas, target.servers);
  const expected = Array.from({ length: count }, (_, ordinal) => `${set.name}-${ordinal}`);
  return target.pods.length > 0 ? target.pods.map((pod) => pod.name) : expected;
}

export function podOfAddress(address: string | undefined): string | undefined {
  return address?.split(":", 1)[0]?.split(".", 1)[0];
}

/** The pod of the server that takes commands for a database. */
export function writerPod(server: ServerView | undefined, database: string): string | undefined {
  if (!server?.reachable) return undefined;
  return podOfAddress(server.databases.find((row) => row.name === database && row.writer)?.address);
}

/** Why a server may not be given a database. */
export function unfit(row: ServerRow | undefined, database: string): string | undefined {
  if (!row) return "is not in SHOW SERVERS by its address";
  if (row.state !== "Enabled") return `is ${row.state}`;
  if (row.health !== "Available") return `is ${row.health}`;
  if (row.mode === "SECONDARY") return "may host secondaries only";
  if (row.denied.includes(database)) return `must not host ${database} (deniedDatabases)`;
  const closed = row.allowed.length > 0 && !row.allowed.includes(database);
  return closed ? `must not host ${database} (allowedDatabases)` : undefined;
}

/** The claim that is mounted at /data. */
export function dataClaimOf(shape: PodShape): string | undefined {
  const mount = shape.mounts.find((one) => textOf(one["mountPath"])?.replace(/\/+$/, "") === "/data");
  const volume = shape.volumes.find((one) => one["name"] === mount?.["name"]);
  return volume && claimOfVolume(volume);
}

/** The claim that a pod's volume is; undefined where it is none. */
export function claimOfVolume(volume: JsonObject): string | undefined {
  const source = volume["persistentVolumeClaim"];
  return isObject(source) ? textOf(source["claimName"]) : undefined;
}

/** The template's shape as the pod of that name has it: claims of templates end in `-<set>-<ordinal>`. */
export function shapeOfPod(set: StatefulSetView, pod: string): PodShape {
  const ofSet = new RegExp(`-${set.name.replaceAll(".", "\\.")}-\\d+$`);
  const volumes = set.shape.volumes.map((volume): JsonObject => {
    const source = volume["persistentVolumeClaim"];
    const claim = claimOfVolume(volume);
    return isObject(source) && claim !== undefined
      ? { ...volume, persistentVolumeClaim: { ...source, claimName: claim.replace(ofSet, `-${pod}`) } }
      : volume;
  });
  return { ...set.shape, volumes };
}

/** Options that say where a database comes from; a restored store brings its own format. */
const ofOrigin = /^(existingData.*|seed.*|storeFormat)$/;

/** OPTIONS with which a database is created from the store of that server; `existingData` is what Cypher 5 demands. */
export function seedOptions(attachments: Attachments | undefined, serverId: string): JsonObject {
  const kept = Object.entries(attachments?.options ?? {}).filter(([key]) => !ofOrigin.test(key));
  return { ...Object.fromEntries(kept), existingData: "use", existingDataSeedServer: serverId };
}

/** The procedure's name by the server's own version: renamed in 2025.04. */
export function recreateProcedure(version: string): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const renamed = major > 2025 || (major === 2025 && minor >= 4);
  return renamed ? "dbms.recreateDatabase" : "dbms.cluster.recreateDatabase";
}

/** The others say that the server in this pod is not there. */
export function isAway(server: ServerView | undefined, pod: string): boolean {
  if (!server?.reachable) return false;
  const row = server.servers.find((one) => podOfAddress(one.address) === pod);
  return row !== undefined && row.health !== "Available";
}

/** Pods of the servers of a cluster that are there. */
export function availablePods(server: ServerView | undefined): readonly string[] {
  const rows = server?.reachable ? server.servers : [];
  return rows.flatMap((row) => (row.health === "Available" ? (podOfAddress(row.address) ?? []) : []));
}

/** Addresses of the servers that do not answer the others. */
export function awayServers(server: ServerView | undefined): readonly string[] {
  const rows = server?.reachable ? server.servers : [];
  return rows.filter(({ health }) => health !== "Available").map((row) => row.address ?? row.serverId);
}

/**
 * As much of a topology as the servers that are there can hold, primaries first; undefined where all of it fits
 * or no server is away: then something else was refused.
 */
export function fittingTopology(
  server: ServerView | undefined,
  database: string,
  wanted: Topology,
): Required<Topology> | undefined {
  if (!server?.reachable || awayServers(server).length === 0) return undefined;
  const room = server.servers.filter((row) => unfit(row, database) === undefined).length;
  const primaries = Math.min(wanted.primaries ?? room, room);
  const secondaries = Math.min(wanted.secondaries ?? 0, room - primaries);
  const all = primaries === wanted.primaries && secondaries === (wanted.secondaries ?? 0);
  return all || primaries === 0 ? undefined : { primaries, secondaries };
}

/** How many of so many are more than half. */
export function majorityOf(count: number): number {
  return Math.floor(count / 2) + 1;
}

/** A server that is unreachable has a row without an address, and says nothing about its copy. */
export function isThere(row: DatabaseRow): boolean {
  return row.address !== undefined && row.currentStatus !== "unknown";
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
