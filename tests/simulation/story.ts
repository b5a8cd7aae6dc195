/**
 * How stories are told: a request, a world, processes that drive it and may die, and what must be true at the
 * end. A story with deaths is driven on by a new process on the same world until one lives to tell the end.
 */
import type { Engine, Progress, RunOptions, RunReport } from "../../provider/runtime/engine.js";
import { createEngine } from "../../provider/runtime/restore-engine.js";
import type { RestoreRequest } from "../../provider/spec/request.js";
import type { Neo4jRestoreSpec, RestoreOptionsSpec } from "../../provider/spec/types.js";
import type { Driver } from "./world/driver.js";
import type { World } from "./world/world.js";

export const restoreName = "back-to-monday";
export const ref = { name: restoreName, namespace: "neo4j" };

export type SourceForm = "exact" | "folder" | "backup" | "store" | "seed" | "pitr" | "shipped" | "bucket";

const fridaysBase = {
  type: "storage",
  storage: { type: "pvc", pvc: { name: "backups" } },
  backupPath: "daily/orders-2026-02-27T02-00-00.backup",
} as const;

export const sources: Readonly<Record<SourceForm, Neo4jRestoreSpec["source"]>> = {
  exact: {
    type: "storage",
    storage: { type: "pvc", pvc: { name: "backups" } },
    backupPath: "daily/orders-2026-02-28T02-00-00.backup",
  },
  folder: { type: "storage", storage: { type: "pvc", pvc: { name: "backups" } }, backupPath: "daily" },
  backup: { type: "backup", backupRef: "nightly" },
  pitr: {
    type: "pitr",
    pitr: {
      baseBackup: fridaysBase,
      logStorage: { type: "pvc", pvc: { name: "logs" }, path: "diffs" },
      encryption: { enabled: true, keySecret: "backup-key" },
    },
  },
  shipped: {
    type: "pitr",
    pitr: {
      baseBackup: fridaysBase,
      logStorage: {
        type: "s3",
        bucket: "vault",
        path: "production/daily",
        cloud: { credentialsSecretRef: "aws", identity: {} },
      },
    },
  },
  bucket: {
    type: "pitr",
    pitr: {
      baseBackup: {
        type: "storage",
        storage: { type: "s3", bucket: "vault", cloud: { identity: {} } },
        backupPath: "production/daily",
      },
      logStorage: { type: "pvc", pvc: { name: "logs" }, path: "diffs" },
    },
  },
  /** As servers read it, with what they have. */
  seed: { type: "s3", storage: { bucket: "vault", path: "production" }, backupPath: "daily" },
  store: {
    type: "s3",
    storage: {
      bucket: "vault",
      path: "production/",
      cloud: {
        credentialsSecretRef: "aws",
        identity: { autoCreate: { annotations: { "eks.amazonaws.com/role-arn": "arn:restore" } } },
      },
    },
    backupPath: "/daily",
  },
};

export interface Wish {
  readonly name?: string;
  readonly source?: SourceForm;
  readonly stopCluster?: boolean;
  readonly consent?: boolean;
  readonly timeout?: string;
  readonly trigger?: string;
  readonly options?: RestoreOptionsSpec;
}

export function requestOf(wish: Wish = {}): RestoreRequest {
  return {
    name: wish.name ?? restoreName,
    namespace: "neo4j",
    labels: {},
    annotations: {},
    ...(wish.trigger === undefined ? {} : { trigger: wish.trigger }),
    connection: { toolsImage: "tools:1" },
    spec: {
      clusterRef: "solo",
      databaseName: "orders",
      source: sources[wish.source ?? "exact"],
      force: wish.consent !== false,
      stopCluster: wish.stopCluster === true,
      ...(wish.timeout === undefined ? {} : { timeout: wish.timeout }),
      ...(wish.options ? { options: wish.options } : {}),
    },
  };
}

export interface Drive {
  /** Undefined where the process died. */
  readonly report: RunReport | undefined;
  readonly driver: Driver;
}

export type Work = (engine: Engine, options: RunOptions) => Promise<RunReport>;

export const running =
  (request: RestoreRequest): Work =>
  (engine, options) =>
    engine.run(request, options);

export interface DriveOptions {
  readonly crashAfter?: number | undefined;
  readonly signal?: AbortSignal;
  readonly owner?: string;
  readonly onProgress?: (progress: Progress) => void;
}

/** Starts a process; nothing happens before somebody lets time pass. */
export function launch(
  world: World,
  work: Work,
  options: DriveOptions = {},
): Promise<Drive> & { readonly driver: Driver } {
  const { driver, ports } = world.driver(options.crashAfter);
  const engine = asAPersonHasIt(
    world,
    createEngine(ports, () => Promise.resolve()),
  );
  const act = work(engine, {
    owner: options.owner ?? "story",
    signal: options.signal ?? new AbortController().signal,
    onProgress: (progress) => {
      world.mustHoldNoSecret("progress", JSON.stringify(progress));
      options.onProgress?.(progress);
    },
  });
  const finished = act.then(async (report) => {
    world.mustHoldNoSecret("the report", JSON.stringify(report));
    await engine.close();
    return { report, driver };
  });
  const died = driver.died.then(() => ({ report: undefined, driver }));
  return Object.assign(Promise.race([finished, died]), { driver });
}

/** What is discarded by a person's word is not missed. */
function asAPersonHasIt(world: World, engine: Engine): Engine {
  const { keeper } = world.guardian;
  return {
    ...engine,
    discard: (...what) => {
      keeper.giveUpWhatLiesAside();
      return engine.discard(...what);
    },
    discardAside: (at) => {
      keeper.giveUpWhatLiesAside(at.runId);
      return engine.discardAside(at);
    },
  };
}

export function drive(world: World, work: Work, options: DriveOptions = {}): Promise<Drive> {
  return world.clock.settle(launch(world, work, options));
}

/** Drives to the end with a first process that dies after some effects, and others that do not. */
export async function driveOn(world: World, work: Work, options: DriveOptions = {}): Promise<RunReport> {
  const first = await drive(world, work, options);
  if (first.report) return first.report;
  const second = await drive(world, work);
  if (!second.report) throw new Error("a process without an order to die has died");
  return second.report;
}

type Telling = (crashAfter: number | undefined) => Promise<{ readonly effects: readonly string[] }>;

/** Tells a story once whole, then once for each effect with a death right after it. */
export async function withEveryDeath(tell: Telling): Promise<void> {
  await withSomeDeaths(1, tell);
}

/** The same for every so many-th effect, where the deaths themselves are told elsewhere. */
export async function withSomeDeaths(every: number, tell: Telling): Promise<void> {
  const { effects } = await tell(undefined);
  // `npm run mutants` looks first for what is found without them.
  if (process.env["SIMULATION_DEATHS"] === "none") return;
  const wrong: string[] = [];
  for (const [index, name] of effects.entries()) {
    if (index % every !== every - 1) continue;
    try {
      await tell(index + 1);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      wrong.push(`with a death after effect ${index + 1} of ${effects.length} (${name}):\n${message}`);
    }
  }
  // One in full is enough to understand; the others tell how far it goes.
  const [first, ...others] = wrong;
  if (first !== undefined)
    throw new Error([first, ...others.map((text) => text.split("\n", 2).join(" "))].join("\n"));
}

/** Tells a story once for each call that may fail first; the last telling reaches none. */
export async function fromEachCall(tell: (nth: number) => Promise<boolean>): Promise<number> {
  let nth = 0;
  while (await tell(nth)) nth += 1;
  return nth;
}
