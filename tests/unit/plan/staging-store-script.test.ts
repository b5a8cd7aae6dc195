/** Staging from object storage by the real script, with a played rclone. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { originsFile } from "../../../provider/plan/staging-script.js";
import { at, base, native, stage, stamp, type Asked } from "./staging-bench.js";

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
