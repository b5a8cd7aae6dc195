/** A command fails while the folders of a Neo4jBackup's runs are looked for: none of them is left out without a word. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chainScript } from "../../../provider/plan/chain-script.js";

const root = mkdtempSync(path.join(tmpdir(), "chain-fails-"));
afterAll(() => rmSync(root, { recursive: true }));

test.each([1, 2, 3, 4])("dirname, its call %s", (nth) => {
  const folders = ["nightly", "nightly-20260301-100000"].map((name) => path.join(root, "backups", name));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  mkdirSync(path.join(root, "bin"), { recursive: true });
  const calls = path.join(root, "calls");
  writeFileSync(calls, "0");
  const text = `n=$(($(cat ${calls}) + 1)); echo $n > ${calls}; [ $n != ${nth} ] || exit 137; exec /usr/bin/dirname "$@"`;
  writeFileSync(path.join(root, "bin/dirname"), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const script = `set -eu\nreference=nightly artifact=$1\n${chainScript}\nfolders_of_chain`;
  const argv = ["-c", script, "sh", path.join(folders[1] ?? "", "orders-2026-03-01T10-00-00.backup")];
  const PATH = `${path.join(root, "bin")}:${process.env["PATH"] ?? ""}`;
  const { status, stdout } = spawnSync("/bin/sh", argv, { encoding: "utf8", env: { PATH } });
  if (status === 0) expect(stdout.trimEnd().split("\n")).toEqual(folders);
  else expect(nth).toBeLessThan(3);
});
