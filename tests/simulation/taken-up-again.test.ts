/**
 * A failed run that is taken up again finds a world that others have worked in: what they put there is never taken
 * back or overwritten by it, and what it still owes is given back before anything else is done to the target.
 */
import { createEngine } from "../../provider/runtime/restore-engine.js";
import type { RestoreRequest } from "../../provider/spec/request.js";
import { cluster } from "./clusters.js";
import { newDataServes, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { drive, driveOn, ref, requestOf, restoreName, running, type Work, withEveryDeath } from "./story.js";
import type { Call } from "./world/faults.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const hour = 3_600_000;
const resuming: Work = (engine, options) => engine.resume(ref, options);
const again = (request: RestoreRequest): Work => running(request);
const other = (wish: Parameters<typeof requestOf>[0] = {}) =>
  running(requestOf({ name: "another", source: "folder", ...wish }));

/** The restored store is refused, and the old one cannot be put back. */
function putsNothingBack(world: World): void {
  world.misbehaviour = (_name, store) => (store?.origin === "backup" ? { refusesStart: "broken" } : {});
  world.faults.add({
    call: ({ name, args }: Call) => name === "kubernetes.exec" && JSON.stringify(args).includes('"back"'),
    when: "before",
    kind: "terminal",
    reason: "SwapFailed",
    message: "in the way",
    times: Infinity,
  });
}

function behave(world: World): void {
  world.faults.clear();
  world.misbehaviour = () => ({});
}

describe("a run that still has to give back", () => {
  it.each([false, true])("lets no other restore at its target (stopCluster %s)", async (stopCluster) => {
    const world = await createWorld();
    putsNothingBack(world);
    const { report: first } = await drive(world, running(requestOf({ stopCluster })));
    expect(first?.failure?.reason).toBe("RollbackIncomplete");
    behave(world);
    const { report: second } = await drive(world, other({ stopCluster }));
    expect(second?.failure?.reason).toBe("WaitedTooLong");
    expect(second?.failure?.message).toContain(`neo4j-restore resume ${restoreName} --namespace neo4j`);
    const { report } = await drive(world, resuming);
    const verdict = new Verdict(world, report).same("the hold", world.target().hold, undefined);
    oldDataServes(verdict, world);
    nothingLeftOver(verdict, world, { previous: false });
    verdict.count("JOB restore", 1).done();
  });

  it("takes nothing back from a restore that came when its hold had been taken away", async () => {
    const world = await createWorld();
    putsNothingBack(world);
    await drive(world, running(requestOf()));
    behave(world);
    world.target().hold = undefined;
    const { report: later } = await drive(world, other());
    expect(later?.status.phase).toBe("Completed");
    await world.clock.pass(3 * hour);
    const served = world.serving();
    const stops = world.ledger.count("STOP orders");
    const { report } = await drive(world, resuming);
    expect(report?.failure?.reason).toBe("DatabaseChangedSinceConsent");
    expect(report?.failure?.message).toContain("restore another of");
    expect(world.serving()).toMatchObject({ set: served?.set });
    expect(world.ledger.count("STOP orders")).toBe(stops);
  });

  it.each([false, true])("gives back when it is removed (stopCluster %s)", async (stopCluster) => {
    const world = await createWorld();
    putsNothingBack(world);
    const { report } = await drive(world, running(requestOf({ stopCluster })));
    await expect(remove(world, report?.runId ?? "")).rejects.toThrow(/giving back stopped/);
    expect(world.target().hold).toBeDefined();
    behave(world);
    await remove(world, report?.runId ?? "");
    const verdict = new Verdict(world, undefined).same("the hold", world.target().hold, undefined);
    oldDataServes(verdict, world);
    verdict.same("journals", world.journals.records.size, 0).done();
  });
});

async function remove(world: World, runId: string): Promise<void> {
  const engine = createEngine(world.driver().ports, () => Promise.resolve());
  const signal = new AbortController().signal;
  await world.clock.settle(
    engine.remove({ ...ref, runId }, { owner: "story", signal, onProgress: () => undefined }),
  );
}

describe("a run that failed past its point of no return", () => {
  it("does not run its hook, or tell of success, on what another restore has put there", async () => {
    const world = await createWorld();
    const options = { postRestore: { cypherStatements: ["MATCH (n:Old) DETACH DELETE n"] } };
    world.statementFailure = () => "no";
    const { report: first } = await drive(world, running(requestOf({ options })));
    expect(first?.failure?.reason).toBe("PostHookFailed");
    world.statementFailure = () => undefined;
    expect((await drive(world, other())).report?.status.phase).toBe("Completed");
    const served = world.serving();
    for (const _time of [1, 2]) {
      const { report } = await drive(world, again(requestOf({ options })));
      expect(report?.failure?.reason).toBe("DatabaseChangedSinceConsent");
      expect(report?.failure?.message).toContain("change trigger");
      expect(world.serving()).toMatchObject({ set: served?.set });
    }
    expect(world.target().hold).toBeUndefined();
    const undone = await drive(world, (engine, asked) => engine.undo({ ...ref, name: "another" }, asked));
    expect(undone.report?.failure).toBeUndefined();
  });

  it("goes on where it failed although the target was busy in between", async () => {
    const world = await createWorld();
    const options = { postRestore: { cypherStatements: ["MATCH (n:Old) DETACH DELETE n"] } };
    world.statementFailure = () => "no";
    await drive(world, running(requestOf({ options })));
    world.statementFailure = () => undefined;
    world.target().hold = "somebody.else";
    const { report: busy } = await drive(world, again(requestOf({ options })));
    expect(busy?.failure?.reason).toBe("TargetBusy");
    world.target().hold = undefined;
    const { report } = await drive(world, again(requestOf({ options })));
    const verdict = new Verdict(world, report).same("the phase", report?.status.phase, "Completed");
    newDataServes(verdict, world);
    verdict.count("JOB restore", 1).count(/^HOOK/, 1).done();
  });

  it("only lets go where nothing but that was left", async () => {
    const world = await createWorld();
    world.faults.add({
      call: "kubernetes.releaseHold",
      when: "before",
      kind: "terminal",
      reason: "KubernetesRefused",
      message: "admission webhook denied the request",
    });
    const { report: first } = await drive(world, running(requestOf()));
    expect(first?.failure?.reason).toBe("KubernetesRefused");
    const { report } = await drive(world, again(requestOf()));
    const verdict = new Verdict(world, report)
      .same("the phase", report?.status.phase, "Completed")
      .same("the hold", world.target().hold, undefined);
    newDataServes(verdict, world);
    verdict.count("JOB restore", 1).done();
    expect(
      (await drive(world, (engine, options) => engine.undo(ref, options))).report?.failure,
    ).toBeUndefined();
  });
});

describe("on a cluster, a second rollback", () => {
  const tell = async (crashAfter?: number): Promise<{ readonly effects: readonly string[] }> => {
    const world = await cluster();
    world.createFailure = () => {
      const seed = world.claims.volume(world.target().claimName(0))?.store("databases/orders");
      return seed?.origin === "backup" ? "Invalid options" : undefined;
    };
    world.faults.add({
      call: "neo4j.giveAttachments",
      when: "before",
      kind: "terminal",
      reason: "Neo4jRefused",
      message: "role reader does not exist",
    });
    const first = await drive(world, running(requestOf()), { crashAfter });
    const end = first.report ?? (await driveOn(world, resuming));
    if (end.failure?.reason === "RollbackIncomplete") {
      const drops = world.ledger.count(/^DROP/);
      await world.clock.pass(hour);
      await drive(world, resuming);
      new Verdict(world, undefined).count(/^DROP/, drops).done();
    }
    const verdict = new Verdict(world, undefined).same("the hold", world.target().hold, undefined);
    oldDataServes(verdict, world);
    verdict.done();
    return { effects: first.driver.effects };
  };

  it("does not drop the old database that the first one has created again", async () => {
    await tell();
  });

  it("nor when the process dies after any effect", async () => {
    await withEveryDeath((crashAfter) => tell(crashAfter));
  });
});

describe("a journal that was written only in part", () => {
  it("is not gone on with: another point in time would be restored under this one's name", async () => {
    const world = await createWorld();
    const key = `neo4j/${restoreName}`;
    await drive(world, running(requestOf()));
    const before = world.journals.records.get(key);
    const changed = requestOf({ source: "folder" });
    await drive(world, running(changed), { crashAfter: 1 });
    const record = world.journals.records.get(key);
    if (!before || !record) throw new Error("no journal");
    world.journals.records.set(key, { ...record, request: before.request });
    await expect(drive(world, resuming)).rejects.toThrow(/written only in part/);
    const { report } = await drive(world, running(changed));
    new Verdict(world, report).same("the phase", report?.status.phase, "Completed").done();
  });
});

describe("one refused request", () => {
  const refused = {
    when: "before",
    kind: "terminal",
    reason: "KubernetesRefused",
    message: "The Kubernetes API does not accept the credentials: 401",
  } as const;

  it("while the Job runs does not end the restore", async () => {
    const world = await createWorld();
    world.faults.add({ call: "kubernetes.job", after: 8, ...refused });
    const { report } = await drive(world, running(requestOf()));
    expect(report?.failure).toBeUndefined();
    newDataServes(new Verdict(world, report), world).done();
  });

  it("while giving back does not leave the database down", async () => {
    const world = await createWorld();
    world.misbehaviour = (_name, store) => (store?.origin === "backup" ? { refusesStart: "bad store" } : {});
    const due = { now: false };
    world.onEffect = ({ name }) => {
      if (name === "neo4j.stop" && world.ledger.count("STOP orders") === 2) due.now = true;
    };
    world.faults.add({ call: ({ name }: Call) => due.now && name === "kubernetes.target", ...refused });
    const { report } = await drive(world, running(requestOf()));
    expect(report?.failure?.reason).toBe("BringUpFailed");
    const verdict = new Verdict(world, report);
    oldDataServes(verdict, world);
    verdict.done();
  });
});
