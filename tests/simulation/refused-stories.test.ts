/**
 * Kubernetes refuses calls for want of permissions, from the first one on: what is missing is told all at once, and
 * nothing was touched. Afterwards a refusal is told as itself.
 */
import { RestoreFault } from "../../provider/workflow/faults.js";
import { failedWith, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { drive, requestOf, running } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

const missingPermissions = [
  { verb: "get", resource: "statefulsets.apps", namespace: "neo4j" },
  { verb: "create", resource: "pods/exec", namespace: "neo4j" },
];

async function refusing(call: string, missing: World["missingPermissions"]): Promise<World> {
  const world = await createWorld();
  world.missingPermissions = missing;
  const refused = { kind: "terminal", reason: "KubernetesRefused", message: "it is forbidden" } as const;
  world.faults.add({ call, when: "before", times: Infinity, ...refused });
  return world;
}

test.each(["kubernetes.target", "kubernetes.secrets", "kubernetes.claims", "kubernetes.hold"])(
  "%s refused: all that is missing",
  async (call) => {
    const world = await refusing(call, missingPermissions);
    const { report } = await drive(world, running(requestOf()));
    const verdict = new Verdict(world, report);
    failedWith(verdict, report, "MissingPermissions");
    oldDataServes(verdict, world);
    nothingLeftOver(verdict, world).done();
    for (const { verb, resource } of missingPermissions)
      expect(report?.failure?.message).toContain(`${verb} ${resource} in neo4j`);
  },
);

test("refused although nothing is missing (an admission rule, a node's firewall): told as it is", async () => {
  const world = await refusing("kubernetes.secrets", []);
  const { report } = await drive(world, running(requestOf()));
  const verdict = new Verdict(world, report);
  failedWith(verdict, report, "KubernetesRefused");
  oldDataServes(verdict, world);
  nothingLeftOver(verdict, world).done();
});

test.each(["journal.lease", "journal.load", "journal.save"])(
  "%s refused, so that there is no run: all that is missing",
  async (call) => {
    const world = await refusing(call, missingPermissions);
    const told = await drive(world, running(requestOf())).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(told).toBeInstanceOf(RestoreFault);
    expect(told).toMatchObject({ reason: "MissingPermissions" });
    expect((told as RestoreFault).message).toContain(
      "get statefulsets.apps in neo4j; create pods/exec in neo4j",
    );
    oldDataServes(new Verdict(world, undefined), world).done();
  },
);
