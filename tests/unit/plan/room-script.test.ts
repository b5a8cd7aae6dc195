/** What may lie on the data volume: the real script over real files and a df that tells what we say. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { roomScript } from "../../../provider/plan/room-script.js";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { parseReport } from "../../../provider/plan/volume-command.js";

const root = mkdtempSync(path.join(tmpdir(), "room-script-"));
afterAll(() => rmSync(root, { recursive: true }));

const stubs = `set -eu
report() { printf '%s=%s\\n' "$1" "$2" >> "$work/report"; }
die() { report failed "$2"; exit "$1"; }
size_kb() { du -sk --apparent-size "$1" | cut -f 1; }
df() { printf 'x\\nx x x %s\\n' "$free_kb"; }
work=$1 artifact=$2 temp=$3 staged=$4 data=/data free_kb=$5
`;

interface Room {
  readonly artifact?: string;
  readonly temp?: string;
  readonly staged?: string;
  readonly members?: readonly string[];
  readonly freeKb: number;
}

function judge({ artifact = file("alone", 100), temp = "", staged = "", members, freeKb }: Room): object {
  const work = mkdtempSync(path.join(root, "work-"));
  if (members) writeFileSync(path.join(work, "members"), members.map((one) => `${one}\n`).join(""));
  const script = `${stubs}${roomScript}room\n`;
  const argv = ["-c", script, "test", work, artifact, temp, staged, String(freeKb)];
  const { status } = spawnSync("/bin/sh", argv, { encoding: "utf8" });
  const report = path.join(work, "report");
  return { code: status, ...(existsSync(report) ? parseReport(readFileSync(report, "utf8")) : {}) };
}

function file(name: string, kb: number): string {
  const where = path.join(root, name);
  mkdirSync(path.dirname(where), { recursive: true });
  writeFileSync(where, Buffer.alloc(kb * 1024, 1));
  return where;
}

test("three times the artifact may be a fifth of the free space, not more", () => {
  expect(judge({ freeKb: 1500 })).toEqual({ code: 0 });
  expect(judge({ freeKb: 1499 })).toEqual({
    code: scriptExit.tempTooLarge,
    temp_bytes: String(300 * 1024),
    failed:
      "temporary files may take 300 kB, more than a fifth of the 1499 kB that are free: they need a claim of their own",
  });
});

test("of a chain every artifact counts", () => {
  const members = [file("base of it", 100), file("diff", 20)];
  expect(judge({ members, freeKb: 1700 })).toMatchObject({ temp_bytes: String(360 * 1024) });
});

test("what was staged lies there too", () => {
  file("staging/a", 100);
  const staged = path.join(root, "staging");
  expect(judge({ staged, freeKb: 1500 })).toMatchObject({ code: scriptExit.tempTooLarge });
});

test("a place that was named is taken as it is; of an artifact in a store nothing is known", () => {
  expect(judge({ temp: "/neo4j-restore-temp", freeKb: 1 })).toEqual({ code: 0 });
  expect(judge({ artifact: "s3://vault/a.backup", freeKb: 1 })).toEqual({ code: 0 });
});

interface Headroom {
  readonly verb?: "rehearse" | "restore";
  readonly freeKb: number;
  /** Into the database itself, over its old store of 300 kB. */
  readonly inPlace?: boolean;
  /** The volume is a server's. */
  readonly server?: boolean;
}

/** Of a volume of 1000 kB and an artifact of 100. */
function fits({ verb = "restore", freeKb, inPlace = false, server = true }: Headroom): object {
  const work = mkdtempSync(path.join(root, "work-"));
  const data = path.join(work, "data");
  for (const kind of ["databases", "transactions"])
    mkdirSync(path.join(data, kind, "orders"), { recursive: true });
  if (server) mkdirSync(path.join(data, "databases/system"));
  writeFileSync(path.join(data, "databases/orders/neostore"), Buffer.alloc(200 * 1024, 1));
  writeFileSync(path.join(data, "transactions/orders/neostore.log"), Buffer.alloc(100 * 1024, 1));
  const known = `${stubs}data=$6 verb=$7 into=$8 overwrite=yes db=orders artifact_bytes=102400
df() { printf 'x\\nx 1000 x %s\\n' "$free_kb"; }
size_kb() { cat $(find "$1" -type f) | wc -c | awk '{ print $1 / 1024 }'; }
`;
  const into = inPlace ? "orders" : "restoring-run";
  const argv = ["-c", `${known}${roomScript}headroom\n`, "test", work, "a", "", "", String(freeKb)];
  const { status } = spawnSync("/bin/sh", [...argv, data, verb, into], { encoding: "utf8" });
  const report = path.join(work, "report");
  return { code: status, ...(existsSync(report) ? parseReport(readFileSync(report, "utf8")) : {}) };
}

test.each(["rehearse", "restore"] as const)("%s: a tenth stays free beside the artifact", (verb) => {
  expect(fits({ verb, freeKb: 200 })).toEqual({ code: 0 });
  expect(fits({ verb, freeKb: 199 })).toEqual({
    code: scriptExit.diskHeadroom,
    failed: "199 kB are free, the artifact takes 100 kB and 100 kB (a tenth) must stay free",
  });
});

test.each(["rehearse", "restore"] as const)("%s: the store that is overwritten makes room first", (verb) => {
  expect(fits({ verb, freeKb: 0, inPlace: true })).toEqual({ code: 0 });
  // The old store has 300 kB: with 100 less there would be too little.
  expect(fits({ verb, freeKb: -101, inPlace: true })).toMatchObject({ code: scriptExit.diskHeadroom });
});

test("a rehearsal without the server's claim cannot tell; a restore always asks", () => {
  expect(fits({ verb: "rehearse", freeKb: 0, server: false })).toEqual({ code: 0 });
  expect(fits({ verb: "restore", freeKb: 0, server: false })).toMatchObject({
    code: scriptExit.diskHeadroom,
  });
});
