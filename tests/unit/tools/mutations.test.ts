/** Faults that are put into a source to see whether a test notices: where they go, and that a seed chooses the same. */
import { chosen, mutated, mutationsOf } from "../../../tools/mutants/mutations.js";

test.each<readonly [string, readonly string[]]>([
  ["if (a) b();", ["if (!(a)) b();", "if (a) ;"]],
  [
    "const x = a ? 1 : 2;",
    ["!(a) ? 1 : 2", "a ? (1 + 1) : 2", "a ? 1 : (2 + 1)"].map((one) => `const x = ${one};`),
  ],
  ["const x = a === b && c;", ["const x = a === b || c;", "const x = a !== b && c;"]],
  ["const x = a < 5;", ["const x = a <= 5;", "const x = a < (5 + 1);"]],
  ["f(true);", [";", "f(false);"]],
  ['const x = "a" + b;', []],
  ['import x from "./y.js";\ninterface A { readonly n: 1 }', []],
])("%s", (text, expected) => {
  const found = mutationsOf("x.ts", text).map((one) => mutated(text, one));
  expect([...found].sort()).toEqual([...expected].sort());
});

test("each says its line, and does not go into another text", () => {
  const [one] = mutationsOf("x.ts", "a();\nif (b) c();");
  if (!one) throw new Error("nothing was found");
  expect(one).toMatchObject({ file: "x.ts", line: 1, before: "a();" });
  expect(() => mutated("b();", one)).toThrow("x.ts is another than it was");
});

test("a seed chooses the same ones, none twice", () => {
  const all = Array.from({ length: 50 }, (_, index) => index);
  expect(chosen(all, 10, 7)).toEqual(chosen(all, 10, 7));
  expect(chosen(all, 10, 7)).not.toEqual(chosen(all, 10, 8));
  expect(new Set(chosen(all, 50, 7)).size).toBe(50);
  expect(chosen(all, 90, 7)).toHaveLength(50);
});
