/**
 * The lab itself, in a cache folder of its own: wherever `up` is killed, the next one works, and `down` leaves no
 * process, mount, network device or control group behind.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import * as k8s from "@kubernetes/client-node";
import { cacheRoot } from "../../tools/resolve/tool.js";
import { layout } from "../../tools/lab/layout.js";

jest.setTimeout(300_000);

const root = path.join(__dirname, "..", "..");
const cache = mkdtempSync(path.join(tmpdir(), "neo4j-restore-lab-"));
const lab = layout(path.join(cache, "lab"));

beforeAll(() => {
  // Tools and images are those of the session; what runs is its own.
  const shared = readdirSync(cacheRoot()).filter((name) => !name.startsWith("lab"));
  for (const name of shared) symlinkSync(path.join(cacheRoot(), name), path.join(cache, name));
});
afterAll(async () => {
  await ended(command("down"));
  rmSync(cache, { recursive: true });
});

function command(verb: "up" | "down"): ChildProcess {
  const main = path.join(root, "tools/lab/main.ts");
  return spawn(process.execPath, ["--import", "tsx", main, verb], {
    cwd: root,
    env: { ...process.env, NEO4J_RESTORE_CACHE: cache },
    stdio: ["ignore", "ignore", "pipe"],
  });
}

async function ended(child: ChildProcess): Promise<number | null> {
  child.stderr?.resume();
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

/** Until it says so; everything it said before is in the failure. */
async function untilSaid(child: ChildProcess, words: string): Promise<void> {
  const said: string[] = [];
  if (!child.stderr) throw new Error("its output is not read");
  for await (const line of createInterface(child.stderr)) {
    said.push(line);
    if (line.includes(words)) return;
  }
  throw new Error(`it never said "${words}":\n${said.join("\n")}`);
}

const mentions = (text: string): boolean => text.includes(cache);

/** Processes of every namespace that name the lab's folder. */
function processes(): readonly string[] {
  const lines = readdirSync("/proc").flatMap((id) => {
    if (!/^\d+$/.test(id)) return [];
    try {
      return [readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ")];
    } catch (error) {
      // It has ended meanwhile.
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ESRCH") return [];
      throw error;
    }
  });
  return lines.filter(mentions);
}

/** What this machine sees of the lab. */
function traces(): object {
  const hierarchies = readdirSync("/sys/fs/cgroup", { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const groups = ["/sys/fs/cgroup", ...hierarchies.map(({ name }) => `/sys/fs/cgroup/${name}`)];
  return {
    processes: processes(),
    mounts: readFileSync("/proc/mounts", "utf8").split("\n").filter(mentions),
    devices: Object.keys(networkInterfaces()).filter((name) => name === lab.device),
    groups: groups.filter((folder) => existsSync(path.join(folder, lab.cgroup))),
    folder: existsSync(lab.root),
  };
}
const noTrace = { processes: [], mounts: [], devices: [], groups: [], folder: false };

const moments = ["Kubernetes …", "Kubernetes: done", "import of"];

test("killed at any moment, the next up makes it anew; down leaves no trace", async () => {
  for (const moment of moments) {
    const killed = command("up");
    await untilSaid(killed, moment);
    killed.kill("SIGKILL");
    await once(killed, "exit");
  }
  expect(traces()).not.toEqual(noTrace);
  const again = command("up");
  await untilSaid(again, "import of");
  again.kill("SIGKILL");
  await once(again, "exit");
  const kubectl = new k8s.KubeConfig();
  kubectl.loadFromFile(lab.kubeconfig);
  const { items } = await kubectl.makeApiClient(k8s.CoreV1Api).listNode();
  expect(items.map(({ status }) => status?.conditions?.find(({ type }) => type === "Ready")?.status)).toEqual(
    ["True"],
  );
  expect(await ended(command("down"))).toBe(0);
  expect(traces()).toEqual(noTrace);
});
