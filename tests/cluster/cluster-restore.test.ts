/** Restores on a cluster of three servers (the stand-in's: real stores, emulated allocation and seeding). */
import { withDriver } from "../../tools/lab/index.js";
import { conditionOf } from "./look.js";
import { whileReapplied } from "./owner.js";
import { Stage, target } from "./stage.js";

jest.setTimeout(300_000);

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ servers: 3 });
}, 600_000);
afterAll(() => stage.close());

const pods = [0, 1, 2].map((ordinal) => `${target}-server-${ordinal}`);

/** What each server that hosts the database reads from its own store. */
async function marksEverywhere(database: string): Promise<readonly (readonly string[])[]> {
  const columns = "address, currentStatus, access";
  const rows = await stage.cypher(
    "system",
    `SHOW DATABASE $database YIELD ${columns} RETURN ${columns} ORDER BY address`,
    { database },
  );
  expect(rows.map((row) => [row["currentStatus"], row["access"]])).toEqual(
    pods.map(() => ["online", "read-write"]),
  );
  return Promise.all(
    pods.map((pod) =>
      withDriver(
        stage.cluster,
        stage.namespace,
        target,
        async (driver) => {
          const session = driver.session({ database, defaultAccessMode: "READ" });
          try {
            const { records } = await session.run("MATCH (m:Mark) RETURN m.text AS text ORDER BY text");
            return records.map((record) => String(record.get("text")));
          } finally {
            await session.close();
          }
        },
        pod,
      ),
    ),
  );
}

/** Everything that goes with a database when it is dropped: privileges and aliases. */
async function attached(database: string): Promise<readonly unknown[]> {
  const aliases = await stage.cypher("system", "SHOW ALIASES FOR DATABASE YIELD name, database");
  const granted = await stage.cypher("system", "SHOW PRIVILEGES AS COMMANDS YIELD command");
  return [
    ...aliases.filter((row) => row["database"] === database).map((row) => row["name"]),
    ...granted.map((row) => String(row["command"])).filter((command) => command.includes(database)),
  ].sort();
}

async function made(name: string): Promise<void> {
  await stage.cypher("system", "CREATE DATABASE $name TOPOLOGY 3 PRIMARIES WAIT", { name });
  await stage.cypher("system", `CREATE ALIAS sales_${name} FOR DATABASE ${name}`);
  await stage.cypher("system", `CREATE ROLE clerk_${name}`);
  await stage.cypher("system", `GRANT ACCESS ON DATABASE ${name} TO clerk_${name}`);
  await stage.mark(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
}

test.each([
  ["online", "online", {}],
  ["offline", "offline", { stopCluster: true }],
])(
  "every member serves what was backed up, with the privileges and aliases of before, under an owner that re-applies its spec: %s",
  async (_, name, wish) => {
    await made(name);
    const before = await attached(name);
    expect(before).toHaveLength(2);
    // Its claims go when it is scaled down, as its owner has it.
    const [report, written] = await whileReapplied(stage, `${target}-server`, () =>
      stage.restore({ name, force: true, ...wish }),
    );
    expect(written).toBeGreaterThan(2);
    expect(report.failure).toBeUndefined();
    expect(report.status).toMatchObject({
      phase: "Completed",
      strategy: "designatedSeeder",
      target: { kind: "Neo4jEnterpriseCluster", servers: 3 },
    });
    expect(conditionOf(report, "Degraded")).toBe("False AllServe");
    expect(await marksEverywhere(name)).toEqual(pods.map(() => ["monday"]));
    expect(await attached(name)).toEqual(before);
  },
);

test("a database that does not exist is created from the server that it was restored on", async () => {
  await made("fresh");
  await stage.cypher("system", "DROP DATABASE fresh CASCADE ALIASES WAIT");
  const report = await stage.restore({ name: "fresh" });
  expect(report.failure).toBeUndefined();
  expect(report.status.strategy).toBe("designatedSeeder");
  expect(await stage.marks("fresh")).toEqual(["monday"]);
});

test("recreating, where it was asked for", async () => {
  await made("again");
  const report = await stage.restore({ name: "again", force: true, options: { strategy: "recreate" } });
  expect(report.failure).toBeUndefined();
  expect(await marksEverywhere("again")).toEqual(pods.map(() => ["monday"]));
});
