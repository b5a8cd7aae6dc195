/** What is found in a store: the real script over a neo4j-admin that knows some places and refuses all others. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { storeScript } from "../../../provider/plan/cloud-script.js";
import { listingScript } from "../../../provider/plan/listing-script.js";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { parseReport } from "../../../provider/plan/volume-command.js";

const work = mkdtempSync(path.join(tmpdir(), "store-script-"));
const placeOf = (uri: string): string => path.join(work, "store", uri.replaceAll("/", "_"));
const refusing = 'echo "Caused by: NoSuchKeyException: no" >&2; echo "  at Frame.of(Stack)" >&2; exit 1';
writeFileSync(
  path.join(work, "neo4j-admin"),
  `#!/bin/sh
while [ $# -gt 1 ]; do shift; done
place="${work}/store/$(printf %s "$1" | tr / _)"
if [ -f "$place" ]; then cat "$place"; else ${refusing}; fi
`,
  { mode: 0o755 },
);
mkdirSync(path.join(work, "store"));
mkdirSync(path.join(work, "conf"));
afterAll(() => rmSync(work, { recursive: true }));

const stubs = `set -eu
report() { printf '%s=%s\\n' "$1" "$2" >> "$work/report"; }
step() { :; }
die() { report failed "$2"; exit "$1"; }
work=$1 first=$2 second=$3 inspected=$4 times=$5 artifact_db=orders
`;

const header = [
  "FILE",
  "DATABASE",
  "DATABASE ID",
  "TIME (UTC)",
  "FULL",
  "COMPRESSED",
  "LOWEST TX",
  "HIGHEST TX",
];
const nameOf = (time: string, database = "orders"): string =>
  `${database}-2026-03-01T${time.replaceAll(":", "-")}.backup`;

type Row = readonly [time: string, highest: number, database?: string];

/** What a place holds, as inspect tells it. */
function at(uri: string, rows: readonly Row[]): void {
  const folder = uri.endsWith(".backup") ? uri.slice(0, uri.lastIndexOf("/")) : uri;
  const lines = rows.map(([time, highest, database = "orders"]) => [
    ...[`${folder}/${nameOf(time, database)}`, database, "id", `2026-03-01T${time}`, "true", "true", "1"],
    String(highest),
  ]);
  const table = [header, ...lines].map((row) => `|  ${row.join(" |   ")} |`).join("\n");
  writeFileSync(placeOf(uri), `${table}\n`);
}

function find(
  first: string,
  options: {
    readonly second?: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly inspected?: "yes";
    readonly times?: string;
  } = {},
): Readonly<Record<string, string>> & { readonly code: string } {
  const { second = first, env = {}, inspected = "no", times = "" } = options;
  const script = `${stubs}${listingScript}${storeScript}find_in_store\n`;
  rmSync(path.join(work, "report"), { force: true });
  const { status } = spawnSync("/bin/sh", ["-c", script, "test", work, first, second, inspected, times], {
    encoding: "utf8",
    env: { PATH: `${work}:${process.env["PATH"] ?? ""}`, ...env },
  });
  return { ...parseReport(readFileSync(path.join(work, "report"), "utf8")), code: String(status) };
}

beforeEach(() => {
  rmSync(path.join(work, "store"), { recursive: true });
  mkdirSync(path.join(work, "store"));
});

const early = nameOf("10:00:00");
const late = nameOf("12:00:00");

test("an exact artifact is itself, whatever it is called and of which database it is", () => {
  at("s3://b/p/latest.backup", [["10:00:00", 7, "sales"]]);
  expect(find("s3://b/p/latest.backup")).toMatchObject({ code: "0", artifact: "s3://b/p/latest.backup" });
});

test("of a folder the newest one of exactly this database, by inspect's own times", () => {
  at("gs://b/daily", [
    ["12:00:00", 9],
    ["10:00:00", 7],
    ["13:00:00", 3, "orders-eu"],
  ]);
  const found = find("gs://b/daily");
  expect(found).toMatchObject({ code: "0", artifact: `gs://b/daily/${late}` });
  expect(found["inspect"]).toContain(late);
  expect(found["inspect"]).not.toContain(early);
});

