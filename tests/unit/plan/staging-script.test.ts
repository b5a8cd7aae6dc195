/** Staging by the real script: what is taken, how layers are told apart and taken off, and what is refused. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { originsFile } from "../../../provider/plan/staging-script.js";
import { at, base, native, stage, stamp, wrapped, type Asked } from "./staging-bench.js";

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

test("of a Neo4jBackup's runs, none of another one's", () => {
  const folders = [
    "nightly-20260301-100000",
    "nightly-20260302-100000",
    "nightly-2-20260303-100000",
    "nightly-3",
  ];
  const files = Object.fromEntries(
    folders.map((folder, day) => [`base/${folder}/orders-${stamp(day + 1, 10)}`, native(folder)] as const),
  );
  expect(stage({ files, reference: "nightly" }).files).toEqual({
    [`orders-${stamp(2, 10)}`]: "BZV2nightly-20260302-100000",
  });
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

test.each([
  ["that ends with a newline", "right horse\n"],
  ["as a literal, without one", "right horse"],
])("age is given a passphrase %s, and the log is not", (_title, key) => {
  const files = { ...base, [`logs/${name}.age`]: wrapped("age", native("one")) };
  const { code, files: staged, log } = stage({ files, cipher: "ChaCha20Poly1305", key });
  expect({ code, one: staged[name] }).toEqual({ code: 0, one: "BZV2one" });
  expect(log).not.toContain("horse");
});

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
  ...["wrong horse\n", "wrong horse"].map(
    (key) =>
      [
        `a wrong passphrase ${JSON.stringify(key)}`,
        { cipher: "ChaCha20Poly1305", key },
        wrapped("age", native("one")),
        scriptExit.decryption,
        `${name} could not be decrypted (ChaCha20Poly1305) with key key of Secret vault: nothing was restored`,
      ] as const,
  ),
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
    "layers without end",
    {},
    [1, 2, 3, 4, 5].reduce((inside) => wrapped("zstd", inside), native("one")),
    scriptExit.stagedFormat,
    `${name} is wrapped more than four times`,
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
