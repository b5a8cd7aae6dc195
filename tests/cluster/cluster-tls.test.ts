/** A cluster of three servers that speak Bolt over TLS only: each is believed by the Service's name, and restored. */
import { conditionOf } from "./look.js";
import { Stage } from "./stage.js";

jest.setTimeout(300_000);

let stage: Stage;
const name = "orders";
beforeAll(async () => {
  stage = await Stage.open({ servers: 3, tls: true });
  await stage.cypher("system", "CREATE DATABASE $name TOPOLOGY 3 PRIMARIES WAIT", { name });
  await stage.mark(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
}, 600_000);
afterAll(() => stage.close());

test("every member is seeded and asked over TLS", async () => {
  const report = await stage.restore({ name, force: true });
  expect(report.failure).toBeUndefined();
  expect(report.status).toMatchObject({ phase: "Completed", strategy: "designatedSeeder" });
  expect(conditionOf(report, "Degraded")).toBe("False AllServe");
  expect(await stage.marks(name)).toEqual(["monday"]);
});
