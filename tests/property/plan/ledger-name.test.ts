// The ConfigMap that is a database's ledger: Kubernetes takes its name, whatever the database and the target are called,
// and no two databases share one.

import { assert, constantFrom, array, pre, property, stringMatching } from "fast-check";
import { judgeDatabaseName, normalizeDatabaseName } from "../../../provider/spec/database-name.js";
import { ledgerName } from "../../../provider/plan/names.js";

const target = stringMatching(/^[a-z]([a-z0-9.-]{0,60}[a-z0-9])?$/).filter((name) => isSubdomain(name));
const anyDatabase = stringMatching(/^[A-Za-z0-9][A-Za-z0-9.-]{1,61}[A-Za-z0-9]$/);
/** Dots and dashes beside each other, which Neo4j takes and Kubernetes does not. */
const odd = array(constantFrom("a", "b", ".", "-", "..", ".-", "-.", "--"), { minLength: 1, maxLength: 40 })
  .map((parts) => `a${parts.join("")}b`)
  .filter((name) => name.length <= 63);

/** As Kubernetes judges the name of a ConfigMap. */
function isSubdomain(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);
}

test.each([
  ["any name that Neo4j takes", anyDatabase],
  ["dots and dashes side by side", odd],
])("Kubernetes takes it: %s", (_what, names) => {
  assert(
    property(target, names, (cluster, written) => {
      pre(judgeDatabaseName(written) === undefined);
      const name = ledgerName(cluster, normalizeDatabaseName(written));
      expect(isSubdomain(name) ? "taken" : name).toBe("taken");
      expect(name.length).toBeLessThanOrEqual(63);
      expect(name.startsWith("neo4j-restore-ledger-")).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("no two databases share one, however alike they are called", () => {
  assert(
    property(target, array(odd, { minLength: 2, maxLength: 20 }), (cluster, all) => {
      const databases = new Set(all.filter((name) => judgeDatabaseName(name) === undefined));
      const names = new Set([...databases].map((database) => ledgerName(cluster, database)));
      expect(names.size).toBe(databases.size);
    }),
  );
});

/** Ledgers that are there keep their names: as they were before odd names were thought of. */
test.each([
  ["graph", "orders", "neo4j-restore-ledger-graph-orders-5222be9b"],
  ["graph", "orders.eu-1", "neo4j-restore-ledger-graph-orders.eu-1-55ceb405"],
  [
    "production-graph",
    "customers-and-orders-2026",
    "neo4j-restore-ledger-production-graph-customers-and-or-554c4c70",
  ],
])("of %s, database %s it is %s", (cluster, database, name) => {
  expect(ledgerName(cluster, database)).toBe(name);
});
