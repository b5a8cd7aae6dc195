// Properties of the values: what is written is read back, and nothing ever throws.

import {
  assert,
  bigInt,
  constantFrom,
  date,
  double,
  integer,
  property,
  string,
  stringMatching,
  tuple,
  array,
  nat,
} from "fast-check";
import { judgeDatabaseName, normalizeDatabaseName } from "../../../provider/spec/database-name.js";
import { formatDuration, parseDuration } from "../../../provider/spec/duration.js";
import { formatInstant, parseInstant, toRestoreUntil } from "../../../provider/spec/instant.js";
import { candidatePaths, joinPath, pathSegments } from "../../../provider/spec/location.js";
import { formatQuantity, parseQuantity } from "../../../provider/spec/quantity.js";
import { nearest } from "../../../provider/spec/suggest.js";

test("durations: whole milliseconds survive writing and reading", () => {
  assert(
    property(integer({ min: -(2 ** 43), max: 2 ** 43 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
});

test("durations: nanoseconds survive as well", () => {
  assert(
    property(double({ min: -1e6, max: 1e6, noNaN: true }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBeCloseTo(ms, 5);
    }),
  );
});

test("durations: the terms add up, in any order", () => {
  const term = tuple(
    nat(999),
    constantFrom<readonly [string, number]>(["h", 3_600_000], ["m", 60_000], ["s", 1000], ["ms", 1]),
  );
  assert(
    property(array(term, { minLength: 1, maxLength: 8 }), (terms) => {
      const text = terms.map(([amount, [unit]]) => `${amount}${unit}`).join("");
      const sum = terms.reduce((total, [amount, [, ms]]) => total + amount * ms, 0);
      expect(parseDuration(text)).toBe(sum);
    }),
  );
});

test("instants: what is written is read back, and read the same with any offset", () => {
  const when = date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9998-12-31T00:00:00Z"),
    noInvalidDate: true,
  });
  assert(
    property(when, integer({ min: -1439, max: 1439 }), (instant, minutes) => {
      const ms = instant.getTime();
      expect(parseInstant(formatInstant(ms))).toBe(ms);
      const wall = new Date(ms + minutes * 60_000).toISOString().slice(0, -1);
      const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
      const offset = `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
      expect(parseInstant(`${wall}${offset}`)).toBe(ms);
    }),
  );
});

test("instants: --restore-until is never later, and less than a second earlier", () => {
  const when = date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9998-12-31T00:00:00Z"),
    noInvalidDate: true,
  });
  assert(
    property(when, (instant) => {
      const until = toRestoreUntil(instant.getTime());
      expect(until).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
      const cut = instant.getTime() - Date.parse(`${until.replace(" ", "T")}Z`);
      expect(cut >= 0 && cut < 1000).toBe(true);
    }),
  );
});

test("quantities: what is written is a quantity, at most half a percent off", () => {
  assert(
    property(bigInt({ min: 0n, max: 2n ** 62n }), (bytes) => {
      const written = formatQuantity(Number(bytes));
      const read = parseQuantity(written) ?? NaN;
      expect(Math.abs(read - Number(bytes))).toBeLessThanOrEqual(Number(bytes) * 0.005);
    }),
  );
});

test("places: joining is associative, and slashes do not matter", () => {
  const path = stringMatching(/^[a-z/.-]{0,12}$/);
  assert(
    property(path, path, path, (a, b, c) => {
      expect(joinPath(joinPath(a, b), c)).toBe(joinPath(a, joinPath(b, c)));
      expect(joinPath(`${a}/`, `/${b}`)).toBe(joinPath(a, b));
      expect(pathSegments(joinPath(a, b))).toEqual([...pathSegments(a), ...pathSegments(b)]);
      expect(candidatePaths(a, b)).toContain(joinPath(a, b));
    }),
  );
});

test("database names: what is accepted is valid, also after lower-casing", () => {
  assert(
    property(stringMatching(/^[A-Za-z0-9._ -]{0,66}$/), (name) => {
      if (judgeDatabaseName(name) !== undefined) return;
      expect(normalizeDatabaseName(name)).toMatch(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
      expect(judgeDatabaseName(normalizeDatabaseName(name))).toBeUndefined();
    }),
  );
});

test("nothing throws, whatever the text", () => {
  assert(
    property(string({ unit: "binary" }), (text) => {
      parseDuration(text);
      parseInstant(text);
      parseQuantity(text);
      judgeDatabaseName(text);
      candidatePaths(text, text);
      nearest(text, ["timeout", text]);
    }),
  );
});
