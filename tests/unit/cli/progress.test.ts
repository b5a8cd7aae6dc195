/** Progress as a bar, as lines, as JSON. */
import type { Engine } from "../../../provider/runtime/engine.js";
import { Console, place, report, working, yaml } from "./console.js";

const files = { "r.yaml": yaml };

test("elsewhere than on a terminal: a line for each change, with time and place", async () => {
  const console = new Console(files);
  const run: Engine["run"] = (_request, { onProgress }) => {
    onProgress({ step: "Resolve", message: "finding the target" });
    onProgress({ step: "Resolve", message: "finding the target" });
    console.pass(72_000);
    onProgress({ step: "Restore", message: "restoring\nsecond line", percent: 11 });
    onProgress({ step: "Restore", message: "restoring", percent: 13 });
    onProgress({ step: "Restore", message: "restoring", percent: 15.4 });
    onProgress({ step: "StopJobs", message: "stopping" });
    return Promise.resolve(report());
  };
  const { err, out } = await console.play(["run", "-f", "r.yaml"], { run });
  expect(err.split("\n")).toEqual([
    place,
    "0:00  Restore back-to-monday: database orders of solo",
    "0:00   1/12 Resolve: finding the target",
    "1:12   5/12 Restore: 11% restoring",
    "1:12   5/12 Restore: 15% restoring",
    "1:12  StopJobs: stopping",
    "",
  ]);
  expect(out).not.toContain("\u001b");
});

test("on a terminal: a bar redrawn in place, with the time going on, gone at the end", async () => {
  const console = new Console(files, 60);
  const run: Engine["run"] = (_request, { onProgress }) => {
    onProgress({ step: "Lock", message: "taking the lock" });
    console.pass(3_000);
    onProgress({
      step: "Restore",
      message: "restoring the backup beside the serving database, which takes a while",
    });
    console.press();
    return Promise.resolve(report());
  };
  const { err } = await console.play(["run", "-f", "r.yaml"], { run });
  const frames = err.split("\r\u001b[K");
  expect(frames).toContain("0:00  2/12 ██░░░░░░░░░░░░░░░░░░ Lock: taking the lock");
  expect(frames).toContain("0:03  2/12 ██░░░░░░░░░░░░░░░░░░ Lock: taking the lock");
  const bars = frames.filter((frame) => frame.includes("░"));
  expect(bars.every((frame) => frame.length < 60)).toBe(true);
  expect(frames.some((frame) => frame.startsWith("Ending the restore"))).toBe(true);
  expect(console.isQuiet).toBe(true);
});

test("for programs: one object per line, the result last", async () => {
  const { out, err } = await new Console(files).play(["run", "-f", "r.yaml", "-o", "json"], {
    run: working(report(), "Resolve", "Lock"),
  });
  expect(err).toBe(`${place}\n`);
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toEqual([
    { type: "progress", step: "Resolve", message: "doing Resolve" },
    { type: "progress", step: "Lock", message: "doing Lock" },
    { type: "result", ...report(), idle: false, exitCode: 0 },
  ]);
});
