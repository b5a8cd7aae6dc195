/**
 * The lock on a volume and its fences, with the real script on real folders: verbs that meet in the middle of a rename,
 * that are stopped and go on later, that are killed, that come late.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { scriptExit } from "../../provider/plan/script-exit.js";
import {
  type Acting,
  isWhole,
  lookCommand,
  parseReport,
  volumeCommand,
  type VolumeVerb,
} from "../../provider/plan/volume-command.js";
import { run, tree } from "./volume-bench.js";

const stores = [
  ...tree("orders", "databases", "transactions"),
  ...tree(`restoring-${run}`, "databases", "transactions"),
];
const verbs = ["aside", "swap", "back", "undo", "again", "discard"] as const;
const roots: string[] = [];
afterAll(() => roots.forEach((root) => rmSync(root, { recursive: true })));

/** The first rename of the stores that this process asks for says so, and waits for a word. */
const pausingMv = (root: string): string => `#!/bin/sh
case "$*" in */lock*|*/fences*) exec /bin/mv "$@" ;; esac
if mkdir ${root}/paused 2>/dev/null; then : > ${root}/reached; read word < ${root}/go; fi
exec /bin/mv "$@"
`;

class Disk {
  readonly root = mkdtempSync(path.join(tmpdir(), "held-volume-"));
  readonly data = path.join(this.root, "data");
  private turn = 0;

  constructor() {
    roots.push(this.root);
    for (const kind of ["databases", "transactions", "scripts"])
      mkdirSync(path.join(this.data, kind), { recursive: true });
    for (const store of stores) {
      mkdirSync(path.join(this.data, store), { recursive: true });
      writeFileSync(path.join(this.data, store, "whose"), store.includes("restoring") ? "new" : "old");
    }
  }

  argv(verb: VolumeVerb, acting: Partial<Acting> = {}): readonly string[] {
    const who = { runId: run, epoch: 1, turn: ++this.turn, patienceSeconds: 0, pod: "pod-0", ...acting };
    return volumeCommand(verb, { data: this.data, runId: run, database: "orders", acting: who });
  }

  do(
    verb: VolumeVerb,
    acting: Partial<Acting> = {},
  ): { readonly code: number | null; readonly text: string } {
    return this.execute(this.argv(verb, acting));
  }

  last(pod = "pod-0"): Readonly<Record<string, string>> {
    const { code, text } = this.execute(
      lookCommand("last", { data: this.data, runId: run, database: "orders" }, pod),
    );
    expect([code, isWhole(text)]).toEqual([0, true]);
    return parseReport(text);
  }

  private execute([shell = "", ...argv]: readonly string[]): {
    readonly code: number | null;
    readonly text: string;
  } {
    const { status, stdout } = spawnSync(shell, argv, { encoding: "utf8" });
    return { code: status, text: stdout };
  }

  /** Begins a verb that stands still at its first rename. */
  async held(verb: VolumeVerb, acting: Partial<Acting> = {}): Promise<Held> {
    const bin = path.join(this.root, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, "mv"), pausingMv(this.root), { mode: 0o755 });
    spawnSync("mkfifo", [path.join(this.root, "go")]);
    const [shell = "", ...argv] = this.argv(verb, acting);
    const env = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
    const child = spawn(shell, argv, { env, stdio: "ignore", detached: true });
    const over = once(child, "exit");
    while (!existsSync(path.join(this.root, "reached")) && child.exitCode === null)
      await new Promise((resolve) => setImmediate(resolve));
    return new Held(this.root, child, over);
  }

  /** What lies there, and whose it is. */
  stores(): Readonly<Record<string, string>> {
    const found: Record<string, string> = {};
    const walk = (folder: string): void => {
      for (const entry of readdirSync(path.join(this.data, folder), { withFileTypes: true })) {
        const at = path.join(folder, entry.name);
        if (entry.isDirectory()) walk(at);
        else if (entry.name === "whose") found[folder] = readFileSync(path.join(this.data, at), "utf8");
      }
    };
    walk(".");
    return found;
  }
}

