/** Which artifact covers a point in time: the real script over tables as `backup inspect` prints them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chainScript } from "../../../provider/plan/chain-script.js";
import { parseReport } from "../../../provider/plan/volume-command.js";
import { scriptExit } from "../../../provider/plan/script-exit.js";

type Line = readonly [time: string, kind: "full" | "diff", low: number, high: number, database?: string];

const day = "2026-03-01";
const nameOf = (time: string, database = "orders"): string =>
  `${database}-${day}T${time.replaceAll(":", "-")}.backup`;

const work = mkdtempSync(path.join(tmpdir(), "chain-script-"));
writeFileSync(path.join(work, "neo4j-admin"), `#!/bin/sh\ncat "${work}/table"\n`, { mode: 0o755 });
afterAll(() => rmSync(work, { recursive: true }));

const stubs = `set -eu
report() { printf '%s=%s\\n' "$1" "$2"; }
step() { :; }
die() { report failed "$2"; exit "$1"; }
work=$1 artifact=$2 first=$3 second=$3 reference= artifact_db=orders
chain=$4 until=$5 accepted=$6 hint=$7 named=$8 staged= times=$9
`;

interface Asked {
  readonly point?: string;
  readonly exact?: string;
  readonly accepted?: number;
  readonly chain?: "any" | "contiguous";
  readonly hint?: string;
  readonly named?: "end" | "base";
  /** Of the newest run of a Neo4jBackup that names no file; `exact` is what was found by it. */
  readonly times?: string;
  readonly header?: readonly string[];
}

function choose(lines: readonly Line[], asked: Asked): Readonly<Record<string, string>> & { code: string } {
  const header = asked.header ?? [
    "FILE",
    "DATABASE",
    "DATABASE ID",
    "TIME (UTC)",
    "FULL",
    "COMPRESSED",
    "LOWEST TX",
    "HIGHEST TX",
  ];
  const rows = lines.map(([time, kind, low, high, database]) => {
    const cells: Readonly<Record<string, string>> = {
      FILE: `file:///backup/daily/${nameOf(time, database)}`,
      DATABASE: database ?? "orders",
      "DATABASE ID": `id-of-${database ?? "orders"}`,
      FULL: String(kind === "full"),
      COMPRESSED: "true",
      "LOWEST TX": String(low),
      "HIGHEST TX": String(high),
    };
    return header.map((name) => cells[name] ?? (name.startsWith("TIME") ? `${day}T${time}` : "x"));
  });
  const table = [header, ...rows].map((row) => `|  ${row.join(" |   ")} |`).join("\n");
  writeFileSync(path.join(work, "table"), `${table}\n`);
  const newest = `/backup/daily/${asked.exact ?? "orders-newest.backup"}`;
  const first = asked.exact === undefined || asked.times !== undefined ? "/backup/daily" : newest;
  const script = `${stubs}${chainScript}cover`;
  const argv = ["-c", script, "sh", work, newest, first, asked.chain ?? "contiguous"];
  const until = asked.point === undefined ? "" : `${day} ${asked.point}`;
  const { status, stdout, stderr } = spawnSync(
    "/bin/sh",
    [...argv, until, String(asked.accepted ?? 0), asked.hint ?? "", asked.named ?? "end", asked.times ?? ""],
    {
      encoding: "utf8",
      env: { PATH: `${work}:${process.env["PATH"] ?? ""}` },
    },
  );
  if (status !== 0 && !stdout.includes("failed=")) throw new Error(stderr);
  return { ...parseReport(stdout), code: String(status) };
}

const monday: readonly Line[] = [
  ["10:00:00", "full", 1, 100],
  ["11:00:00", "diff", 101, 150],
  ["12:00:00", "diff", 151, 200],
];
const tuesday: readonly Line[] = [...monday, ["13:00:00", "full", 1, 210], ["14:00:00", "diff", 211, 240]];
const empty: Line = ["13:00:00", "diff", 0, 0];

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
