/** Where a newer Node can't be had, the tests run on the one at hand, and that is said. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { newerNode } from "../../../tools/test/newer-node.js";

const cache = mkdtempSync(path.join(tmpdir(), "newer-node-"));
const before = { ...process.env };
afterAll(() => {
  process.env = before;
  rmSync(cache, { recursive: true });
});

test("without a registry it is the Node at hand, and nothing half is kept", async () => {
  process.env["NEO4J_RESTORE_CACHE"] = cache;
  process.env["npm_config_registry"] = "http://127.0.0.1:9";
  process.env["npm_config_fetch_retries"] = "0";
  const said: string[] = [];
  expect(await newerNode((line) => said.push(line))).toBe(process.execPath);
  expect(existsSync(cache) ? readdirSync(cache) : []).toEqual([]);
  if (Number(process.versions.node.split(".")[0]) < 24)
    expect(said.at(-1)).toContain(`Node ${process.versions.node} runs it, longer.`);
});
