/**
 * What goes wrong before the point of no return: the old data serves afterwards as it did before, whoever dies
 * on the way and wherever. Refusals come first: they touch nothing at all.
 */
import { failedWith, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running, type Wish, withEveryDeath } from "./story.js";
import { artifact, createWorld, gib, newestArtifact, type SceneOptions } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

interface Trouble {
  readonly scene?: SceneOptions;
  readonly prepare?: (world: World) => void;
  readonly wish?: Wish;
  readonly reason: string;
  /** Only for one way of restoring. */
  readonly stopCluster?: boolean;
  /** Where a Job may be gone before a process has seen it, it is made again. */
  readonly jobs?: number;
  /** What a death may make of it, where an answer that was lost may not be asked for again. */
  readonly orElse?: string;
}

const backups = (world: World): NonNullable<ReturnType<World["claims"]["volume"]>> => {
  const volume = world.claims.volume("backups");
  if (!volume) throw new Error("no backups");
  return volume;
};

const onlyNew = (what: object) => (_database: string, store: { readonly origin: string } | undefined) =>
  store?.origin === "backup" ? what : {};

const tls = { caSecret: "solo-tls-secret", names: ["solo-service.neo4j.svc"] };

const refusals: Readonly<Record<string, Trouble>> = {
  "without consent": { wish: { consent: false }, reason: "DatabaseExists" },
  "wrong password": {
    prepare: (world) => world.secrets.set("solo-admin", { username: "neo4j", password: "wrong" }),
    reason: "AuthenticationFailed",
  },
  "a certificate that is not to be believed": {
    scene: { target: { tls } },
    prepare: (world) => {
      world.secrets.set(tls.caSecret, { "ca.crt": "of another authority" });
      world.certificateRefused = true;
    },
    reason: "CertificateRefused",
  },
  "TLS where the target has none": {
    prepare: (world) => (world.speaksOtherwise = true),
    reason: "CertificateRefused",
  },
  "missing permissions": {
    prepare: (world) => (world.missingPermissions = [{ verb: "create", resource: "jobs" }]),
    reason: "MissingPermissions",
  },
  "both kinds of that name": { prepare: (world) => (world.ambiguous = true), reason: "AmbiguousTarget" },
  "no definitions": { prepare: (world) => (world.noDefinitions = true), reason: "DefinitionsMissing" },
  "a target in deletion": {
    prepare: (world) => (world.target().terminating = true),
    reason: "TargetTerminating",
  },
  "an alias of that name": {
    prepare: (world) => (world.aliases = ["orders"]),
    reason: "DatabaseNotRestorable",
  },
  "an old version": { prepare: (world) => (world.neo4jVersion = "4.4.30"), reason: "UnsupportedVersion" },
  "a full volume": { scene: { oldBytes: 92 * gib }, reason: "NotEnoughSpace" },
  "a claim for one pod": {
    scene: { target: { accessMode: "ReadWriteOncePod" } },
    reason: "ClaimNotShareable",
    stopCluster: false,
  },
};

