/** Judgements about a cluster: who is who by address, who may seed, and what follows from the server's version. */
import {
  majorityOf,
  podOfAddress,
  recreateProcedure,
  seedOptions,
  shapeOfPod,
} from "../../../provider/plan/cluster.js";
import type { ServerRow, ServerView, TargetView } from "../../../provider/plan/observation.js";
import { chooseSeeder } from "../../../provider/plan/seeder.js";
import { chooseStrategy } from "../../../provider/plan/strategy.js";
import { requestOf } from "../../simulation/story.js";
import { cluster } from "../../simulation/clusters.js";

const names = [0, 1, 2].map((ordinal) => `solo-server-${ordinal}`);

async function seen(
  change: (row: ServerRow) => Partial<ServerRow> = () => ({}),
  hosts: readonly number[] = [0, 1, 2],
): Promise<{ readonly target: TargetView; readonly server: Extract<ServerView, { reachable: true }> }> {
  const target = (await cluster({ hosts })).target().view();
  const rows = names.map((pod): ServerRow => {
    const row: ServerRow = {
      ...{
        serverId: `id-${pod}`,
        address: `${pod}.headless.svc:7687`,
        state: "Enabled",
        health: "Available",
      },
      ...{ mode: "NONE", allowed: [], denied: [] },
    };
    return { ...row, ...change(row) };
  });
  const databases = hosts.map((ordinal) => ({
    ...{
      name: "orders",
      type: "standard",
      access: "read-write" as const,
      address: `${names[ordinal] ?? ""}.x:7687`,
    },
    ...{
      writer: false,
      requestedStatus: "online",
      currentStatus: "online",
      statusMessage: "",
      isDefault: false,
    },
  }));
  return {
    target,
    server: {
      reachable: true,
      version: "5.26.0",
      edition: "enterprise",
      databases,
      servers: rows,
      aliases: [],
    },
  };
}

test("server-0 seeds where it hosts the database, else the first that does", async () => {
  const all = await seen();
  expect(chooseSeeder(all.target, all.server, "orders")).toMatchObject({
    seeder: { pod: "solo-server-0", serverId: "id-solo-server-0", claim: "data-solo-server-0" },
  });
  const two = await seen(undefined, [1, 2]);
  expect(chooseSeeder(two.target, two.server, "orders")).toMatchObject({ seeder: { pod: "solo-server-1" } });
  expect(chooseSeeder(two.target, two.server, "fresh")).toMatchObject({ seeder: { pod: "solo-server-0" } });
});

test.each([
  [{ state: "Cordoned" }, "solo-server-0 is Cordoned"],
  [{ health: "Unavailable" }, "solo-server-0 is Unavailable"],
  [{ mode: "SECONDARY" }, "solo-server-0 may host secondaries only"],
  [{ denied: ["orders"] }, "solo-server-0 must not host orders (deniedDatabases)"],
  [{ allowed: ["neo4j"] }, "solo-server-0 must not host orders (allowedDatabases)"],
  [{ address: "10.0.0.1:7687" }, "solo-server-0 is not in SHOW SERVERS by its address"],
])("no server may seed: %j", async (change, message) => {
  const { target, server } = await seen(() => change);
  const choice = chooseSeeder(target, server, "orders");
  expect(choice).toMatchObject({ ok: false, message: expect.stringContaining(message) as string });
});

test("a pod is the first label of its server's host", () => {
  expect(podOfAddress("c-server-1.c-headless.ns.svc.cluster.local:7687")).toBe("c-server-1");
  expect(podOfAddress(undefined)).toBeUndefined();
});

test.each([
  ["5.26.0", "dbms.cluster.recreateDatabase"],
  ["2025.03.1", "dbms.cluster.recreateDatabase"],
  ["2025.04.0", "dbms.recreateDatabase"],
  ["2026.01.0", "dbms.recreateDatabase"],
])("recreating on %s", (version, procedure) => {
  expect(recreateProcedure(version)).toBe(procedure);
});

test("options that say where a database came from are not given again", () => {
  const options = { txLogEnrichment: "FULL", seedURI: "s3://a/b", existingData: "use", storeFormat: "block" };
  expect(seedOptions({ options, aliases: [], privileges: [] }, "id-1")).toEqual({
    txLogEnrichment: "FULL",
    existingData: "use",
    existingDataSeedServer: "id-1",
  });
});

test("more than half", () => {
  expect([1, 2, 3, 4, 5].map(majorityOf)).toEqual([1, 2, 2, 3, 3]);
});

test("the template as another pod has it", async () => {
  const { target } = await seen();
  const set = target.statefulSet;
  if (!set) throw new Error("no set");
  expect(shapeOfPod(set, "solo-server-2").volumes[0]).toMatchObject({
    persistentVolumeClaim: { claimName: "data-solo-server-2" },
  });
});

test.each([
  ["auto", true, true, "designatedSeeder"],
  ["auto", false, true, "designatedSeeder"],
  ["recreate", true, true, "recreate"],
  ["recreate", false, true, "designatedSeeder"],
  ["auto", true, false, "swap"],
  ["inPlace", true, false, "inPlace"],
  ["swap", false, false, "create"],
] as const)("strategy %s, existing %s, several servers %s: %s", (strategy, existed, several, chosen) => {
  expect(chooseStrategy(requestOf({ options: { strategy } }), { existed, several })).toEqual({
    ok: true,
    strategy: chosen,
  });
});

test.each([
  [
    "swap",
    true,
    "spec.options.strategy swap is for a target of one server; on a cluster of several, another server's old copy could win: write auto, designatedSeeder or recreate",
  ],
  [
    "designatedSeeder",
    false,
    "spec.options.strategy designatedSeeder is for a cluster of several servers; this target has one: write auto, swap or inPlace",
  ],
] as const)("strategy %s is refused where several is %s", (strategy, several, message) => {
  expect(chooseStrategy(requestOf({ options: { strategy } }), { existed: true, several })).toEqual({
    ok: false,
    message,
  });
});
