/**
 * The usual scene: standalone `solo` with the databases `neo4j` and `orders` (the old data), a claim `backups`
 * with artifacts of `orders` and, as a trap, of `orders-eu`, and the Neo4jBackup `nightly` in either form.
 */
import type { TargetOptions } from "./target.js";
import type { Artifact, Store } from "./volume.js";
import { World } from "./world.js";

export interface SceneOptions {
  readonly target?: Partial<TargetOptions>;
  /** Servers of a cluster that host `orders`, by ordinal (default all). */
  readonly hosts?: readonly number[];
  /** Whether `orders` exists (default true). */
  readonly existing?: boolean;
  readonly backupForm?: "head" | "era";
  readonly oldBytes?: number;
}

export const gib = 1024 ** 3;
export const oldTxn = 90_412;
export const artifactTxn = 88_110;
export const newestArtifact = "orders-2026-02-28T02-00-00.backup";

/** The world with its servers up. */
export async function createWorld(options: SceneOptions = {}): Promise<World> {
  const world = new World();
  const target = world.addTarget({
    ...{ name: "solo", kind: "Neo4jEnterpriseStandalone", servers: 1, owner: "honours" },
    ...{ whenScaled: "Retain", accessMode: "ReadWriteOnce", capacityBytes: 100 * gib },
    ...{ podStartMs: 1_500, podStopMs: 1_000 },
    ...options.target,
  });
  world.secrets.set("solo-admin", { username: "neo4j", password: world.password });
  const everywhere = Array.from({ length: target.options.servers }, (_, ordinal) => ordinal);
  plant(world, everywhere, target, "neo4j", "other", 3, gib);
  if (options.existing !== false)
    plant(world, options.hosts ?? everywhere, target, "orders", "old", oldTxn, options.oldBytes ?? 10 * gib);
  fillBackups(world, options.backupForm ?? "head");
  target.reconcile();
  const up = (): boolean => world.servers().length > 0 && world.servers().every((server) => server.answers);
  await world.clock.pass(1_000);
  while (!up() || (options.existing !== false && !world.serving())) await world.clock.pass(1_000);
  return world;
}

function plant(
  world: World,
  ordinals: readonly number[],
  target: ReturnType<World["target"]>,
  name: string,
  origin: Store["origin"],
  txn: number,
  bytes: number,
): void {
  const set = world.freshSet();
  const store: Store = {
    ...{ type: "store", set, origin, storeId: `store-of-${name}`, format: "record-aligned-1.1" },
    ...{ bytes, complete: true, txn, writes: 0 },
  };
  const id = `id-of-${name}`;
  const cluster = target.options.servers > 1;
  for (const ordinal of ordinals) {
    const data = world.claims.volume(target.claimName(ordinal));
    data?.put(`databases/${name}`, store, "scene");
    data?.put(`transactions/${name}`, { type: "logs", set }, "scene");
    data?.put("databases/store_lock", { type: "file", text: "" }, "scene");
    if (cluster) data?.put(`cluster-state/${name}`, { type: "file", text: id }, "scene");
  }
  target.graph.set(name, {
    ...{ id, creationTime: "2025-06-01T08:00:00.000Z", requested: "online", access: "read-write" },
    ...(cluster ? { hosts: ordinals.map((ordinal) => target.podName(ordinal)) } : {}),
  });
}

function fillBackups(world: World, form: "head" | "era"): void {
  const claim = world.claims.add({
    name: "backups",
    accessModes: ["ReadWriteMany"],
    capacityBytes: 500 * gib,
  });
  const put = (path: string, one: Artifact): void => claim.put(path, one, "scene");
  for (const folder of ["daily", form === "head" ? "nightly" : "nightly-20260228-020000"]) {
    put(`${folder}/${newestArtifact}`, artifact("orders", artifactTxn));
    put(`${folder}/orders-eu-2026-02-28T03-00-00.backup`, artifact("orders-eu", 5));
  }
  const older = { ...artifact("orders", 80_000), takenAt: "2026-02-27T02:00:00Z" };
  put("daily/orders-2026-02-27T02-00-00.backup", older);
  const logs = world.claims.add({ name: "logs", accessModes: ["ReadWriteMany"], capacityBytes: 500 * gib });
  logs.put(`diffs/${newestArtifact}`, artifact("orders", artifactTxn), "scene");
  world.secrets.set("backup-key", { key: world.password });
  const vault = world.addStore("s3://vault");
  vault.put(`production/daily/${newestArtifact}`, artifact("orders", artifactTxn), "scene");
  vault.put("production/daily/orders-eu-2026-02-28T03-00-00.backup", artifact("orders-eu", 5), "scene");
  world.secrets.set("aws", { AWS_REGION: "eu-west-1" });
  if (form === "era") {
    put("nightly-20260227-020000/orders-2026-02-27T02-00-00.backup", older);
    // Of the Neo4jBackup "nightly-2".
    put(`nightly-2-20260228-020000/${newestArtifact}`, artifact("orders", 70_000));
  }
  const run = {
    succeeded: true,
    startedAt: "2026-02-28T02:00:00Z",
    completedAt: "2026-02-28T02:05:00Z",
    ...(form === "head" ? { path: "nightly", artifact: newestArtifact } : {}),
  };
  world.backups.set("nightly", {
    name: "nightly",
    storage: { type: "pvc", pvc: { name: "backups" } },
    database: "orders",
    runs: [run],
    phase: "Completed",
    neo4jVersion: "5.26.0",
  });
}

export function artifact(database: string, txn: number): Artifact {
  return {
    ...{ type: "artifact", database, takenAt: "2026-02-28T02:00:00Z", bytes: 4 * gib },
    ...{ readable: true, consistent: true, metadata: true },
    // A restored store has the same store id as the database that was backed up.
    content: { txn, storeId: `store-of-${database}`, format: "record-aligned-1.1", bytes: 8 * gib },
  };
}
