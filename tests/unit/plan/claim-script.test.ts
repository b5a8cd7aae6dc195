/** What is found on a claim, and what is said where nothing is or too much: the real script over real files. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { parseReport } from "../../../provider/plan/volume-command.js";
import { claimScript } from "../../../provider/plan/volume-script.js";

const root = mkdtempSync(path.join(tmpdir(), "claim-script-"));
const backup = path.join(root, "backup");
writeFileSync(path.join(root, "neo4j-admin"), `#!/bin/sh\nexit "$INSPECTS"\n`, { mode: 0o755 });
afterAll(() => rmSync(root, { recursive: true }));

const stubs = `set -eu
report() { printf '%s=%s\\n' "$1" "$2" >> "$work/report"; }
step() { :; }
die() { report failed "$2"; exit "$1"; }
work=$1 first=$2 second=$3 reference=$4 artifact_db=orders inspected=no
`;
const at = (...parts: readonly string[]): string => path.join(backup, ...parts);
const nameOf = (hour: string, database = "orders"): string => `${database}-2026-03-01T${hour}-00-00.backup`;

interface Asked {
  readonly first: string;
  readonly second?: string;
  readonly reference?: string;
  readonly inspects?: string;
}

function find(files: readonly string[], { first, second = first, reference = "", inspects = "0" }: Asked) {
  rmSync(backup, { recursive: true, force: true });
  mkdirSync(backup);
  for (const file of files) {
    mkdirSync(path.dirname(at(file)), { recursive: true });
    writeFileSync(at(file), "x");
  }
  rmSync(path.join(root, "report"), { force: true });
  const script = `${stubs}${claimScript.replaceAll("/backup &&", `${backup} &&`)}find_artifact\n`;
  const argv = ["-c", script, "test", root, at(first), at(second), reference];
  const { status, stdout } = spawnSync("/bin/sh", argv, {
    encoding: "utf8",
    env: { PATH: `${root}:${process.env["PATH"] ?? ""}`, INSPECTS: inspects },
  });
  const { artifact, failed } = parseReport(readFileSync(path.join(root, "report"), "utf8"));
  return { code: status, stdout, ...(failed === undefined ? { artifact } : { failed }) };
}

const early = nameOf("10");
const late = nameOf("12");

test.each<readonly [title: string, files: readonly string[], asked: Asked, artifact: string]>([
  [
    "an exact artifact, whatever it is called",
    ["a/latest.backup"],
    { first: "a/latest.backup" },
    "a/latest.backup",
  ],
  [
    "of a folder the newest one of exactly this database",
    [
      `daily/${late}`,
      `daily/${early}`,
      `daily/${nameOf("14", "orders-eu")}`,
      `daily/${nameOf("15", "my-orders")}`,
    ],
    { first: "daily" },
    `daily/${late}`,
  ],
  [
    "the only reading that is there",
    [`daily/${late}`],
    { first: "p/daily", second: "daily" },
    `daily/${late}`,
  ],
  [
    "of all runs of a Neo4jBackup the newest, and none of another one",
    [`nightly-1/${early}`, `nightly-2/${late}`, `nightly-eu-3/${nameOf("14")}`],
    { first: "", reference: "nightly" },
    `nightly-2/${late}`,
  ],
])("found: %s", (_title, files, asked, artifact) => {
  expect(find(files, asked)).toMatchObject({ code: 0, artifact: at(artifact) });
});

test.each<readonly [title: string, files: readonly string[], asked: Asked, code: number, message: string]>([
  [
    "nothing there",
    [`weekly/${late}`],
    { first: "daily" },
    scriptExit.artifactNotFound,
    `no artifact of database orders at ${at("daily")}`,
  ],
  [
    "something in both places",
    [`p/daily/${late}`, `daily/${early}`],
    { first: "p/daily", second: "daily" },
    scriptExit.artifactAmbiguous,
    `both ${at("p/daily", late)} and ${at("daily", early)} fit: write the path from the top of the volume in only one of the places`,
  ],
  [
    "an artifact that cannot be read",
    [`daily/${late}`],
    { first: "daily", inspects: "1" },
    scriptExit.artifactInvalid,
    `neo4j-admin backup inspect could not read ${at("daily", late)}`,
  ],
])("refused: %s", (_title, files, asked, code, message) => {
  expect(find(files, asked)).toMatchObject({ code, failed: message });
});

test("where nothing fits, what is there is told", () => {
  const { stdout } = find([`weekly/${late}`, `weekly/${nameOf("14", "orders-eu")}`, "notes.txt"], {
    first: "daily",
  });
  expect(stdout.trim().split("\n")).toEqual([
    ...["what is there:", `./weekly/${late}`, `./weekly/${nameOf("14", "orders-eu")}`],
  ]);
});