class Held {
  constructor(
    private readonly root: string,
    private readonly child: ChildProcess,
    private readonly over: Promise<unknown>,
  ) {}

  /** It goes on from where it stood. */
  async goesOn(): Promise<number | null> {
    if (existsSync(path.join(this.root, "reached"))) writeFileSync(path.join(this.root, "go"), "on\n");
    await this.over;
    return this.child.exitCode;
  }

  /** The shell alone, or all of it. */
  async killed(all: boolean): Promise<void> {
    process.kill(all ? -(this.child.pid ?? 0) : (this.child.pid ?? 0), "SIGKILL");
    await this.over;
  }
}

/** Never old beside new under one name, and no store is lost or lies within another. */
function expectWhole(disk: Disk): void {
  const found = disk.stores();
  for (const whose of ["old", "new"])
    for (const kind of ["databases", "transactions"])
      expect([
        kind,
        whose,
        Object.entries(found).filter(([at, its]) => its === whose && at.includes(kind)).length,
      ]).toEqual([kind, whose, 1]);
  expect(
    Object.keys(found).filter(
      (at) => /(databases|transactions)\/[^/]+\/./.test(at) && !at.startsWith(".neo4j"),
    ),
  ).toEqual([]);
  const [store, logs] = [found["databases/orders"], found["transactions/orders"]];
  if (store !== undefined && logs !== undefined) expect(store).toBe(logs);
}

/** What has to have been before for a verb to rename anything. */
const before: Readonly<Record<string, readonly VolumeVerb[]>> = {
  back: ["swap"],
  undo: ["swap"],
  again: ["swap", "undo"],
};

describe.each(verbs.filter((verb) => verb !== "discard"))("while %s stands still in a rename", (first) => {
  it.each(verbs)("%s is told who is at work, and changes nothing", async (second) => {
    const disk = new Disk();
    for (const verb of before[first] ?? []) disk.do(verb);
    const held = await disk.held(first);
    const there = disk.stores();
    const { code, text } = disk.do(second);
    expect([code, parseReport(text)["holder"]]).toEqual([scriptExit.lockHeld, "pod-0"]);
    expect(disk.stores()).toEqual(there);
    expect(disk.last()).toMatchObject({ lock: "held", holder: "pod-0" });
    expect(await held.goesOn()).toBe(0);
    expect(disk.last()).toMatchObject({ lock: "free", done_verb: first });
    expectWhole(disk);
  });
});

it("a verb that waits for another goes on after it", async () => {
  const disk = new Disk();
  const held = await disk.held("swap");
  const [shell = "", ...argv] = disk.argv("back", { patienceSeconds: 60 });
  const child = spawn(shell, argv, { stdio: "ignore" });
  const over = once(child, "exit");
  expect(await held.goesOn()).toBe(0);
  await over;
  expect(child.exitCode).toBe(0);
  expect(disk.stores()["databases/orders"]).toBe("old");
  expectWhole(disk);
});

