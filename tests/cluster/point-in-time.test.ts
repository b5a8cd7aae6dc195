/** Restores to a moment between two backups of a chain, and what is said where no backup reaches that moment. */
import { setTimeout as pause } from "node:timers/promises";
import type { RestoreSource } from "../../provider/spec/types.js";
import type { Backup } from "../../tools/lab/index.js";
import { expectRestored, untouched } from "./expectations.js";
import { backups, Stage } from "./stage.js";

jest.setTimeout(180_000);

const name = "orders";
let stage: Stage;
let full: Backup;
let last: Backup;
/** A moment after each mark and before the next. */
const after: Record<string, string> = {};

beforeAll(async () => {
  stage = await Stage.open();
  await stage.database(name, "one");
  after["one"] = await quietSecond();
  full = await stage.backup(name, name);
  await mark("two");
  await mark("three");
  await stage.backup(name, name, "head", "DIFF");
  await mark("four");
  await mark("five");
  last = await stage.backup(name, name, "head", "DIFF");
}, 400_000);
afterAll(() => stage.close());

async function mark(text: string): Promise<void> {
  await stage.mark(name, text);
  after[text] = await quietSecond();
}

/** A second in which nothing happens: the resolution of a point in time. */
async function quietSecond(): Promise<string> {
  const next = Math.floor(Date.now() / 1000) * 1000 + 1000;
  await pause(next - Date.now());
  await pause(1000);
  return new Date(next).toISOString().replace(".000Z", "Z");
}

const fromBackup = (pointInTime: string): RestoreSource => ({ type: "backup", backupRef: name, pointInTime });
const onClaim = (backupPath: string, pointInTime: string): RestoreSource => ({
  type: "storage",
  storage: { type: "pvc", pvc: { name: backups } },
  backupPath,
  pointInTime,
});

/** The same instant, as somebody two hours east writes it, with a fraction that is cut. */
function elsewhere(instant: string): string {
  const shifted = new Date(Date.parse(instant) + 7_200_000).toISOString();
  return shifted.replace(".000Z", ".500+02:00");
}

test.each([
  ["before the chain", () => "2020-01-01T00:00:00Z", /is before the first full backup of database orders/],
  [
    "after it",
    () => "2099-01-01T00:00:00Z",
    /later than the last backup of the chain.*; the newest reachable point is \d{4}-/,
  ],
])("a point %s is refused and nothing is touched", async (when, point, message) => {
  const still = await untouched(stage, name);
  const report = await stage.restore({
    name,
    source: fromBackup(point()),
    force: true,
    stopCluster: true,
    trigger: when,
  });
  expect(report.failure?.reason).toBe("PointNotReachable");
  expect(report.failure?.message).toMatch(message);
  await still();
});

describe("between two differentials shows what was true then", () => {
  test.each([
    ["of a Neo4jBackup", "three", () => fromBackup(after["three"] ?? ""), ["one", "three", "two"]],
    [
      "of a folder, in another time zone",
      "two",
      () => onClaim(full.folder, elsewhere(after["two"] ?? "")),
      ["one", "two"],
    ],
    [
      "of the chain that an artifact ends",
      "four",
      () => onClaim(`${last.folder}/${last.artifact}`, after["four"] ?? ""),
      ["four", "one", "three", "two"],
    ],
  ] as const)("%s", async (_title, point, source, marks) => {
    const report = await stage.restore({ name, source: source(), force: true, trigger: point });
    await expectRestored(stage, report, marks);
  });
});

test("with the server down as well", async () => {
  const report = await stage.restore({
    name,
    source: fromBackup(after["two"] ?? ""),
    force: true,
    stopCluster: true,
    trigger: "offline",
  });
  await expectRestored(stage, report, ["one", "two"]);
});
