// Processes are known by pid, start time and boot.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { end, identify, isAlive, parseProcessId, parseStat } from "../../../tools/lab/processes.js";

const fields = "1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4242 9 9 9";

test("the start time is found behind a name with spaces and parentheses", () => {
  expect(parseStat(`77 (a) b (c)) S ${fields}`)).toEqual({ state: "S", startedAt: "4242" });
  expect(parseStat("")).toBeUndefined();
});

test("a record that was cut off by an interruption is none", () => {
  const id = { pid: 1, startedAt: "2", boot: "b" };
  expect(parseProcessId(JSON.stringify(id))).toEqual(id);
  for (const text of ["", '{"pid":1', '{"pid":"1","startedAt":"2","boot":"b"}', "null", "3"]) {
    expect(parseProcessId(text)).toBeUndefined();
  }
});

test("a pid that belongs to somebody else is neither alive nor ended", async () => {
  const mine = await identify(process.pid);
  if (mine === undefined) throw new Error("this process has no identity");
  expect(await isAlive(mine)).toBe(true);
  for (const stale of [
    { ...mine, startedAt: "1" },
    { ...mine, boot: "another" },
  ]) {
    expect(await isAlive(stale)).toBe(false);
    await end(stale); // would kill this test
  }
});

test("a process is ended", async () => {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  const id = await identify(child.pid ?? 0);
  if (id === undefined) throw new Error("no process");
  const exit = once(child, "exit");
  await end(id);
  await exit;
  expect(await isAlive(id)).toBe(false);
});
