/** The report of a test run: processors by the kernel's count, parts and files in order, the budget. */
import { busySeconds, spentBetween } from "../../../tools/test/processors.js";
import { inMinutes, inWords, report, sizeInWords, totalSeconds } from "../../../tools/test/report.js";

const stat = "cpu  1000 200 300 90000 4000 50 50 0 0 0\ncpu0 500 100 150 45000 2000 25 25 0 0 0\n";

test("idle and waiting for disks is no work", () => {
  expect(busySeconds(stat)).toBe(16);
  expect(busySeconds("no such line")).toBeUndefined();
});

test.each([
  [
    { at: 0, busy: 10 },
    { at: 10_000, busy: 20 },
    { seconds: 10, busyShare: 0.5 },
  ],
  [
    { at: 0, busy: 10 },
    { at: 10_000, busy: 90 },
    { seconds: 10, busyShare: 1 },
  ],
  [{ at: 0, busy: undefined }, { at: 1_000, busy: undefined }, { seconds: 1 }],
  [{ at: 5, busy: 1 }, { at: 5, busy: 1 }, { seconds: 0 }],
])("from %j to %j", (begin, end, spent) => {
  expect(spentBetween(begin, end, 2)).toEqual(spent);
});

test.each([
  [0.4, "0 s"],
  [59.6, "1 min 00 s"],
  [59.4, "59 s"],
  [754, "12 min 34 s"],
])("%d seconds are %s", (seconds, words) => {
  expect(inMinutes(seconds)).toBe(words);
});

test("parts in their order, files by time, and the sum beside the budget", () => {
  const phases = [
    { phase: "unit", seconds: 60, busyShare: 0.954 },
    { phase: "cluster", seconds: 125.5 },
  ];
  const file = (name: string, seconds: number) => ({ project: "unit", file: name, seconds, tests: 3 });
  expect(totalSeconds(phases)).toBe(185.5);
  expect(inWords({ seconds: 60, busyShare: 0.954 })).toBe("1 min 00 s, 95 % of the processors");
  const sizes = [
    { file: "one", runs: 40, effects: 900, deaths: 30 },
    { file: "other", runs: 2, effects: 100, deaths: 0 },
  ];
  expect(sizeInWords(sizes, 10)).toBe("simulated: 42 runs, 1000 effects, 30 deaths; 4 runs a second");
  expect(report(phases, [file("quick.test.ts", 1), file("slow.test.ts", 90)], sizes)).toEqual([
    "| part    | took                               |",
    "| ------- | ---------------------------------- |",
    "| unit    | 1 min 00 s, 95 % of the processors |",
    "| cluster | 2 min 06 s                         |",
    "| all     | 3 min 06 s of 25 min 00 s          |",
    "",
    "simulated: 42 runs, 1000 effects, 30 deaths",
    "",
    "6 tests in 2 files; those of more than 5 s:",
    "",
    "| project | file         | tests | took       |",
    "| ------- | ------------ | ----- | ---------- |",
    "| unit    | slow.test.ts | 3     | 1 min 30 s |",
  ]);
});
