/**
 * Strategy seedURI on a cluster of three servers: each reads the artifact from its store itself. Whole and with
 * every death: every member serves the restored data, the call to the servers was made once, and no Job restored.
 */
import type { RestoreRequest } from "../../provider/spec/request.js";
import type { RestoreSource } from "../../provider/spec/types.js";
import { cluster, everyMemberServes, grant } from "./clusters.js";
import { conditionOf, failedWith, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running, type Wish, withEveryDeath } from "./story.js";
import { createWorld, newestArtifact } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(600_000);

const options = { strategy: "seedURI" as const };
const uri = `s3://vault/production/daily/${newestArtifact}`;
const wish: Wish = { source: "seed", options };

function withSource(source: RestoreSource): RestoreRequest {
  const request = requestOf(wish);
  return { ...request, spec: { ...request.spec, source } };
}

async function told(
  existing: boolean,
  crashAfter?: number,
): Promise<{ readonly effects: readonly string[] }> {
  const world = await cluster({ existing });
  // The user took the old data's loss on: no store is set aside.
  world.guardian.mayLose = () => true;
  const work = running(requestOf(wish));
  const first = await drive(world, work, { crashAfter });
  const report = first.report ?? (await driveOn(world, work));
  const verdict = new Verdict(world, report)
    .same("the failure", report.failure, undefined)
    .same("the phase", report.status.phase, "Completed")
    .same("the strategy", report.status.strategy, "seedURI")
    .same("the artifact", report.status.backupInfo?.backupPath, uri)
    .same("JobCreated", conditionOf(report, "JobCreated"), "False NotRequested")
    .same("Degraded", conditionOf(report, "Degraded"), "False AllServe")
    .same("a previous store", report.status.previous, undefined)
    .count("JOB restore", 0)
    .count("JOB rehearsal", 1)
    // What must be given back is kept on the volume and goes again, and the run is closed there; no store is touched.
    .count(/^(DROP|EXEC (?!keep|discard|close|last))/, 0)
    .count("STOP orders", existing ? 1 : 0)
    .count("RECREATE orders", existing ? 1 : 0)
    .same("privileges", world.target().graph.privileges.has(grant), existing)
    .same("aliases", [...world.target().graph.aliases], existing ? [["sales", "orders"]] : []);
  everyMemberServes(verdict, world);
  nothingLeftOver(verdict, world);
  verdict.done();
  return { effects: first.driver.effects };
}

test.each([
  ["a new database is created", false],
  ["an existing one is recreated in its place", true],
])("%s", async (_name, existing) => {
  await withEveryDeath((crashAfter) => told(existing, crashAfter));
});

async function refusedWith(world: World, request: RestoreRequest, says: string): Promise<void> {
  const { report } = await drive(world, running(request));
  failedWith(new Verdict(world, report), report, "StrategyNotPossible")
    .that(report?.failure?.message.includes(says) === true, `it says ${report?.failure?.message ?? ""}`)
    .count(/^(JOB|STOP|CREATE|RECREATE)/, 0)
    .same("what serves", world.serving()?.origin, "old")
    .done();
}

describe("refused before anything is touched", () => {
  it("one server", async () => {
    await refusedWith(await createWorld(), requestOf(wish), "is for a cluster of several servers");
  });

  it("a backup on a claim, known only at the run", async () => {
    const source = { type: "backup", backupRef: "nightly" } as const;
    await refusedWith(
      await cluster(),
      withSource(source),
      "lies on claim backups, which the servers do not mount",
    );
  });

  it("S3SeedProvider before CloudSeedProvider, as 5.26 has it unless it is told", async () => {
    const world = await cluster();
    world.settings.set("dbms.databases.seed_from_uri_providers", "S3SeedProvider,CloudSeedProvider");
    await refusedWith(world, requestOf(wish), "set it to CloudSeedProvider");
  });

  it("a point in time of an existing database", async () => {
    const source = { ...requestOf(wish).spec.source, pointInTime: "2026-02-28T01:00:00Z" };
    await refusedWith(await cluster(), withSource(source), "from a whole artifact only");
  });
});

test("a point in time of a new database: not before 2025.01", async () => {
  const world = await cluster({ existing: false });
  const source = { ...requestOf(wish).spec.source, pointInTime: "2026-02-28T01:00:00Z" };
  const { report } = await drive(world, running(withSource(source)));
  failedWith(new Verdict(world, report), report, "StrategyNotPossible").count(/^JOB/, 0).done();
});

test("an artifact that the servers' credentials do not read is found out while all serve", async () => {
  const world = await cluster();
  world.jobBehaviour = { rehearsal: { failAt: { stage: "inspect", code: 1, line: "403" } } };
  const { report } = await drive(world, running(requestOf(wish)));
  const verdict = failedWith(new Verdict(world, report), report, "JobFailed");
  oldDataServes(verdict, world)
    .count(/^(STOP|RECREATE)/, 0)
    .done();
});

test("Neo4j refuses the call: the old data serves as before on every member", async () => {
  await withEveryDeath(async (crashAfter) => {
    const world = await cluster();
    world.createFailure = () => "Invalid options";
    const work = running(requestOf(wish));
    const first = await drive(world, work, { crashAfter });
    const report = first.report ?? (await driveOn(world, work));
    await world.clock.pass(10_000);
    const verdict = failedWith(new Verdict(world, report), report, "Neo4jRefused");
    oldDataServes(verdict, world)
      .same(
        "copies",
        world.copies().map(({ origin }) => origin),
        ["old", "old", "old"],
      )
      .same("the hold", world.target().hold, undefined)
      .done();
    return { effects: first.driver.effects };
  });
});

test("a server that cannot read it is named; the majority serves", async () => {
  const world = await cluster({ existing: false });
  world.misbehaviour = (name, _store, pod) =>
    name === "orders" && pod === "solo-server-2" ? { refusesSeed: "403" } : {};
  const { report } = await drive(world, running(requestOf(wish)));
  everyMemberServes(new Verdict(world, report), world, 2)
    .same("the phase", report?.status.phase, "Completed")
    .same("Degraded", conditionOf(report, "Degraded"), "True MembersMissing")
    .done();
});

test("no server can read it after all: failed with Neo4j's own words, and a corrected restore goes on", async () => {
  const world = await cluster();
  world.guardian.mayLose = () => true;
  world.misbehaviour = (name) => (name === "orders" ? { refusesSeed: "expired token" } : {});
  const { report } = await drive(world, running(requestOf(wish)));
  failedWith(new Verdict(world, report), report, "NotFullyOnline")
    .that(/expired token/.test(report?.failure?.message ?? ""), "Neo4j's own text is missing")
    .done();
  world.misbehaviour = () => ({});
  const again = await drive(world, running(requestOf({ ...wish, trigger: "2" })));
  everyMemberServes(new Verdict(world, again.report), world)
    .same("the phase", again.report?.status.phase, "Completed")
    .count("RECREATE orders", 2)
    .done();
});

test("the answer to the call is lost: it is watched for, and not called twice", async () => {
  const world = await cluster();
  world.guardian.mayLose = () => true;
  world.faults.add({ call: "neo4j.recreate", when: "after" });
  const { report } = await drive(world, running(requestOf(wish)));
  everyMemberServes(new Verdict(world, report), world)
    .same("the phase", report?.status.phase, "Completed")
    .count("RECREATE orders", 1)
    .done();
});
