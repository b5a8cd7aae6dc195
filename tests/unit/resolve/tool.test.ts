// Where tools come from: PATH, cache, download, build, in that order.

import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { resolveTool, type Provide, type Tool } from "../../../tools/resolve/tool.js";

let folder = "";
const lines: string[] = [];
const log = (line: string): unknown => lines.push(line);
const saved = { cache: process.env["NEO4J_RESTORE_CACHE"], path: process.env["PATH"] };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "resolve-"));
  lines.length = 0;
  process.env["NEO4J_RESTORE_CACHE"] = path.join(folder, "cache");
});

afterEach(async () => {
  process.env["PATH"] = saved.path;
  if (saved.cache === undefined) delete process.env["NEO4J_RESTORE_CACHE"];
  else process.env["NEO4J_RESTORE_CACHE"] = saved.cache;
  await rm(folder, { recursive: true });
});

const executable = async (into: string): Promise<void> => {
  await writeFile(path.join(into, "thing"), "");
  await chmod(path.join(into, "thing"), 0o755);
};
const fails: Provide = () => Promise.reject(new Error("no way there"));
const tool = (more: Partial<Tool>): Tool => ({
  name: "thing",
  version: "1",
  executables: ["thing"],
  byHand: "make a thing",
  ...more,
});

test("PATH comes first, if what is there is good enough", async () => {
  const bin = path.join(folder, "bin");
  await mkdir(bin);
  await executable(bin);
  process.env["PATH"] = bin;
  expect(await resolveTool(tool({ onPath: () => Promise.resolve(true) }), log)).toBe(bin);
  const cached = path.join(folder, "cache", "thing-1");
  expect(await resolveTool(tool({ onPath: () => Promise.resolve(false), build: executable }), log)).toBe(
    cached,
  );
});

test("a download that fails gives way to the build, which is kept", async () => {
  const cached = path.join(folder, "cache", "thing-1");
  expect(await resolveTool(tool({ download: fails, build: executable }), log)).toBe(cached);
  expect(lines.join("\n")).toMatch(/official download: failed after .*no way there/);
  lines.length = 0;
  expect(await resolveTool(tool({ build: fails }), log)).toBe(cached);
  expect(lines).toEqual([]);
});

test("when nothing works it says what to do by hand, and nothing half made stays", async () => {
  const build: Provide = (into) => writeFile(path.join(into, "half"), "");
  await expect(resolveTool(tool({ download: fails, build }), log)).rejects.toThrow("By hand: make a thing");
  expect(await readdir(path.join(folder, "cache"))).toEqual([]);
});
