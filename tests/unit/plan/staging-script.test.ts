/**
 * Staging by the real script: what is taken, how layers are told apart and taken off, and what is refused. gpg,
 * age, zstd and lz4 are played by shell scripts here; the cluster's stories use the real ones.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
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
import { gzipSync } from "node:zlib";
import { parseReport } from "../../../provider/plan/volume-command.js";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { originsFile, stagingScript } from "../../../provider/plan/staging-script.js";

const root = mkdtempSync(path.join(tmpdir(), "staging-script-"));
const at = (...parts: readonly string[]): string => path.join(root, ...parts);
afterAll(() => rmSync(root, { recursive: true }));

const magic = {
  zstd: "28b52ffd",
  lz4: "04224d18",
  age: Buffer.from("age-encryption.org/v1\n").toString("hex"),
  gpg: "8c0d0409",
};
/** A layer that the played programs take off: the magic bytes and what is inside. */
const wrapped = (kind: keyof typeof magic, inside: Buffer): Buffer =>
  Buffer.concat([Buffer.from(magic[kind], "hex"), inside]);
const native = (text: string): Buffer => Buffer.from(`BZV2${text}`);

/** Strips the magic bytes of its last argument (or of --decrypt's) where the key file says "right". */
const tail = (bytes: number): string => `tail -c +${bytes + 1} -- "$file"`;
const programs: Readonly<Record<string, string>> = {
  zstd: `for file; do :; done; ${tail(4)}`,
  lz4: `for file; do :; done; ${tail(4)}`,
  gpg: `while [ $# -gt 1 ]; do case "$1" in --passphrase-file) key=$2 ;; --output) out=$2 ;; esac; shift; done; file=$1
grep -q right "$key" || { echo "gpg: decryption failed: Bad session key" >&2; exit 2; }
${tail(4)} > "$out"`,
  age: `while [ $# -gt 1 ]; do case "$1" in --identity) key=$2 ;; --output) out=$2 ;; esac; shift; done; file=$1
grep -q right "$key" || exit 1
${tail(22)} > "$out"`,
  rclone: `[ "$1 $2" = "--config " ] || exit 9
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

const stamp = (day: number, hour: number): string => `2026-03-0${day}T${hour}-00-00.backup`;

interface Asked {
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
  readonly point?: string;
  readonly compression?: string;
  readonly cipher?: string;
  readonly checked?: "yes" | "no";
  readonly key?: string;
}

interface Staged {
  readonly code: number | null;
  readonly failed: string | undefined;
  readonly said: string | undefined;
  readonly files: Readonly<Record<string, string>>;
  readonly log: string;
}

function stage(asked: Asked): Staged {
  for (const folder of ["base", "logs", "vault", "work", "to", "refusal", "logins"])
    rmSync(at(folder), { recursive: true, force: true });
  for (const folder of ["base", "logs", "vault/daily", "work"]) mkdirSync(at(folder), { recursive: true });
  if (asked.refusal !== undefined) writeFileSync(at("refusal"), asked.refusal);
  for (const [name, content] of Object.entries(asked.files)) writeFileSync(at(name), content);
  writeFileSync(at("key"), asked.key ?? "right");
  writeFileSync(at("termination-log"), "");
  const place = (name: string): string => (name.includes(":") ? name : at(name));
  const base = place(asked.base ?? "base");
  const logs = asked.logs ?? at("logs");
  const second = asked.second === undefined ? base : place(asked.second);
  const argv = [
    ...["-c", stagingScript, "sh", at("to", "staging"), base, second, logs, logs, "", "orders"],
    ...[asked.point ?? "", asked.compression ?? "any", asked.cipher ?? "", asked.checked ?? "yes"],
    ...[at("key"), "key key of Secret vault", at("work"), at("termination-log")],
  ];
  const { status, stdout } = spawnSync("/bin/sh", argv, {
    encoding: "utf8",
    env: { PATH: `${at("bin")}:${process.env["PATH"] ?? ""}`, ROOT: root, ...asked.env },
  });
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

const base = { [`base/orders-${stamp(1, 10)}`]: native("full") };

test("the base and what follows it, under their native names, with their origins", () => {
  const { code, files } = stage({
    files: {
      ...base,
      [`logs/orders-${stamp(1, 11)}`]: native("one"),
      [`logs/orders-${stamp(1, 12)}.gz`]: gzipSync(native("two")),
      [`logs/orders-${stamp(1, 13)}.zst`]: wrapped("zstd", native("three")),
      [`logs/orders-${stamp(1, 14)}.lz4`]: wrapped("lz4", native("four")),
      [`logs/orders-eu-${stamp(1, 14)}`]: native("another database"),
      "logs/orders-2026-01-01T11-00-00.backup": native("long before the base"),
    },
  });
  expect(code).toBe(0);
  expect(files).toEqual({
    [`orders-${stamp(1, 10)}`]: "BZV2full",
    [`orders-${stamp(1, 11)}`]: "BZV2one",
    [`orders-${stamp(1, 12)}`]: "BZV2two",
    [`orders-${stamp(1, 13)}`]: "BZV2three",
    [`orders-${stamp(1, 14)}`]: "BZV2four",
  });
  const origins = readFileSync(at("to", "staging", originsFile), "utf8").split("\n");
  expect(origins[0]).toBe(`orders-${stamp(1, 10)}\t${at("base")}/orders-${stamp(1, 10)}`);
  expect(origins[2]).toBe(`orders-${stamp(1, 12)}\t${at("logs")}/orders-${stamp(1, 12)}.gz`);
});

test.each([
  ["the newest", "", stamp(3, 10)],
  ["the newest that is not later than the point", "2026-03-02T12-00-00", stamp(2, 10)],
  ["the oldest where all are later", "2026-02-01T12-00-00", stamp(1, 10)],
])("of a folder, the base is %s", (_title, point, chosen) => {
  const files = Object.fromEntries(
    [1, 2, 3].map((day) => [`base/orders-${stamp(day, 10)}`, native(String(day))] as const),
  );
  expect(Object.keys(stage({ files, point }).files)).toEqual([`orders-${chosen}`]);
});

test.each([
  ["AES256", wrapped("gpg", gzipSync(native("one"))), "right"],
  ["ChaCha20Poly1305", wrapped("age", wrapped("zstd", native("one"))), "AGE-SECRET-KEY-right"],
])("layers by %s are taken off by their magic bytes, whatever the name", (cipher, content, key) => {
  const name = `orders-${stamp(1, 11)}`;
  const { code, files } = stage({ files: { ...base, [`logs/${name}.x`]: content }, cipher, key });
  expect(code).toBe(0);
  expect(files[name]).toBe("BZV2one");
});

const name = `orders-${stamp(1, 11)}`;
const refused: readonly (readonly [
  title: string,
  asked: Omit<Asked, "files">,
  content: Buffer,
  code: number,
  message: string,
])[] = [
  [
    "a wrong key",
    { cipher: "AES256", key: "wrong" },
    wrapped("gpg", native("one")),
    scriptExit.decryption,
    `${name} could not be decrypted (AES256) with key key of Secret vault: nothing was restored`,
  ],
  [
    "a file of another cipher",
    { cipher: "AES256" },
    wrapped("age", native("one")),
    scriptExit.stagedFormat,
    `${name} is encrypted with ChaCha20Poly1305, not with AES256 as spec.source.pitr.encryption.algorithm says`,
  ],
  [
    "an encrypted file without a key",
    {},
    wrapped("gpg", native("one")),
    scriptExit.stagedFormat,
    `${name} is encrypted (AES256): set spec.source.pitr.encryption with enabled, algorithm and keySecret`,
  ],
  [
    "a file of another compression",
    { compression: "zstd" },
    gzipSync(native("one")),
    scriptExit.stagedFormat,
    `${name} is compressed with gzip, not with zstd as spec.source.pitr.compression.algorithm says`,
  ],
  [
    "a compressed file where that is switched off",
    { compression: "off" },
    gzipSync(native("one")),
    scriptExit.stagedFormat,
    `${name} is compressed (gzip), and spec.source.pitr.compression.enabled is false`,
  ],
  [
    "a file that does not unpack",
    {},
    gzipSync(native("one")).subarray(0, 20),
    scriptExit.stagedFormat,
    `${name} could not be read (gzip): gzip: ${at("logs", name)}: unexpected end of file`,
  ],
];

test.each(refused)("refused, and nothing is left: %s", (_title, asked, content, code, message) => {
  const answer = stage({ ...asked, files: { ...base, [`logs/${name}`]: content } });
  expect(answer).toMatchObject({ code, failed: message, files: {} });
  expect(answer.log).toContain(message);
});

test("a checksum beside an artifact must be its own, unless that is waived", () => {
  const files = {
    ...base,
    [`logs/${name}`]: native("one"),
    [`logs/${name}.sha256`]: Buffer.from(`${"0".repeat(64)}  ${name}\n`),
  };
  expect(stage({ files })).toMatchObject({
    code: scriptExit.stagedFormat,
    failed: `${name} does not have the checksum of ${name}.sha256`,
  });
  expect(stage({ files, checked: "no" }).code).toBe(0);
});

test.each([["no base", { base: "nowhere" }, `no base backup of database orders at ${at("nowhere")}`]])(
  "%s",
  (_title, asked, message) => {
    expect(stage({ ...asked, files: {} })).toMatchObject({
      code: scriptExit.artifactNotFound,
      failed: message,
    });
  },
);

describe("from a store", () => {
  const full = { [`vault/daily/orders-${stamp(1, 10)}`]: native("full") };
  const origins = (): readonly string[] =>
    readFileSync(at("to", "staging", originsFile), "utf8")
      .trimEnd()
      .split("\n");

  test("base and logs, packed and with a checksum; where they came from is told as URIs", () => {
    const packed = gzipSync(native("two"));
    const sum = createHash("sha256").update(packed).digest("hex");
    const files = {
      ...full,
      [`vault/daily/orders-eu-${stamp(1, 11)}`]: native("another database"),
      [`vault/daily/orders-${stamp(1, 12)}.gz`]: packed,
      [`vault/daily/orders-${stamp(1, 12)}.gz.sha256`]: Buffer.from(sum),
    };
    const { code, files: staged } = stage({
      ...{ files, base: `s3://vault/daily/orders-${stamp(1, 10)}`, logs: "s3://vault/daily" },
    });
    expect(code).toBe(0);
    expect(staged).toEqual({ [`orders-${stamp(1, 10)}`]: "BZV2full", [`orders-${stamp(1, 12)}`]: "BZV2two" });
    expect(origins()).toEqual([
      `orders-${stamp(1, 10)}\ts3://vault/daily/orders-${stamp(1, 10)}`,
      `orders-${stamp(1, 12)}\ts3://vault/daily/orders-${stamp(1, 12)}.gz`,
    ]);
    const torn = { ...files, [`vault/daily/orders-${stamp(1, 12)}.gz`]: gzipSync(native("three")) };
    expect(stage({ files: torn, base: "s3://vault/daily", logs: "s3://vault/daily" }).code).toBe(
      scriptExit.stagedFormat,
    );
  });

  test("the base of a folder, what follows it on a claim", () => {
    const files = { ...full, [`logs/orders-${stamp(1, 11)}`]: native("one") };
    expect(Object.keys(stage({ files, base: "gs://vault/daily" }).files)).toHaveLength(2);
  });

  test("the base alone, where nothing that follows is asked for", () => {
    const files = { ...full, [`vault/daily/orders-${stamp(1, 11)}`]: native("newer") };
    const staged = stage({ files, base: "gs://vault/daily", logs: "" });
    expect(staged.files).toEqual({ [`orders-${stamp(1, 11)}`]: "BZV2newer" });
  });

  test("Azure: the account of the Secret is part of the origin, and each place has its own login", () => {
    const files = { ...full, [`vault/daily/orders-${stamp(1, 11)}`]: native("one") };
    const env = {
      ...{ RCLONE_CONFIG_BASE_ACCOUNT: "acme", base_AZURE_CLIENT_ID: "of-the-base" },
      logs_AZURE_CLIENT_ID: "of-the-logs",
    };
    const base = `azb:///vault/daily/orders-${stamp(1, 10)}`;
    expect(stage({ files, env, base, logs: "azb://other/vault/daily" }).code).toBe(0);
    expect(origins()[0]).toBe(`orders-${stamp(1, 10)}\tazb://acme/vault/daily/orders-${stamp(1, 10)}`);
    const logins = readFileSync(at("logins"), "utf8").trimEnd().split("\n");
    expect(logins).toEqual([
      "base:vault/daily/ of-the-base",
      `base:vault/daily/orders-${stamp(1, 10)} of-the-base`,
      "logs:vault/daily/ of-the-logs",
      `logs:vault/daily/orders-${stamp(1, 11)} of-the-logs`,
    ]);
  });

  test.each<readonly [string, Partial<Asked>, number, string]>([
    [
      "no such bucket",
      { base: "s3://nowhere/daily" },
      scriptExit.bucketNotFound,
      "the bucket or container of s3://nowhere/daily does not exist",
    ],
    [
      "no such artifact",
      { base: `s3://vault/daily/orders-${stamp(9, 10)}` },
      scriptExit.artifactNotFound,
      `no base backup of database orders at s3://vault/daily/orders-${stamp(9, 10)}`,
    ],
    [
      "nothing where the logs should be",
      { base: "s3://vault/daily", logs: "s3://vault/hourly" },
      scriptExit.artifactNotFound,
      "there is no folder s3://vault/hourly with differential backups",
    ],
    [
      "two that fit",
      { base: "s3://vault/daily", second: "base" },
      scriptExit.artifactAmbiguous,
      `both s3://vault/daily/orders-${stamp(1, 10)} and ${at("base")}/orders-${stamp(1, 10)} fit: write the path from the top in only one of the places`,
    ],
    [
      "an account that cannot be one",
      { base: "azb:///vault/daily" },
      scriptExit.usage,
      "AZURE_STORAGE_ACCOUNT is not the name of an Azure storage account",
    ],
    [
      "whatever the store refuses, in its own words",
      { base: "s3://vault/daily", refusal: "ERROR : api error SignatureDoesNotMatch: no\n" },
      scriptExit.storeUnread,
      "rclone could not read s3://vault/daily",
    ],
  ])("refused, and nothing is left: %s", (_title, asked, code, message) => {
    const answer = stage({ ...asked, files: { ...full, ...base } });
    expect(answer).toMatchObject({ code, failed: message, files: {} });
    if (asked.refusal !== undefined) expect(answer.said?.trim()).toBe(asked.refusal.trim());
  });
});
