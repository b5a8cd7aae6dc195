/**
 * What must be given back: before anything is stopped it lies in a Secret of its own and beside the stores, whole and
 * read back. 5,000 privileges come back whoever dies where; with its Secret gone, the copy on the volume is used.
 */
import { gunzipSync } from "node:zlib";
import { most } from "../../provider/plan/bounds.js";
import { cluster, everyMemberServes, grant } from "./clusters.js";
import {
  completed,
  conditionOf,
  failedWith,
  nothingLeftOver,
  oldDataServes,
  Verdict,
} from "./expectations.js";
import { drive, driveOn, ref, requestOf, running, withSomeDeaths } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(600_000);

const commands = Array.from({ length: 5_000 }, (_, index) =>
  index % 2 === 0
    ? `GRANT TRAVERSE ON GRAPH orders NODES Tenant${index} TO role_${index}`
    : `DENY READ {secret${index}} ON GRAPH orders NODES Tenant${index} TO role_${index}`,
);

async function tenants(): Promise<World> {
  const world = await cluster();
  for (const command of commands) world.target().graph.privileges.add(command);
  return world;
}

const onVolume = (world: World): string | undefined => {
  const data = world.claims.volume(world.target().claimName(0));
  const path = [...(data?.leaves.keys() ?? [])].find((one) => one.endsWith("/kept"));
  const leaf = path === undefined ? undefined : data?.get(path);
  return leaf?.type === "file" ? leaf.text : undefined;
};

const unzipped = (content: string | undefined): string =>
  content === undefined ? "" : gunzipSync(Buffer.from(content, "base64")).toString();

describe("5,000 privileges on three servers", () => {
  it("are on the new database, whoever dies", async () => {
    await withSomeDeaths(5, async (crashAfter) => {
      const world = await tenants();
      const work = running(requestOf());
      const first = await drive(world, work, { crashAfter });
      const report = first.report ?? (await driveOn(world, work));
      const verdict = new Verdict(world, report);
      everyMemberServes(completed(verdict, report), world);
      nothingLeftOver(verdict, world, { previous: true });
      const there = world.target().graph.privileges;
      verdict
        .same("missing privileges", commands.filter((one) => !there.has(one)).length, 0)
        .that(there.has(grant), "the first privilege is missing")
        .done();
      return { effects: first.driver.effects };
    });
  });

  it("are on the old one after a CREATE that was refused, and lie on both places before the STOP", async () => {
    const world = await tenants();
    let refusals = 1;
    world.createFailure = () => (refusals-- > 0 ? "refused" : undefined);
    const before: string[] = [];
    world.onEffect = ({ name }) => {
      if (name !== "neo4j.stop" && name !== "neo4j.drop") return;
      const contents = [...(world.journals.kept.get(`neo4j/${ref.name}`)?.values() ?? [])].map(unzipped);
      before.push(...contents.filter((json) => json.includes("role_4999")));
      before.push(...[unzipped(onVolume(world))].filter((json) => json.includes("role_4999")));
    };
    const { report } = await drive(world, running(requestOf()));
    const verdict = failedWith(new Verdict(world, report), report, "Neo4jRefused");
    oldDataServes(verdict, world);
    nothingLeftOver(verdict, world);
    const there = world.target().graph.privileges;
    verdict
      .same("missing privileges", commands.filter((one) => !there.has(one)).length, 0)
      .that(before.length >= 4, "what is given back was not kept before STOP and DROP")
      .done();
  });
});

/** Dies right after the DROP; then the Secret is gone. */
async function diedAfterDrop(world: World): Promise<void> {
  world.onEffect = ({ driver, name }) => {
    if (name === "neo4j.drop" && driver === "d1") first.driver.kill();
  };
  const { launch } = await import("./story.js");
  const first = launch(world, running(requestOf()));
  await world.clock.settle(first);
  world.journals.kept.clear();
}

describe("its Secret is gone when a run is taken up again", () => {
  it("the copy on the volume is used", async () => {
    const world = await tenants();
    await diedAfterDrop(world);
    const { report } = await drive(world, running(requestOf()));
    const verdict = new Verdict(world, report);
    everyMemberServes(completed(verdict, report), world);
    const there = world.target().graph.privileges;
    verdict
      .same("missing privileges", commands.filter((one) => !there.has(one)).length, 0)
      .same("aliases", [...world.target().graph.aliases], [["sales", "orders"]])
      .done();
  });

  it("a copy that is another one, or cut, is not believed: nothing is done without what has to be given back", async () => {
    const world = await tenants();
    await diedAfterDrop(world);
    const data = world.claims.volume(world.target().claimName(0));
    const path = [...(data?.leaves.keys() ?? [])].find((one) => one.endsWith("/kept")) ?? "";
    data?.put(path, { type: "file", text: (onVolume(world) ?? "").slice(0, 1_000) }, "somebody");
    const done = world.ledger.lines.length;
    await expect(drive(world, running(requestOf()))).rejects.toMatchObject({
      reason: "JournalUnreadable",
      message: expect.stringContaining("resume") as string,
    });
    expect(world.ledger.lines.slice(done).map(({ what }) => what)).toEqual([]);
  });

  it("before anything was touched the hold is given back", async () => {
    const world = await createWorld();
    const { launch } = await import("./story.js");
    world.onEffect = ({ driver, name }) => {
      if (name === "kubernetes.create" && driver === "d1") first.driver.kill();
    };
    const first = launch(world, running(requestOf()));
    await world.clock.settle(first);
    world.journals.kept.clear();
    const { report } = await drive(world, running(requestOf()));
    const verdict = failedWith(new Verdict(world, report), report, "JournalUnreadable");
    oldDataServes(verdict, world);
    nothingLeftOver(verdict, world);
    verdict.count("STOP orders", 0).done();
  });
});

it("without room for it on the volume nothing is stopped", async () => {
  const world = await createWorld();
  world.faults.add({
    call: ({ name, args }) => name === "kubernetes.exec" && JSON.stringify(args[3]).includes('"keep"'),
    ...{ when: "before", kind: "terminal", reason: "TakeOfflineFailed", message: "No space left on device" },
  });
  const { report } = await drive(world, running(requestOf()));
  const verdict = failedWith(new Verdict(world, report), report, "TakeOfflineFailed");
  oldDataServes(verdict, world);
  verdict
    .count("STOP orders", 0)
    .same("Ready", conditionOf(report, "Ready"), "False TakeOfflineFailed")
    .done();
});

it("what is told of 5,000 privileges that nobody gave back is bounded, and says where they lie", async () => {
  const world = await tenants();
  world.createFailure = () => "refused, always";
  const { report } = await drive(world, running(requestOf()));
  const { message = "" } = report?.failure ?? {};
  failedWith(new Verdict(world, report), report, "RollbackIncomplete").done();
  expect(message).toContain("/kept");
  expect(message).toContain(`neo4j-restore-${ref.name}.kept.0`);
  expect(message.length).toBeLessThan(3 * most.text);
});

it("lost past the point of no return: nothing is taken back, and what serves stays open for writes", async () => {
  const world = await createWorld();
  world.guardian.mayLose = () => true;
  world.statementFailure = () => "no";
  const options = { strategy: "inPlace", postRestore: { cypherStatements: ["boom"] } } as const;
  await drive(world, running(requestOf({ options })));
  world.journals.kept.clear();
  const again = drive(world, (engine, how) => engine.resume(ref, how));
  await expect(again).rejects.toMatchObject({ reason: "JournalUnreadable" });
  expect(world.serving()).toMatchObject({ origin: "backup", access: "read-write" });
  expect(world.violations).toEqual([]);
});
