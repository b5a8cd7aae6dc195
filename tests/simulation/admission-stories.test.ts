/**
 * What a namespace takes: an object that it would refuse is found before anything is touched, hooks after the
 * restore included; limits are given where they are demanded; temporary files get a claim where they need one.
 */
import type { JsonObject } from "../../provider/plan/observation.js";
import {
  completed,
  failedWith,
  newDataServes,
  nothingLeftOver,
  oldDataServes,
  Verdict,
} from "./expectations.js";
import { drive, driveOn, requestOf, running, type SourceForm, type Wish, withEveryDeath } from "./story.js";
import { createWorld, gib } from "./world/scene.js";
import { objectAt } from "./world/manifests.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

const hook = { job: { template: { container: { image: "curl" } } } };
const componentOf = (manifest: JsonObject): unknown =>
  objectAt(objectAt(manifest, "metadata"), "labels")["app.kubernetes.io/component"];
const limitsOf = (manifest: JsonObject): JsonObject => {
  const pod = objectAt(objectAt(objectAt(manifest, "spec"), "template"), "spec");
  const [container] = pod["containers"] as readonly JsonObject[];
  return objectAt(objectAt(container, "resources"), "limits");
};

describe.each([false, true])("stopCluster %s", (stopCluster) => {
  const told = async (
    world: World,
    wish: Wish,
    crashAfter: number | undefined,
    check: (verdict: Verdict) => void,
  ): Promise<{ readonly effects: readonly string[] }> => {
    const work = running(requestOf({ stopCluster, ...wish }));
    const first = await drive(world, work, { crashAfter });
    const verdict = new Verdict(world, first.report ?? (await driveOn(world, work)));
    check(verdict);
    verdict.done();
    return { effects: first.driver.effects };
  };

  const roles = ["post-restore-hook", "restore", ...(stopCluster ? ["volume"] : [])];
  it.each(roles)("a %s that would be refused is found before anything is touched", async (role) => {
    const quota = "exceeded quota: tight, requested: limits.memory=2Gi, limited: limits.memory=1Gi";
    await withEveryDeath(async (crashAfter) => {
      const world = await createWorld();
      world.refusal = (manifest) => (componentOf(manifest) === role ? quota : undefined);
      const work = running(requestOf({ stopCluster, options: { postRestore: hook } }));
      const first = await drive(world, work, { crashAfter });
      const report = first.report ?? (await driveOn(world, work));
      const verdict = new Verdict(world, report);
      failedWith(verdict, report, "NotAdmitted")
        .count(/^JOB/, 0)
        .same(
          "the message",
          report.failure?.message.split("\n")[0],
          `Job back-to-monday-${role} would be refused: ${quota}`,
        );
      oldDataServes(verdict, world);
      nothingLeftOver(verdict, world).done();
      return { effects: first.driver.effects };
    });
  });

  it("where limits are demanded, every container has them; elsewhere only memory is limited", async () => {
    for (const demanded of [true, false]) {
      const world = await createWorld();
      if (demanded)
        world.refusal = (manifest) =>
          limitsOf(manifest)["cpu"] === undefined ? "must specify limits.cpu" : undefined;
      const made: Record<string, JsonObject> = {};
      world.onEffect = ({ name, args }) => {
        const manifest = args[0] as JsonObject;
        if (name === "kubernetes.create") made[String(componentOf(manifest))] = limitsOf(manifest);
      };
      const options = { preRestore: hook, postRestore: hook };
      const { report } = await drive(world, running(requestOf({ stopCluster, options })));
      const ofHook = demanded ? { cpu: "1", memory: "512Mi" } : {};
      const ofOurs = { memory: "2Gi", ...(demanded ? { cpu: "1" } : {}) };
      const verdict = new Verdict(world, report);
      completed(verdict, report)
        .same("the restore's limits", made["restore"], ofOurs)
        .same("the limits of a hook before", made["pre-restore-hook"], ofHook)
        .same("the limits of a hook after", made["post-restore-hook"], ofHook);
      newDataServes(verdict, world).done();
    }
  });

  const full = (free: number) => (world: World) => {
    const other = world.claims.volume("neo4j-data-solo-0");
    const store = other?.store("databases/neo4j");
    if (!other || !store) throw new Error("no other database");
    other.put("dumps/large", { ...store, bytes: 89 * gib - free }, "story");
  };

  const withTemp = async (
    source: SourceForm,
    free: number,
    claims: number,
    crashAfter?: number,
  ): Promise<{ readonly effects: readonly string[] }> => {
    const world = await createWorld();
    full(free)(world);
    return told(world, { source }, crashAfter, (verdict) => {
      newDataServes(verdict, world);
      nothingLeftOver(verdict, world, { previous: true });
      verdict
        .count("CLAIM back-to-monday-restore-temp", claims)
        .count("DELETE CLAIM back-to-monday-restore-temp", claims)
        .count("JOB restore", claims > 0 && !stopCluster ? 2 : 1);
    });
  };

  it.each<[SourceForm, number, number]>([
    ["exact", 61, 0],
    ["folder", 30, 1],
    ["pitr", 30, 1],
    // How large an artifact in a store is cannot be seen before it is read.
    ["store", 30, 0],
  ])(
    "temporary files of source %s with %d GiB free: %d claims of their own",
    async (source, free, claims) => {
      await withTemp(source, free * gib, claims);
    },
  );

  it("temporary files get a claim whoever dies on the way", async () => {
    await withEveryDeath((crashAfter) => withTemp("exact", 59 * gib, 1, crashAfter));
  });
});
