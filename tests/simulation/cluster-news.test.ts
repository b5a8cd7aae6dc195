/**
 * What SHOW DATABASES says of a member may be old news: a message of last week, or the database as it was before the
 * call that brings the restored one took effect there. Old news neither prove nor disprove anything; a copy of the
 * old data that was really started again does.
 */
import { cluster, everyMemberServes } from "./clusters.js";
import { conditionOf, failedWith, Verdict } from "./expectations.js";
import { drive, requestOf, running, type Wish } from "./story.js";
import type { Misbehaviour } from "./world/server-world.js";
import { oldTxn } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const late = "solo-server-1";
/** At or beyond the end of the old data, whatever clients wrote until it was stopped. */
const oldEnd = { lastCommittedTxn: oldTxn + 10_000 };

/** The member misbehaves from the call on, for so long. */
function afterTheCall(world: World, wrong: Misbehaviour, ms: number): void {
  let until = -Infinity;
  world.onEffect = ({ name }) => {
    if (name === "neo4j.create" || name === "neo4j.recreate") until = world.clock.now() + ms;
  };
  world.misbehaviour = (name, _store, pod) =>
    name === "orders" && pod === late && world.clock.now() < until ? wrong : {};
}

/** What it says of its last start now. */
function asBefore(world: World): { readonly lastStartTime: string } {
  const known = world.target().graph.get("orders");
  const lastStartTime = known && world.target().server(late)?.row("orders", known).lastStartTime;
  if (lastStartTime === undefined) throw new Error("it did not start before");
  return { lastStartTime };
}

const wishes: readonly (readonly [string, Wish])[] = [
  ["designatedSeeder", {}],
  ["recreate", { options: { strategy: "recreate" } }],
  ["seedURI", { source: "seed", options: { strategy: "seedURI" } }],
];

describe.each(wishes)("%s", (_name, wish) => {
  it("a stale statusMessage fails nothing", async () => {
    const world = await cluster();
    world.guardian.mayLose = () => true;
    world.misbehaviour = (name) =>
      name === "orders" ? { shows: { statusMessage: "an error of last week" } } : {};
    const { report } = await drive(world, running(requestOf(wish)));
    everyMemberServes(
      new Verdict(world, report).same("the failure", report?.failure, undefined),
      world,
    ).done();
  });

  it("a member shown online as before, until the call takes effect there, is waited for", async () => {
    const world = await cluster();
    world.guardian.mayLose = () => true;
    const shows = { ...asBefore(world), currentStatus: "online", requestedStatus: "online", ...oldEnd };
    afterTheCall(world, { shows }, 20_000);
    const { report } = await drive(world, running(requestOf(wish)));
    const verdict = new Verdict(world, report).same("the failure", report?.failure, undefined);
    everyMemberServes(verdict, world)
      .same("Degraded", conditionOf(report, "Degraded"), "False AllServe")
      .done();
  });

  it("servers that tell the same lastStartTime as before are believed by their data", async () => {
    const world = await cluster();
    world.guardian.mayLose = () => true;
    const shows = asBefore(world);
    world.misbehaviour = (name) => (name === "orders" ? { shows } : {});
    const { report } = await drive(world, running(requestOf(wish)));
    const verdict = new Verdict(world, report).same("the failure", report?.failure, undefined);
    everyMemberServes(verdict, world)
      .same("Degraded", conditionOf(report, "Degraded"), "False AllServe")
      .done();
  });

  it("an old copy that was started again is told", async () => {
    const world = await cluster();
    world.guardian.mayLose = () => true;
    afterTheCall(world, { shows: oldEnd }, Infinity);
    const { report } = await drive(world, running(requestOf(wish)));
    failedWith(new Verdict(world, report), report, "FingerprintMismatch")
      .that(/solo-server-1.* serves old data/.test(report?.failure?.message ?? ""), "the server is not named")
      .done();
  });
});