test("of two of one second the one with the later transactions", () => {
  at("s3://b/daily", [
    ["12:00:00", 10],
    ["12:00:00", 9],
  ]);
  expect(find("s3://b/daily")["artifact"]).toBe(`s3://b/daily/${late}`);
});

describe("of a Neo4jBackup whose newest run names no file", () => {
  const times = "2026-03-01T11:59:00 2026-03-01T12:06:00 spec.source.pitr.baseBackup.backupPath";
  const ofRun =
    "between 2026-03-01 11:59:00 and 2026-03-01 12:06:00 UTC, when the newest run of the Neo4jBackup was at work, and its history names no file";

  test("the one that was made while it was at work, among those of others", () => {
    at("s3://b/backups", [
      ["10:00:00", 7],
      ["12:00:00", 9],
      ["13:00:00", 3],
    ]);
    expect(find("s3://b/backups", { times })["artifact"]).toBe(`s3://b/backups/${late}`);
  });

  test("refused where it is not there: never an older one", () => {
    at("s3://b/backups", [["10:00:00", 7]]);
    expect(find("s3://b/backups", { times })).toMatchObject({
      code: String(scriptExit.artifactNotFound),
      failed: `no artifact of database orders was made ${ofRun}; there are s3://b/backups/${early} (2026-03-01 10:00:00 UTC): name the one to restore in spec.source.pitr.baseBackup.backupPath`,
    });
  });

  test("refused where another Neo4jBackup wrote at the same time", () => {
    at("s3://b/backups", [
      ["12:00:00", 9],
      ["12:00:30", 11],
    ]);
    expect(find("s3://b/backups", { times })).toMatchObject({
      code: String(scriptExit.artifactAmbiguous),
      failed: `2 artifacts of database orders were made ${ofRun}: s3://b/backups/${late} (2026-03-01 12:00:00 UTC), s3://b/backups/${nameOf("12:00:30")} (2026-03-01 12:00:30 UTC); name the one to restore in spec.source.pitr.baseBackup.backupPath`,
    });
  });
});

describe("a path with two readings", () => {
  const second = "s3://b/daily";
  test.each(["first", "second"])("is found where only the %s fits", (which) => {
    const place = which === "first" ? "s3://b/production/daily" : second;
    at(place, [["12:00:00", 9]]);
    expect(find("s3://b/production/daily", { second })["artifact"]).toBe(`${place}/${late}`);
  });

  test("is refused where both fit", () => {
    at("s3://b/production/daily", [["12:00:00", 9]]);
    at(second, [["10:00:00", 7]]);
    expect(find("s3://b/production/daily", { second })).toMatchObject({
      code: String(scriptExit.artifactAmbiguous),
      failed: `both s3://b/production/daily/${late} and s3://b/daily/${early} fit: write the path from the top of the bucket in only one of the places`,
    });
  });
});

test("a folder with nothing of this database", () => {
  at("s3://b/daily", [["12:00:00", 9, "orders-eu"]]);
  expect(find("s3://b/daily")).toMatchObject({
    code: String(scriptExit.artifactNotFound),
    failed: "no artifact of database orders at s3://b/daily",
  });
});

test("what cannot be read is told with its causes, without the frames of a stack", () => {
  const found = find("s3://b/absent.backup");
  expect(found.code).toBe(String(scriptExit.storeUnread));
  expect(found["said"]).toBe("Caused by: NoSuchKeyException: no");
});

describe("an Azure container without an account", () => {
  const uri = "azb:///container/daily";
  test("gets the Secret's", () => {
    at("azb://store1/container/daily", [["12:00:00", 9]]);
    const env = { AZURE_STORAGE_ACCOUNT: "store1" };
    expect(find(uri, { env })["artifact"]).toBe(`azb://store1/container/daily/${late}`);
  });

  test.each(["", "a/b", "$(id)"])("refuses %j as one", (account) => {
    expect(find(uri, { env: { AZURE_STORAGE_ACCOUNT: account } })).toMatchObject({
      code: String(scriptExit.usage),
      failed: "AZURE_STORAGE_ACCOUNT is not the name of an Azure storage account",
    });
  });
});

test("what the rehearsal has read is not read again", () => {
  expect(find(`s3://b/daily/${late}`, { inspected: "yes" })).toMatchObject({
    code: "0",
    artifact: `s3://b/daily/${late}`,
  });
});
