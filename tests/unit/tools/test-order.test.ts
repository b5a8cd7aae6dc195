/** The report that docs/testing.md keeps, and the order of files that it gives. */
import { keptSeconds, longestFirst, withReport } from "../../../tools/test/kept.js";

const kept = `# Testing

<!-- test:report -->

| project | file                     | tests | took       |
| ------- | ------------------------ | ----- | ---------- |
| cluster | tests/cluster/b.test.ts  | 3     | 9 min 46 s |
| unit    | tests/unit/plan/a.test.ts | 12    | 7 s        |

<!-- /test:report -->

| x       | tests/none.test.ts no    | 3     | 7          |
`;

test("seconds by file are read from the page", () => {
  expect([...keptSeconds(kept)]).toEqual([
    ["tests/cluster/b.test.ts", 586],
    ["tests/unit/plan/a.test.ts", 7],
  ]);
});

test("the report takes the place of the one before, and nothing else changes", () => {
  const text = withReport(kept, ["| new |"]);
  expect(text).toContain("# Testing\n\n<!-- test:report -->\n\n| new |\n\n<!-- /test:report -->\n\n| x ");
  expect(withReport(text, ["| new |"])).toBe(text);
  expect(() => withReport("# Testing", [])).toThrow("has not <!-- test:report -->");
});

test("the longest first, unknown ones after, and always the same", () => {
  const tests = ["unit/plan/a", "unit/z", "cluster/b", "unit/y"].map((name) => ({
    path: `/repo/tests/${name}.test.ts`,
  }));
  const order = longestFirst(tests, "/repo", keptSeconds(kept)).map(({ path }) => path.slice(12, -8));
  expect(order).toEqual(["cluster/b", "unit/plan/a", "unit/y", "unit/z"]);
});
