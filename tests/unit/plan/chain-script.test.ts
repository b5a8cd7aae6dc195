/** Which artifact covers a point in time: the real script over tables as `backup inspect` prints them. */
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { choose, day, monday, nameOf, empty, tuesday, type Asked, type Line } from "./chain-bench.js";

const found: readonly (readonly [
  title: string,
  lines: readonly Line[],
  asked: Asked,
  artifact: string,
  until: string,
])[] = [
  [
    "the first artifact that ends after the point",
    monday,
    { point: "10:30:00" },
    "11:00:00",
    `${day} 10:30:00`,
  ],
  ["the one that ends at the point", monday, { point: "11:00:00" }, "11:00:00", `${day} 11:00:00`],
  ["the next one after it", monday, { point: "11:00:01" }, "12:00:00", `${day} 11:00:01`],
  ["the full one, whole, at its own time", monday, { point: "10:00:00" }, "10:00:00", ""],
  ["the newest chain that covers it", tuesday, { point: "13:30:00" }, "14:00:00", `${day} 13:30:00`],
  ["an older chain where that one covers it", tuesday, { point: "11:30:00" }, "12:00:00", `${day} 11:30:00`],
  ["rows in any order", [...tuesday].reverse(), { point: "11:30:00" }, "12:00:00", `${day} 11:30:00`],
  [
    "nothing committed until the point",
    [...monday, empty],
    { point: "12:30:00" },
    "12:00:00",
    `${day} 12:30:00`,
  ],
  [
    "nothing committed since the full one",
    [["12:00:00", "full", 1, 9], empty],
    { point: "12:30:00" },
    "12:00:00",
    "",
  ],
  [
    "a first differential that overlaps the full one",
    [
      ["10:00:00", "full", 1, 100],
      ["11:00:00", "diff", 95, 120],
    ],
    { point: "10:30:00" },
    "11:00:00",
    `${day} 10:30:00`,
  ],
  [
    "a gap within the objective: everything there is",
    monday,
    { point: "12:00:40", accepted: 60 },
    "12:00:00",
    "",
  ],
  [
    "the chain of the artifact that was named",
    tuesday,
    { point: "11:30:00", exact: nameOf("12:00:00") },
    "12:00:00",
    `${day} 11:30:00`,
  ],
  [
    "what follows the base that was named",
    tuesday,
    { named: "base", exact: nameOf("10:00:00") },
    "12:00:00",
    "",
  ],
  [
    "what follows the base that the newest run left",
    tuesday,
    { named: "base", exact: nameOf("10:00:00"), times: "a b c" },
    "12:00:00",
    "",
  ],
  ["no point: the end of the newest chain", tuesday, {}, "14:00:00", ""],
  ["no point, and an empty one at the end", [...monday, empty], {}, "12:00:00", ""],
  [
    "a hole, where it is waived",
    [monday[0] ?? empty, monday[2] ?? empty],
    { point: "11:30:00", chain: "any" },
    "12:00:00",
    `${day} 11:30:00`,
  ],
  [
    "columns by their headers",
    monday,
    {
      point: "10:30:00",
      header: ["FULL", "TIME", "RECOVERED", "HIGHEST TX", "LOWEST TX", "DATABASE ID", "DATABASE", "FILE"],
    },
    "11:00:00",
    `${day} 10:30:00`,
  ],
  [
    "only the backups of that database",
    [...monday, ["10:45:00", "full", 1, 5, "orders-eu"], ["10:50:00", "diff", 6, 9, "orders-eu"]],
    { point: "10:47:00" },
    "11:00:00",
    `${day} 10:47:00`,
  ],
];

test.each(found)("%s", (_title, lines, asked, artifact, until) => {
  expect(choose(lines, asked)).toMatchObject({
    code: "0",
    artifact: `/backup/daily/${nameOf(artifact)}`,
    until,
  });
});

test("the accepted gap is told", () => {
  expect(choose(monday, { point: "12:00:40", accepted: 60 })).toMatchObject({ gap_seconds: "40" });
});

