/**
 * A node that falls silent in the middle of a restore: the lab's kubelet is stopped, and goes on later. A project of
 * its own, because no other story can be told on a lab without a node.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { layout } from "../../tools/lab/layout.js";
import { readIfThere } from "../../tools/resolve/files.js";
import { expectRestored } from "../cluster/expectations.js";
import { untilJobRuns, untilStatus } from "../cluster/look.js";
import { Stage } from "../cluster/stage.js";

jest.setTimeout(300_000);

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
}, 300_000);
afterAll(() => stage.close());

test("a silent node is named, and the Job on it is waited for until the node is back", async () => {
  const name = "orders";
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
  await stage.fault("restore-seconds", "20");
  const going = stage.begin((engine, options) => engine.run(stage.request({ name, force: true }), options));
  await untilJobRuns(stage, name);
  const kubelet = await kubeletOf(layout().at("kubelet"));
  process.kill(kubelet, "SIGSTOP");
  try {
    await untilStatus(
      stage,
      name,
      ({ message }) => message?.includes("node localhost does not answer") === true,
    );
  } finally {
    // Whoever started it stops with it, and would never see its end.
    for (const pid of [await parentOf(kubelet), kubelet]) process.kill(pid, "SIGCONT");
  }
  await expectRestored(stage, await going.ended, ["monday"]);
  expect(going.told.map(({ message }) => message).join("\n")).toContain(
    "Job orders-restore: node localhost does not answer; it may still work there, so it is waited for",
  );
});

/** The kubelet of this lab and no other: it is told by its folder. */
async function kubeletOf(folder: string): Promise<number> {
  for (const pid of (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry))) {
    const argv = ((await readIfThere(`/proc/${pid}/cmdline`)) ?? "").split("\0");
    if (path.basename(argv[0] ?? "") === "kubelet" && argv.includes(`--root-dir=${folder}`))
      return Number(pid);
  }
  throw new Error(`no kubelet runs on ${folder}`);
}

async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1]);
}
