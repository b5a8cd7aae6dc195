/** Any one command of the staging script fails: nothing goes through unchecked, and nothing without its origin. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { originsFile } from "../../../provider/plan/staging-script.js";
import { at, base, calls, native, stage, stamp, type Asked } from "./staging-bench.js";

jest.setTimeout(60_000);

const later = `orders-${stamp(1, 12)}`;
const packed = gzipSync(native("two"));
const withSum = (folder: string, sum: string): Asked["files"] => ({
  ...base,
  [`${folder}/${later}.gz`]: packed,
  [`${folder}/${later}.gz.sha256`]: Buffer.from(sum),
});
const right = createHash("sha256").update(packed).digest("hex");
const origins = (): readonly string[] =>
  readFileSync(at("to", "staging", originsFile), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t")[0] ?? "")
    .sort();

describe.each([
  ["a claim", "logs", undefined],
  ["a bucket", "vault/daily", "s3://vault/daily"],
])("from %s", (_what, folder, logs) => {
  const asked = (sum: string): Asked => ({
    files: withSum(folder, sum),
    ...(logs === undefined ? {} : { logs }),
  });

  test.each(["awk", "basename", "cut", "sha256sum"])("%s", (command) => {
    expect(stage(asked(right)).code).toBe(0);
    for (let nth = 1; ; nth++) {
      const { code, files } = stage({ ...asked(right), failing: [command, nth] });
      const names = Object.keys(files).sort();
      if (code === 0) expect([nth, origins()]).toEqual([nth, names]);
      if (calls() < nth) break;
    }
    for (let nth = 1; ; nth++) {
      const { code, files } = stage({ ...asked("0".repeat(64)), failing: [command, nth] });
      expect([nth, code === 0 && later in files]).toEqual([nth, false]);
      if (calls() < nth) break;
    }
  });
});