describe("a verb that was killed", () => {
  it.each(["swap", "back", "undo", "again"] as const)(
    "in a rename of %s holds nobody up in its own pod",
    async (verb) => {
      const disk = new Disk();
      for (const one of before[verb] ?? []) disk.do(one);
      await (await disk.held(verb)).killed(true);
      expect(disk.last()).toMatchObject({ lock: "free" });
      expect(disk.do(verb).code).toBe(0);
      expectWhole(disk);
    },
  );

  it("and whose rename is still to come counts as alive", async () => {
    const disk = new Disk();
    const held = await disk.held("swap");
    await held.killed(false);
    expect(disk.do("back").code).toBe(scriptExit.lockHeld);
    writeFileSync(path.join(disk.root, "go"), "on\n");
    const free = (): boolean => disk.last()["lock"] === "free";
    while (!free()) await new Promise((resolve) => setImmediate(resolve));
    expect(disk.do("back").code).toBe(0);
    expectWhole(disk);
  });

  it("in another pod holds everybody up, until that pod is known to have ended", async () => {
    const disk = new Disk();
    await (await disk.held("swap", { pod: "job-x" })).killed(true);
    expect(disk.do("back").code).toBe(scriptExit.lockHeld);
    expect(disk.last()).toMatchObject({ lock: "held", holder: "job-x" });
    expect(disk.do("back", { ended: ["other", "job-x"] }).code).toBe(0);
    expect(disk.stores()["databases/orders"]).toBe("old");
    expectWhole(disk);
  });

  it("is taken over by what it has put into the lock, and nobody else in that pod with it", async () => {
    const disk = new Disk();
    await (await disk.held("swap", { pod: "job-x" })).killed(true);
    const [entry = ""] = readdirSync(path.join(disk.data, ".neo4j-restore/lock"));
    expect(entry).toMatch(/-swap-job-x$/);
    const another = entry.replace(/^(\d+)-\d+-/, "$1-1-");
    expect(disk.do("back", { ended: [another] }).code).toBe(scriptExit.lockHeld);
    expect(disk.do("back", { ended: [entry] }).code).toBe(0);
    expect(disk.stores()["databases/orders"]).toBe("old");
    expectWhole(disk);
  });
});

describe("what comes late", () => {
  it.each(verbs)("of an epoch before: %s changes nothing", (verb) => {
    const disk = new Disk();
    disk.do("swap", { epoch: 2 });
    disk.do("back", { epoch: 3 });
    const there = disk.stores();
    expect(disk.do(verb, { epoch: 2 }).code).toBe(scriptExit.driverReplaced);
    expect(disk.stores()).toEqual(there);
  });

  it.each(verbs)("of a turn before: %s changes nothing", (verb) => {
    const disk = new Disk();
    disk.do("swap", { turn: 7 });
    const there = disk.stores();
    expect(disk.do(verb, { turn: 6 }).code).toBe(scriptExit.driverReplaced);
    expect(disk.stores()).toEqual(there);
  });

  it.each(verbs)("of a run that is over: %s changes nothing, until it is taken up again", (verb) => {
    const disk = new Disk();
    disk.do("swap", { epoch: 2 });
    disk.do("close", { epoch: 2 });
    const there = disk.stores();
    expect(disk.do(verb, { epoch: 2 }).code).toBe(scriptExit.runClosed);
    expect(disk.do(verb, { epoch: 1 }).code).toBe(scriptExit.runClosed);
    expect(disk.stores()).toEqual(there);
    expect(disk.do("back", { epoch: 3 }).code).toBe(0);
    expect(disk.stores()["databases/orders"]).toBe("old");
  });

  it("of a run whose target another one has by now changes nothing, its folder gone or not", () => {
    const disk = new Disk();
    disk.do("swap");
    disk.do("wipe", { runId: "run0000002", epoch: 1, turn: 1 });
    expect(disk.do("back").code).toBe(scriptExit.runClosed);
    expect(disk.do("back", { epoch: 2 }).code).toBe(0);
  });
});

it("a hundred runs are remembered, and every run that has a folder", () => {
  const disk = new Disk();
  disk.do("swap");
  const lines = Array.from(
    { length: 150 },
    (_, n) => `run1000${String(n).padStart(3, "0")} 1 1 closed 1 close`,
  );
  const file = path.join(disk.data, ".neo4j-restore/fences");
  writeFileSync(file, `${readFileSync(file, "utf8")}${lines.join("\n")}\n`);
  disk.do("wipe", { runId: "run0000002", turn: 1 });
  const kept = readFileSync(file, "utf8").trimEnd().split("\n");
  expect(kept).toHaveLength(101);
  expect(kept.at(0)).toMatch(/^run0000001 .* closed /);
  expect(kept.at(1)).toMatch(/^run1000051 /);
  expect(kept.at(-1)).toMatch(/^run0000002 1 1 open 1 wipe$/);
});