const failures: Readonly<Record<string, Trouble>> = {
  "no artifact there": {
    prepare: (world) => backups(world).remove(`daily/${newestArtifact}`, "story"),
    reason: "ArtifactNotFound",
  },
  "a Neo4jBackup that names no file, and nothing of its newest run": {
    scene: { backupForm: "era" },
    wish: { source: "backup" },
    prepare: (world) => backups(world).remove(`nightly-20260228-020000/${newestArtifact}`, "story"),
    reason: "ArtifactNotFound",
  },
  "a Neo4jBackup that names no file, and two of its newest run": {
    scene: { backupForm: "era" },
    wish: { source: "backup" },
    prepare: (world) => {
      const another = { ...artifact("orders", 1), takenAt: "2026-02-28T02:04:00Z" };
      backups(world).put("nightly/orders-2026-02-28T02-04-00.backup", another, "story");
    },
    reason: "ArtifactNotFound",
  },
  "an artifact that cannot be read": {
    prepare: (world) =>
      backups(world).put(`daily/${newestArtifact}`, { ...artifact("orders", 1), readable: false }, "story"),
    reason: "ArtifactInvalid",
  },
  "a restore that fails": {
    prepare: (world) =>
      (world.jobBehaviour = { restore: { failAt: { stage: "restore", code: 1, line: "it broke" } } }),
    reason: "JobFailed",
  },
  "a restore that is killed": {
    prepare: (world) => (world.jobBehaviour = { restore: { killedAfterMs: 40_000 } }),
    reason: "JobFailed",
  },
  "no fingerprint": {
    prepare: (world) =>
      (world.jobBehaviour = { restore: { failAt: { stage: "info", code: 0, line: "not readable" } } }),
    reason: "FingerprintMissing",
  },
  "an inconsistent store": {
    prepare: (world) =>
      backups(world).put(`daily/${newestArtifact}`, { ...artifact("orders", 1), consistent: false }, "story"),
    wish: { options: { verifyBackup: true } },
    reason: "BackupInconsistent",
  },
  "a Job that somebody deletes": {
    prepare: (world) => (world.jobBehaviour = { restore: { vanishesAfterMs: 20_000 } }),
    reason: "JobVanished",
    jobs: 2,
  },
  "a Job that cannot start": {
    prepare: (world) => (world.jobBehaviour = { restore: { blocker: "exceeded quota: team-a" } }),
    reason: "JobNotStarted",
  },
  "a rehearsal that cannot start": {
    prepare: (world) => (world.jobBehaviour = { rehearsal: { blocker: "exceeded quota: team-a" } }),
    reason: "JobNotStarted",
    stopCluster: true,
  },
  // Once without a claim for temporary files, and once with it.
  "a volume that fills up": { scene: { oldBytes: 83 * gib }, reason: "DiskHeadroom", jobs: 2 },
  "a timeout": {
    prepare: (world) => (world.jobBehaviour = { restore: { restoreMs: 3_600_000 } }),
    wish: { timeout: "10m" },
    reason: "TimedOut",
  },
  "a statement before that fails": {
    prepare: (world) =>
      (world.statementFailure = (text) => (text.includes("boom") ? "Invalid input" : undefined)),
    wish: { options: { preRestore: { cypherStatements: ["CALL db.checkpoint()", "boom 'hunter2'"] } } },
    reason: "PreHookFailed",
    orElse: "HookOutcomeUnknown",
  },
  "a hook Job before that fails": {
    prepare: (world) => (world.jobBehaviour = { "pre-restore-hook": { hook: { runMs: 900, exitCode: 3 } } }),
    wish: { options: { preRestore: { job: { template: { container: { image: "debian" } } } } } },
    reason: "PreHookFailed",
  },
  "a database that does not stop": {
    prepare: (world) => (world.misbehaviour = (name) => (name === "orders" ? { stopMs: 400_000 } : {})),
    reason: "TakeOfflineFailed",
  },
  "a restored database that does not start": {
    prepare: (world) => (world.misbehaviour = onlyNew({ refusesStart: "Unsupported store version" })),
    reason: "BringUpFailed",
  },
  "a restored database that starts for ever": {
    prepare: (world) => (world.misbehaviour = onlyNew({ hangsStarting: true })),
    reason: "BringUpFailed",
  },
  "a restored database that serves something else": {
    prepare: (world) => (world.misbehaviour = onlyNew({ txnShift: -7 })),
    reason: "FingerprintMismatch",
  },
  "an owner that contests the replicas": {
    scene: { target: { owner: "contests" } },
    reason: "ReplicasContested",
    stopCluster: true,
  },
};

describe.each([false, true])("stopCluster %s", (stopCluster) => {
  const fitting = (table: Readonly<Record<string, Trouble>>): [string, Trouble][] =>
    Object.entries(table).filter(([, { stopCluster: only }]) => only === undefined || only === stopCluster);

  describe.each(fitting(refusals))("refused: %s", (_name, trouble) => {
    it("touches nothing", async () => {
      const { world } = await tell(trouble, stopCluster);
      const effects = world.ledger.whats().filter((what) => what !== "HOLD" && what !== "UNHOLD");
      new Verdict(world, undefined).same("effects", effects, []).done();
    });

    it("ends the same when the process dies after any effect", async () => {
      await withEveryDeath((crashAfter) => tell(trouble, stopCluster, crashAfter));
    });
  });

  describe.each(fitting(failures))("failed: %s", (_name, trouble) => {
    it("leaves the old data serving", async () => {
      await tell(trouble, stopCluster);
    });

    it("ends the same when the process dies after any effect", async () => {
      await withEveryDeath((crashAfter) => tell(trouble, stopCluster, crashAfter));
    });
  });
});

async function tell(
  trouble: Trouble,
  stopCluster: boolean,
  crashAfter?: number,
): Promise<{ readonly effects: readonly string[]; readonly world: World }> {
  const world = await createWorld(trouble.scene ?? {});
  trouble.prepare?.(world);
  const work = running(requestOf({ stopCluster, ...trouble.wish }));
  const first = await drive(world, work, { crashAfter });
  const report = first.report ?? (await driveOn(world, work));
  const verdict = new Verdict(world, report);
  const unknown = crashAfter !== undefined && report.failure?.reason === trouble.orElse;
  failedWith(verdict, report, unknown ? (trouble.orElse ?? "") : trouble.reason);
  oldDataServes(verdict, world);
  nothingLeftOver(verdict, world);
  // A process that dies after the failure was recorded leaves nothing to go on with: the next one begins again.
  const attempts = world.ledger.count("HOLD");
  verdict
    .atMost("STOP orders", 2 * attempts)
    .atMost("JOB restore", (trouble.jobs ?? 1) * attempts)
    .done();
  return { effects: first.driver.effects, world };
}
