// Durations, instants, sizes and places: the spellings that matter.

import { formatDuration, parseDuration } from "../../../provider/spec/duration.js";
import { formatInstant, hasFraction, parseInstant, toRestoreUntil } from "../../../provider/spec/instant.js";
import { candidatePaths, joinPath } from "../../../provider/spec/location.js";
import { formatQuantity, parseQuantity } from "../../../provider/spec/quantity.js";
import { nearest } from "../../../provider/spec/suggest.js";

const hour = 3_600_000;

test.each<readonly [string, number | undefined]>([
  ["0", 0],
  ["1h30m", 1.5 * hour],
  ["168h", 168 * hour],
  ["1.5h", 1.5 * hour],
  [".5s", 500],
  ["1.s", 1000],
  ["-1m", -60_000],
  ["+1m", 60_000],
  ["100us", 0.1],
  ["1m1m", 120_000],
  ["2562047h47m", 2562047 * hour + 47 * 60_000],
  ["2562048h", undefined],
  ["", undefined],
  ["-", undefined],
  ["1", undefined],
  ["h", undefined],
  [".s", undefined],
  ["1d", undefined],
  ["1 h", undefined],
  ["1h ", undefined],
  ["1h-1m", undefined],
])("duration %j", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each<readonly [number, string]>([
  [0, "0s"],
  [24 * hour, "24h0m0s"],
  [90_000, "1m30s"],
  [4 * 60_000 + 10_000, "4m10s"],
  [1200, "1.2s"],
  [hour + 500, "1h0m0.5s"],
  [150, "150ms"],
  [1.5, "1.5ms"],
  [0.1, "100µs"],
  [0.000015, "15ns"],
  [-90_000, "-1m30s"],
])("%d ms as Go writes it", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each<readonly [string, string | undefined]>([
  ["2025-01-04T12:30:00Z", "2025-01-04T12:30:00Z"],
  ["2025-01-04t12:30:00z", "2025-01-04T12:30:00Z"],
  ["2025-01-04T12:30:00+05:30", "2025-01-04T07:00:00Z"],
  ["2025-01-01T00:30:00+01:00", "2024-12-31T23:30:00Z"],
  ["2025-01-04T12:30:00.25-01:00", "2025-01-04T13:30:00.250Z"],
  ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"],
  ["2025-02-29T00:00:00Z", undefined],
  ["2025-01-04T24:00:00Z", undefined],
  ["2025-01-04T12:30:60Z", undefined],
  ["2025-01-04T12:30:00", undefined],
  ["2025-01-04 12:30:00Z", undefined],
  ["2025-01-04T12:30:00+24:00", undefined],
  ["2025-01-04", undefined],
  ["0000-01-01T00:00:00+01:00", undefined],
  ["9999-12-31T23:59:59-01:00", undefined],
])("instant %s", (text, expected) => {
  const ms = parseInstant(text);
  expect(ms === undefined ? undefined : formatInstant(ms)).toBe(expected);
});

test("--restore-until is UTC, whole seconds, cut downwards", () => {
  expect(toRestoreUntil(parseInstant("2025-01-04T13:30:00.999+01:00") ?? NaN)).toBe("2025-01-04 12:30:00");
  expect(toRestoreUntil(-1)).toBe("1969-12-31 23:59:59");
  expect([hasFraction("2025-01-04T12:30:00.000Z"), hasFraction("2025-01-04T12:30:00.0001Z")]).toEqual([
    false,
    true,
  ]);
});

test.each<readonly [string, number | undefined]>([
  ["100Gi", 100 * 1024 ** 3],
  ["1.5Gi", 1.5 * 1024 ** 3],
  ["500M", 500e6],
  ["1.1k", 1100],
  ["1E", 1e18],
  ["1e3", 1000],
  ["1E3", 1000],
  ["12", 12],
  ["100m", 1],
  ["-1Ki", -1024],
  ["0", 0],
  ["", undefined],
  ["10 Gi", undefined],
  ["10GB", undefined],
  ["Gi", undefined],
  ["1e999", undefined],
])("quantity %j", (text, bytes) => {
  expect(parseQuantity(text)).toBe(bytes);
});

test.each<readonly [number, string]>([
  [0, "0"],
  [1023, "1023"],
  [1024, "1Ki"],
  [1024 ** 2 - 1, "1Mi"],
  [1.5 * 1024 ** 3, "1.5Gi"],
  [800 * 1024 ** 2, "800Mi"],
  [1_234_567_890, "1.15Gi"],
])("%d bytes", (bytes, text) => {
  expect(formatQuantity(bytes)).toBe(text);
});

test("places are joined by their segments", () => {
  expect(joinPath("production/", "/backups/x")).toBe("production/backups/x");
  expect(joinPath("", "/", "./a//b/.")).toBe("a/b");
});

test("a leading slash may be meant from either root", () => {
  expect(candidatePaths("production/", "/backups/x")).toEqual(["production/backups/x", "backups/x"]);
  expect(candidatePaths("production/", "backups/x")).toEqual(["production/backups/x"]);
  expect(candidatePaths("", "/backups/x")).toEqual(["backups/x"]);
});

test.each<readonly [string, string | undefined]>([
  ["databasName", "databaseName"],
  ["STOPCLUSTER", "stopCluster"],
  ["tiemout", "timeout"],
  ["colour", undefined],
  ["", undefined],
])("%j is meant as %j", (word, meant) => {
  expect(nearest(word, ["databaseName", "stopCluster", "timeout"])).toBe(meant);
});