const refused: readonly (readonly [
  title: string,
  lines: readonly Line[],
  asked: Asked,
  code: number,
  message: string,
])[] = [
  [
    "before the first full backup",
    monday,
    { point: "09:59:59" },
    scriptExit.pointUnreachable,
    `${day} 09:59:59 UTC is before the first full backup of database orders, ${nameOf("10:00:00")}; the earliest reachable point is ${day} 10:00:00 UTC`,
  ],
  [
    "later than the last artifact",
    monday,
    { point: "12:00:01" },
    scriptExit.pointUnreachable,
    `${day} 12:00:01 UTC is later than the last backup of the chain, ${nameOf("12:00:00")}; the newest reachable point is ${day} 12:00:00 UTC`,
  ],
  [
    "between two chains",
    tuesday,
    { point: "12:30:00" },
    scriptExit.pointUnreachable,
    `${day} 12:30:00 UTC is later than the last backup of the chain, ${nameOf("12:00:00")}; the newest reachable point is ${day} 12:00:00 UTC`,
  ],
  [
    "a full backup alone",
    monday.slice(0, 1),
    { point: "10:30:00" },
    scriptExit.pointUnreachable,
    `no differential backup continues the full backup ${nameOf("10:00:00")} to ${day} 10:30:00 UTC; the newest reachable point is ${day} 10:00:00 UTC`,
  ],
  [
    "a gap larger than the objective",
    monday,
    { point: "12:01:01", accepted: 60 },
    scriptExit.pointUnreachable,
    `${day} 12:01:01 UTC is later than the last backup of the chain, ${nameOf("12:00:00")}; the newest reachable point is ${day} 12:00:00 UTC (61 s before it; recoveryPointObjective allows 60 s)`,
  ],
  [
    "past the artifact that was named",
    monday,
    { point: "11:30:00", exact: nameOf("11:00:00") },
    scriptExit.pointUnreachable,
    `${day} 11:30:00 UTC is later than the last backup of the chain, ${nameOf("11:00:00")}; the newest reachable point is ${day} 11:00:00 UTC`,
  ],
  [
    "a hole in the chain",
    [monday[0] ?? empty, monday[2] ?? empty],
    { point: "11:30:00" },
    scriptExit.chainBroken,
    `between ${nameOf("10:00:00")} and ${nameOf("12:00:00")} the transactions 101 to 150 are missing; the newest reachable point is ${day} 10:00:00 UTC`,
  ],
  [
    "differentials without their full backup",
    monday.slice(1),
    { point: "11:30:00" },
    scriptExit.pointUnreachable,
    "no full backup of database orders is there",
  ],
  [
    "a differential whose own full backup is not there",
    [...monday.slice(1, 2), ["13:00:00", "full", 1, 210]],
    { exact: nameOf("11:00:00") },
    scriptExit.chainBroken,
    `${nameOf("11:00:00")} continues no full backup that is there`,
  ],
  [
    "two databases of one name whose backups cover the point",
    [
      ...monday,
      ["10:20:00", "full", 1, 9, "orders", "other"],
      ["13:00:00", "diff", 10, 12, "orders", "other"],
    ],
    { point: "11:30:00" },
    scriptExit.artifactAmbiguous,
    `backups of two databases named orders cover ${day} 11:30:00 UTC: ${nameOf("10:00:00")} (DATABASE ID id-of-orders) and ${nameOf("10:20:00")} (other); name an artifact of the one that is meant in backupPath`,
  ],
  [
    "a point that retention may explain",
    monday,
    {
      point: "09:00:00",
      hint: "; the point is older than logRetention 1h, so backups that covered it may have been removed",
    },
    scriptExit.pointUnreachable,
    `${day} 09:00:00 UTC is before the first full backup of database orders, ${nameOf("10:00:00")}; the earliest reachable point is ${day} 10:00:00 UTC; the point is older than logRetention 1h, so backups that covered it may have been removed`,
  ],
];

test.each(refused)("refused: %s", (_title, lines, asked, code, message) => {
  expect(choose(lines, asked)).toEqual({ code: String(code), failed: message });
});
