/** What must be given back, kept by the real script in a real folder, in pieces, and read again in parts. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ballast } from "../../../provider/plan/ballast-script.js";
import { most } from "../../../provider/plan/bounds.js";
import { digestOf } from "../../../provider/plan/digest.js";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { keepCommands, keptCommand, parseReport } from "../../../provider/plan/volume-command.js";

const runId = "run0000001";
let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "keep-script-"));
  mkdirSync(join(data, "databases"));
});
afterEach(() => rmSync(data, { recursive: true }));

const acting = { runId, epoch: 1, turn: 1, patienceSeconds: 0, pod: "s-0" };
const at = () => ({ data, runId, database: "orders", acting });
const run = ([command = "", ...args]: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return { status, stderr, report: parseReport(stdout) };
};
const keepAll = (content: string) =>
  keepCommands(at(), content, digestOf(content)).map(run).at(-1)?.report["kept"];
const folder = (): string => join(data, ".neo4j-restore", runId);

const contents = [1, most.argument, most.argument + 1, 5 * most.argument + 7].map((length) =>
  "abcdefghijklmnopqrstuvwxyz0123456789+/=".repeat(length / 39 + 1).slice(0, length),
);

test.each(contents.map((one) => [one.length, one] as const))("%s bytes", (length, content) => {
  expect(keepAll(content)).toBe(digestOf(content));
  const ballastNames = Array.from({ length: ballast.pieces }, (_, index) => `ballast-${index + 1}`);
  expect(readdirSync(folder()).sort()).toEqual([...ballastNames, "kept"]);
  for (const name of ballastNames) expect(statSync(join(folder(), name)).size).toBe(ballast.bytes);
  expect(readFileSync(join(folder(), "kept"), "utf8")).toBe(content);
  let read = "";
  for (;;) {
    const { report } = run(keptCommand(at(), read.length + 1, 12_000));
    expect(report["kept_bytes"]).toBe(String(length));
    read += report["kept_part"] ?? "";
    if (read.length >= length) break;
  }
  expect(read).toBe(content);
});

test("kept once more, another content takes its place; one that was cut short leaves it alone", () => {
  const [first = "", , third = "", fourth = ""] = contents;
  keepAll(first);
  keepAll(third);
  expect(readFileSync(join(folder(), "kept"), "utf8")).toBe(third);
  for (const argv of keepCommands(at(), fourth, digestOf(fourth)).slice(0, 3)) run(argv);
  expect(readFileSync(join(folder(), "kept"), "utf8")).toBe(third);
  // The same again from the beginning, as after a lost answer.
  expect(keepAll(fourth)).toBe(digestOf(fourth));
});

test("pieces that do not make up the whole are refused", () => {
  const content = contents[3] ?? "";
  const commands = keepCommands(at(), content, digestOf(content));
  for (const argv of commands.slice(0, -1)) run(argv);
  writeFileSync(join(folder(), "kept-2"), "somebody's");
  const { status, stderr } = run(commands.at(-1) ?? []);
  expect(status).not.toBe(0);
  expect(stderr).toContain("came broken");
  expect(existsSync(join(folder(), "kept"))).toBe(false);
});

test("where nothing was kept, that is the answer", () => {
  expect(run(keptCommand(at(), 1, 100)).report).toEqual({ kept_bytes: "0", end: "yes" });
});

test("of a driver that was replaced nothing is kept", () => {
  const [content = ""] = contents;
  keepAll(content);
  const late = { ...at(), acting: { ...acting, epoch: 0 } };
  const [argv = []] = keepCommands(late, "another", digestOf("another"));
  expect(run(argv).status).toBe(scriptExit.driverReplaced);
  expect(readFileSync(join(folder(), "kept"), "utf8")).toBe(content);
});
