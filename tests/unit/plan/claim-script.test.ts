/** What is found on a claim, and what is said where nothing is or too much: the real script over real files. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { listingScript } from "../../../provider/plan/listing-script.js";
import { parseReport } from "../../../provider/plan/volume-command.js";
import { claimScript } from "../../../provider/plan/claim-script.js";

const root = mkdtempSync(path.join(tmpdir(), "claim-script-"));
const backup = path.join(root, "backup");
/** Fails where it is told to; of a folder it prints a table, in which a file's content is its time. */
const admin = `#!/bin/sh
[ "$INSPECTS" = 0 ] || exit "$INSPECTS"
while [ $# -gt 1 ]; do shift; done
[ -d "$1" ] || exit 0
echo "| FILE | DATABASE | TIME (UTC) | HIGHEST TX |"
for file in "$1"/*.backup; do
  name=$(basename "$file")
  echo "| file://$file | $(echo "$name" | sed 's/-2026-.*//') | $(cat "$file") | 9 |"
done
`;
writeFileSync(path.join(root, "neo4j-admin"), admin, { mode: 0o755 });
afterAll(() => rmSync(root, { recursive: true }));

const stubs = `set -eu
report() { printf '%s=%s\\n' "$1" "$2" >> "$work/report"; }
step() { :; }
die() { report failed "$2"; exit "$1"; }
work=$1 first=$2 second=$3 reference=$4 times=$5 chain= artifact_db=orders inspected=no
`;
const at = (...parts: readonly string[]): string => path.join(backup, ...parts);
const nameOf = (hour: string, database = "orders"): string => `${database}-2026-03-01T${hour}-00-00.backup`;

/** The time in a file's name, as inspect would write it. */
const inName = (file: string): string => {
  const [, day = "", time = ""] = /(\d{4}-\d{2}-\d{2}T)([\d-]{8})\.backup$/.exec(file) ?? [];
  return day + time.replaceAll("-", ":");
};

interface Asked {
  readonly first: string;
  readonly second?: string;
  readonly reference?: string;
  readonly times?: string;
  readonly inspects?: string;
}

/** A file, and its time in UTC where its name has another one. */
type File = string | readonly [name: string, time: string];

function find(files: readonly File[], asked: Asked) {
  const { first, second = first, reference = "", times = "", inspects = "0" } = asked;
  rmSync(backup, { recursive: true, force: true });
  mkdirSync(backup);
  for (const given of files) {
    const [file, time = inName(file)] = typeof given === "string" ? [given] : given;
    mkdirSync(path.dirname(at(file)), { recursive: true });
    writeFileSync(at(file), time);
  }
  rmSync(path.join(root, "report"), { force: true });
  const script = `${stubs}${listingScript}${claimScript.replaceAll("/backup &&", `${backup} &&`)}find_artifact\n`;
  const argv = ["-c", script, "test", root, at(first), at(second), reference, times];
  const { status, stdout } = spawnSync("/bin/sh", argv, {
    encoding: "utf8",
    env: { PATH: `${root}:${process.env["PATH"] ?? ""}`, INSPECTS: inspects },
  });
  const { artifact, failed } = parseReport(readFileSync(path.join(root, "report"), "utf8"));
  return { code: status, stdout, ...(failed === undefined ? { artifact } : { failed }) };
}

const early = nameOf("10");
const late = nameOf("12");
const atWork = "2026-03-01T10:59:00 2026-03-01T11:06:00 spec.source.backupPath";

test.each<readonly [title: string, files: readonly File[], asked: Asked, artifact: string]>([
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
    [
      `nightly-20260301-095900/${early}`,
      `nightly-20260301-115900/${late}`,
      `nightly-eu-20260301-135900/${nameOf("14")}`,
      `nightly-2-20260301-135900/${nameOf("14")}`,
      `nightly-2/${nameOf("14")}`,
    ],
    { first: "", reference: "nightly" },
    `nightly-20260301-115900/${late}`,
  ],
  [
    "the newest by inspect's times, where names carry a local one",
    [
      [`daily/${early}`, "2026-03-01T09:30:00"],
      [`daily/${late}`, "2026-03-01T09:00:00"],
    ],
    { first: "daily" },
    `daily/${early}`,
  ],
  [
    "the one that was made while the newest run was at work",
    [`nightly/${early}`, [`nightly/${late}`, "2026-03-01T11:00:00"], `nightly/${nameOf("14")}`],
    { first: "nightly", times: atWork },
    `nightly/${late}`,
  ],
  [
    "that one, wherever older ones lie",
    [`p/nightly/${early}`, [`nightly/${late}`, "2026-03-01T11:00:00"]],
    { first: "p/nightly", second: "nightly", times: atWork },
    `nightly/${late}`,
  ],
])("found: %s", (_title, files, asked, artifact) => {
  expect(find(files, asked)).toMatchObject({ code: 0, artifact: at(artifact) });
});

const ofRun =
  "between 2026-03-01 10:59:00 and 2026-03-01 11:06:00 UTC, when the newest run of the Neo4jBackup was at work, and its history names no file";

test.each<readonly [title: string, files: readonly File[], asked: Asked, code: number, message: string]>([
  [
    "only artifacts of other runs than the newest",
    [`nightly-20260301-095900/${early}`, `nightly-20260301-115900/${late}`],
    { first: "", reference: "nightly", times: atWork },
    scriptExit.artifactNotFound,
    `no artifact of database orders was made ${ofRun}; there are ${at("/nightly-20260301-095900", early)} (2026-03-01 10:00:00 UTC), ${at("/nightly-20260301-115900", late)} (2026-03-01 12:00:00 UTC): name the one to restore in spec.source.backupPath`,
  ],
  [
    "two of the time of the newest run",
    [
      [`nightly/${early}`, "2026-03-01T11:00:00"],
      [`nightly/${late}`, "2026-03-01T11:05:00"],
      `nightly/${nameOf("14")}`,
    ],
    { first: "nightly", times: atWork },
    scriptExit.artifactAmbiguous,
    `2 artifacts of database orders were made ${ofRun}: ${at("nightly", early)} (2026-03-01 11:00:00 UTC), ${at("nightly", late)} (2026-03-01 11:05:00 UTC); name the one to restore in spec.source.backupPath`,
  ],
  [
    "a folder that cannot be read",
    [`daily/${late}`],
    { first: "daily", inspects: "1" },
    scriptExit.artifactInvalid,
    `neo4j-admin backup inspect could not read the artifacts in ${at("daily")}`,
  ],
  [
    "nothing at all of the newest run",
    [`weekly/${late}`],
    { first: "daily", times: atWork },
    scriptExit.artifactNotFound,
    `no artifact of database orders at ${at("daily")}`,
  ],
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
    { first: `daily/${late}`, inspects: "1" },
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
