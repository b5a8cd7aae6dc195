/** The one way in which a text is cut: in bytes, between characters, and never without saying so. */
import fc from "fast-check";
import { bounded, boundedLines, boundedNames, most, sizeOf } from "../../../provider/plan/bounds.js";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.string({ unit: "grapheme", maxLength: 400 }),
  fc.string({ maxLength: 400 }),
  fc.tuple(fc.constantFrom("x", "ü", "雪", "🧊", "\u0000"), fc.nat(3000)).map(([one, n]) => one.repeat(n)),
);

test("it takes no more bytes than allowed, and a short text is left as it is", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 64, max: 2000 }), (text, bytes) => {
      const cut = bounded(text, bytes);
      expect(sizeOf(cut)).toBeLessThanOrEqual(bytes);
      if (sizeOf(text) <= bytes) expect(cut).toBe(text);
      else {
        const [begins = "", ...rest] = cut.split(` … (cut: ${sizeOf(text)} bytes) … `);
        expect(rest).toHaveLength(1);
        expect(text.startsWith(begins)).toBe(true);
        expect(text.endsWith(rest[0] ?? "")).toBe(true);
        expect(sizeOf(begins)).toBeGreaterThan(sizeOf(rest[0] ?? ""));
        // What was cut off is less than a character more than had to be.
        expect(sizeOf(cut)).toBeGreaterThan(bytes - 8);
      }
    }),
  );
});

test("no character is cut in half", () => {
  fc.assert(
    fc.property(fc.constantFrom("ü", "雪", "🧊"), fc.nat(4000), (one, shift) => {
      expect(bounded("x".repeat(shift % 7) + one.repeat(2000 + shift), 300)).not.toContain("\ufffd");
    }),
  );
});

test("a megabyte is cut within milliseconds", () => {
  const began = performance.now();
  for (let i = 0; i < 50; i++) bounded(`${"e".repeat(1024 * 1024)}${i}`);
  expect(performance.now() - began).toBeLessThan(1000);
});

test("the last lines, and the first of many names", () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `${index} ${"x".repeat(2000)}`);
  const told = boundedLines(lines);
  expect(told).toHaveLength(most.lines);
  expect(told.at(-1)).toContain("4999 xxx");
  expect(Math.max(...told.map(sizeOf))).toBeLessThanOrEqual(most.line);
  expect(boundedNames(lines).at(-1)).toBe("and 4980 more");
  expect(boundedNames(["one", "two"])).toEqual(["one", "two"]);
});
