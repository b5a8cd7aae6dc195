/** Which setting keeps a database read-only: as Neo4j's manual has it, in whatever form SHOW SETTINGS tells a set. */
import fc from "fast-check";
import { keptReadOnly } from "../../../provider/plan/read-only-settings.js";

const named = "server.databases.read_only";
const all = "server.databases.default_to_read_only";
const excepted = "server.databases.writable";

test.each<readonly [string, Readonly<Record<string, string | null>>, string | undefined]>([
  ["nothing is set", {}, undefined],
  ["the server does not tell", { [named]: null, [all]: null, [excepted]: null }, undefined],
  ["it is named", { [named]: "orders" }, named],
  ["it is named among others, in brackets", { [named]: '["sales", "orders"]' }, named],
  ["another is named that begins alike", { [named]: "orders-eu,sales" }, undefined],
  ["all are", { [all]: "true" }, all],
  ["all are but it", { [all]: "true", [excepted]: "sales, orders" }, undefined],
  ["all are but another", { [all]: "true", [excepted]: "orders-eu" }, all],
  ["writable counts only where all are read-only", { [named]: "orders", [excepted]: "orders" }, named],
  ["none are by default", { [all]: "false", [excepted]: "sales" }, undefined],
])("%s", (_what, settings, kept) => {
  const told = keptReadOnly(settings, "orders");
  if (kept === undefined) expect(told).toBeUndefined();
  else expect(told).toContain(`the setting ${kept} keeps it read-only`);
});

test("a list names exactly what is in it", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9.-]{2,12}$/);
  fc.assert(
    fc.property(fc.array(name), name, fc.constantFrom(",", ", ", " ,"), (names, database, comma) => {
      const told = keptReadOnly({ [named]: names.join(comma) }, database);
      expect(told !== undefined).toBe(names.includes(database));
    }),
  );
});
