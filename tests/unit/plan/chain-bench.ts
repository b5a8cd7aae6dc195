/**
 * Runs the real script that chooses of a chain over tables as `backup inspect` prints them, and what its tests say of
 * two days of backups.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chainScript } from "../../../provider/plan/chain-script.js";
import { originsFile } from "../../../provider/plan/staging-script.js";
import { parseReport } from "../../../provider/plan/volume-command.js";

export type Line = readonly [
  time: string,
  kind: "full" | "diff",
  low: number,
  high: number,
  database?: string,
  id?: string,
];

export const day = "2026-03-01";
export const nameOf = (time: string, database = "orders"): string =>
  `${database}-${day}T${time.replaceAll(":", "-")}.backup`;

const work = mkdtempSync(path.join(tmpdir(), "chain-script-"));
writeFileSync(path.join(work, "neo4j-admin"), `#!/bin/sh\ncat "${work}/table"\n`, { mode: 0o755 });
afterAll(() => rmSync(work, { recursive: true }));

const stubs = `set -eu
report() { printf '%s=%s\\n' "$1" "$2"; }
step() { :; }
die() { report failed "$2"; exit "$1"; }
work=$1 artifact=$2 first=$3 second=$3 reference= artifact_db=orders
chain=$4 until=$5 accepted=$6 hint=$7 named=$8 times=$9
shift 9; staged=$1
`;

export interface Asked {
  readonly point?: string;
  readonly exact?: string;
  readonly accepted?: number;
  readonly chain?: "any" | "contiguous";
  readonly hint?: string;
  readonly named?: "end" | "base" | "logs";
  /** The artifact that was staged first, of everything that is. */
  readonly base?: string;
  /** Of the newest run of a Neo4jBackup that names no file; `exact` is what was found by it. */
  readonly times?: string;
  readonly header?: readonly string[];
}

export function choose(
  lines: readonly Line[],
  asked: Asked,
): Readonly<Record<string, string>> & { code: string } {
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
  const rows = lines.map(([time, kind, low, high, database, id]) => {
    const cells: Readonly<Record<string, string>> = {
      FILE: `file:///backup/daily/${nameOf(time, database)}`,
      DATABASE: database ?? "orders",
      "DATABASE ID": id ?? `id-of-${database ?? "orders"}`,
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
  const staged = [asked.base ?? "", ...lines.map(([time, , , , database]) => nameOf(time, database))];
  const origins = staged.map((name) => `${name}\t/backup/daily/${name}\n`);
  writeFileSync(path.join(work, originsFile), origins.join(""));
  const script = `${stubs}${chainScript}cover`;
  const argv = ["-c", script, "sh", work, newest, first, asked.chain ?? "contiguous"];
  const until = asked.point === undefined ? "" : `${day} ${asked.point}`;
  const { status, stdout, stderr } = spawnSync(
    "/bin/sh",
    [
      ...argv,
      until,
      String(asked.accepted ?? 0),
      asked.hint ?? "",
      asked.named ?? "end",
      asked.times ?? "",
      asked.base === undefined ? "" : work,
    ],
    {
      encoding: "utf8",
      env: { PATH: `${work}:${process.env["PATH"] ?? ""}` },
    },
  );
  if (status !== 0 && !stdout.includes("failed=")) throw new Error(stderr);
  return { ...parseReport(stdout), code: String(status) };
}

export const monday: readonly Line[] = [
  ["10:00:00", "full", 1, 100],
  ["11:00:00", "diff", 101, 150],
  ["12:00:00", "diff", 151, 200],
];
export const tuesday: readonly Line[] = [
  ...monday,
  ["13:00:00", "full", 1, 210],
  ["14:00:00", "diff", 211, 240],
];
export const empty: Line = ["13:00:00", "diff", 0, 0];
