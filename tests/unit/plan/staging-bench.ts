/**
 * Runs the real staging script on folders of a test's own. gpg, age, zstd, lz4 and rclone are played by shell scripts;
 * the cluster's stories use the real ones.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseReport } from "../../../provider/plan/volume-command.js";
import { originsFile, stagingScript } from "../../../provider/plan/staging-script.js";

const root = mkdtempSync(path.join(tmpdir(), "staging-script-"));
export const at = (...parts: readonly string[]): string => path.join(root, ...parts);
afterAll(() => rmSync(root, { recursive: true }));

const magic = {
  zstd: "28b52ffd",
  lz4: "04224d18",
  age: Buffer.from("age-encryption.org/v1\n").toString("hex"),
  gpg: "8c0d0409",
};
/** A layer that the played programs take off: the magic bytes and what is inside. */
export const wrapped = (kind: keyof typeof magic, inside: Buffer): Buffer =>
  Buffer.concat([Buffer.from(magic[kind], "hex"), inside]);
export const native = (text: string): Buffer => Buffer.from(`BZV2${text}`);

/**
 * Strips the magic bytes of its last argument (or of --decrypt's) where the key file says "right". Without an
 * identity age asks its terminal for a passphrase, and reads until the line's end.
 */
const tail = (bytes: number): string => `tail -c +${bytes + 1} -- "$file"`;
const programs: Readonly<Record<string, string>> = {
  zstd: `for file; do :; done; ${tail(4)}`,
  lz4: `for file; do :; done; ${tail(4)}`,
  gpg: `while [ $# -gt 1 ]; do case "$1" in --passphrase-file) key=$2 ;; --output) out=$2 ;; esac; shift; done; file=$1
grep -q right "$key" || { echo "gpg: decryption failed: Bad session key" >&2; exit 2; }
${tail(4)} > "$out"`,
  age: `key=; while [ $# -gt 1 ]; do case "$1" in --identity) key=$2 ;; --output) out=$2 ;; esac; shift; done; file=$1
if [ -n "$key" ]; then grep -q right "$key" || exit 1
else
  printf 'Enter passphrase: ' > /dev/tty; IFS= read -r passphrase < /dev/tty
  [ "$passphrase" = "right horse" ] || { echo "age: error: incorrect passphrase" >&2; exit 1; }
fi
${tail(22)} > "$out"`,
  rclone: `[ "$1 $2" = "--config " ] || exit 9
PATH=/usr/bin:/bin
shift 2; verb=$1; shift
while case "$1" in --separator | --format | --low-level-retries) shift 2 ;; --*) shift ;; *) false ;; esac; do :; done
if [ -f "$ROOT/refusal" ]; then cat "$ROOT/refusal" >&2; exit 1; fi
printf '%s %s\\n' "$1" "$(printenv AZURE_CLIENT_ID || true)" >> "$ROOT/logins"
from=$ROOT/$(echo "$1" | sed 's,^[a-z]*:,,')
case "$verb" in
  lsf) [ -d "$ROOT/$(echo "$1" | sed 's,^[a-z]*:,,; s,/.*,,')" ] || { echo "directory not found" >&2; exit 3; }
    for file in "$from"*; do [ ! -f "$file" ] || printf '%s\\t%s\\n' "$(wc -c < "$file")" "$(basename "$file")"; done ;;
  copyto) cp "$from" "$2" ;;
esac`,
};
mkdirSync(at("bin"));
for (const [name, text] of Object.entries(programs))
  writeFileSync(at("bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });

export const stamp = (day: number, hour: number): string => `2026-03-0${day}T${hour}-00-00.backup`;

export interface Asked {
  /** A folder or file below the test's own, or a URI; a second reading of it where there is one. */
  readonly base?: string;
  readonly second?: string;
  /** A URI; the folder "logs" unless told. */
  readonly logs?: string;
  /** Variables of the container. */
  readonly env?: Readonly<Record<string, string>>;
  /** What every call of rclone fails with. */
  readonly refusal?: string;
  readonly files: Readonly<Record<string, Buffer>>;
  /** The Neo4jBackup whose folders are searched. */
  readonly reference?: string;
  readonly point?: string;
  readonly compression?: string;
  readonly cipher?: string;
  readonly checked?: "yes" | "no";
  readonly key?: string;
  /** That call of that command fails, as one that was killed. */
  readonly failing?: readonly [command: string, nth: number];
}

export interface Staged {
  readonly code: number | null;
  readonly failed: string | undefined;
  readonly said: string | undefined;
  readonly files: Readonly<Record<string, string>>;
  readonly log: string;
}

function failing(command: string, nth: number): void {
  const text = `n=$(($(cat ${at("calls")}) + 1)); echo $n > ${at("calls")}
if [ $n = ${nth} ]; then exit 137; fi; exec /usr/bin/${command} "$@"`;
  writeFileSync(at("calls"), "0");
  writeFileSync(at("bin", command), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** How often the command was called that was to fail. */
export const calls = (): number => Number(readFileSync(at("calls"), "utf8"));

export function stage(asked: Asked): Staged {
  for (const folder of ["base", "logs", "vault", "work", "to", "refusal", "logins"])
    rmSync(at(folder), { recursive: true, force: true });
  for (const folder of ["base", "logs", "vault/daily", "work"]) mkdirSync(at(folder), { recursive: true });
  if (asked.refusal !== undefined) writeFileSync(at("refusal"), asked.refusal);
  for (const [name, content] of Object.entries(asked.files)) {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), content);
  }
  if (asked.failing) failing(...asked.failing);
  writeFileSync(at("key"), asked.key ?? "right");
  writeFileSync(at("termination-log"), "");
  const place = (name: string): string => (name.includes(":") ? name : at(name));
  const base = place(asked.base ?? "base");
  const logs = asked.logs ?? at("logs");
  const second = asked.second === undefined ? base : place(asked.second);
  const argv = [
    ...["-c", stagingScript, "sh", at("to", "staging"), base, second, logs, logs],
    ...[asked.reference ?? "", "orders"],
    ...[asked.point ?? "", asked.compression ?? "any", asked.cipher ?? "", asked.checked ?? "yes"],
    ...[at("key"), "key key of Secret vault", at("work"), at("termination-log")],
  ];
  const { status, stdout } = spawnSync("/bin/sh", argv, {
    encoding: "utf8",
    timeout: 30_000, // a program that waits for ever is a failure of its test, not of the whole file
    env: { PATH: `${at("bin")}:${process.env["PATH"] ?? ""}`, ROOT: root, ...asked.env },
  });
  if (asked.failing) rmSync(at("bin", asked.failing[0]));
  const report = parseReport(readFileSync(at("termination-log"), "utf8"));
  const to = at("to", "staging");
  const names = existsSync(to) ? readdirSync(to).filter((name) => name !== originsFile) : [];
  expect(readdirSync(at("work"))).toEqual([]);
  return {
    code: status,
    failed: report["failed"],
    said: report["said"],
    files: Object.fromEntries(names.sort().map((name) => [name, readFileSync(path.join(to, name), "utf8")])),
    log: stdout,
  };
}

export const base = { [`base/orders-${stamp(1, 10)}`]: native("full") };
