/**
 * A store is being removed, and whoever removes it is killed in the middle. What is left of it is nobody's store: undo
 * does not take it, no look tells of it, and the next verb ends the removal.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scriptExit } from "../../provider/plan/script-exit.js";
import {
  parseReport,
  volumeCommand,
  lookCommand,
  type VolumeVerb,
} from "../../provider/plan/volume-command.js";
import { newDataServes, nothingLeftOver, oldDataServes, Verdict } from "./expectations.js";
import { drive, requestOf, running } from "./story.js";
import { discarding, undoing } from "./undoing.js";
import { run } from "./volume-bench.js";
import { createWorld } from "./world/scene.js";

jest.setTimeout(120_000);

const own = `.neo4j-restore/${run}`;
const roots: string[] = [];
afterAll(() => roots.forEach((root) => rmSync(root, { recursive: true })));

/** It removes one file of a store, and whoever has called it is killed. */
const killing = `#!/bin/sh
for path in "$@"; do
  case "$path" in -*) continue ;; esac
  file=$(find "$path" -name neostore 2>/dev/null | head -n 1)
  if [ -n "$file" ]; then /bin/rm "$file"; kill -KILL "$PPID"; exit 0; fi
done
exec /bin/rm "$@"
`;

class Disk {
  readonly data = mkdtempSync(join(tmpdir(), "discard-killed-"));
  private readonly bin = join(this.data, "bin");
  private turn = 0;

  constructor() {
    roots.push(this.data);
    for (const kind of ["databases", "transactions"])
      for (const name of ["orders", `restoring-${run}`]) {
        mkdirSync(join(this.data, kind, name), { recursive: true });
        writeFileSync(join(this.data, kind, name, "neostore"), name);
      }
    mkdirSync(this.bin);
    writeFileSync(join(this.bin, "rm"), killing);
    chmodSync(join(this.bin, "rm"), 0o755);
  }

  do(verb: VolumeVerb, more: object = {}): number | null {
    return this.execute(this.argv(verb, more)).status;
  }

  killed(verb: VolumeVerb, more: object): void {
    const { signal } = this.execute(this.argv(verb, more), `${this.bin}:${process.env["PATH"] ?? ""}`);
    expect(signal).toBe("SIGKILL");
  }

  look(): Readonly<Record<string, string>> {
    return parseReport(
      this.execute(lookCommand("inspect", { data: this.data, runId: run, database: "orders" })).stdout,
    );
  }

  names(folder: string): readonly string[] {
    return readdirSync(join(this.data, folder)).sort();
  }

  /** All files of stores, but of what is being removed. */
  files(): readonly string[] {
    const found = readdirSync(this.data, { recursive: true, encoding: "utf8" });
    return found.filter((path) => path.endsWith("/neostore") && !path.includes("/removed.")).sort();
  }

  private argv(verb: VolumeVerb, more: object): readonly string[] {
    const acting = { runId: run, epoch: 1, turn: ++this.turn, patienceSeconds: 0, pod: "pod-0" };
    return volumeCommand(verb, { data: this.data, runId: run, database: "orders", acting, ...more });
  }

  private execute(
    [shell = "", ...argv]: readonly string[],
    PATH = process.env["PATH"],
  ): ReturnType<typeof spawnSync> & { readonly stdout: string } {
    const env = { ...process.env, PATH };
    return spawnSync(shell, argv, { encoding: "utf8", env });
  }
}

const previous = { discardPrevious: true };
const nothingButMarks = ["fences", "lock"];

describe.each<readonly [string, readonly VolumeVerb[], VolumeVerb]>([
  ["the previous store", ["swap"], "undo"],
  ["the restored store after an undo", ["swap", "undo"], "again"],
])("%s", (_what, before, verb) => {
  const half = (): Disk => {
    const disk = new Disk();
    for (const one of before) expect(disk.do(one)).toBe(0);
    disk.killed("discard", previous);
    return disk;
  };

  it("is nobody's any more once its removal has begun", () => {
    const disk = half();
    const there = disk.files();
    expect(there).toEqual(["databases/orders/neostore", "transactions/orders/neostore"]);
    expect(disk.look()).not.toHaveProperty("previous_kb");
    expect(disk.do(verb)).toBe(scriptExit.swapRefused);
    expect(disk.files()).toEqual(there);
  });

  it.each<readonly [VolumeVerb, object]>([
    ["discard", previous],
    ["wipe", {}],
    ["close", {}],
  ])("is removed to its end by the next %s", (next, more) => {
    const disk = half();
    expect(disk.do(next, more)).toBe(0);
    expect(disk.names(".neo4j-restore")).toEqual(nothingButMarks);
    expect(disk.files()).toEqual(["databases/orders/neostore", "transactions/orders/neostore"]);
  });
});

it("half of what a run has written never lies under the database's own name", () => {
  const disk = new Disk();
  mkdirSync(join(disk.data, own), { recursive: true });
  writeFileSync(join(disk.data, own, "creates"), "databases\ntransactions\n");
  disk.killed("discard", { discardWritten: true });
  for (const kind of ["databases", "transactions"])
    for (const name of disk.names(kind))
      if (name === "orders") expect(disk.names(`${kind}/${name}`)).toEqual(["neostore"]);
  expect(disk.do("discard", { discardWritten: true })).toBe(0);
  expect([disk.names("databases"), disk.names("transactions")]).toEqual([[], []]);
  expect(disk.names(".neo4j-restore")).toEqual(nothingButMarks);
});

it.each([0, 1, 2, 3, 4, 5])(
  "what a discard leaves that dies with its server after %s moves",
  async (moves) => {
    const world = await createWorld();
    await drive(world, running(requestOf({ options: { keepPrevious: "24h" } })));
    world.guardian.mayLose = (set) => set !== world.serving()?.set;
    let left = 1;
    world.execBreaks = (called) => {
      if (called !== "discard" || left-- <= 0) return undefined;
      world.clock.after(2 * moves + 1, () => world.target().crashPod(0));
      return moves;
    };
    await drive(world, discarding);
    await world.clock.pass(60_000);
    const { report: undone } = await drive(world, undoing);
    const verdict = new Verdict(world, undone);
    if (undone?.failure) {
      const { report } = await drive(world, discarding);
      nothingLeftOver(newDataServes(verdict, world), world)
        .same("discard", report?.failure, undefined)
        .done();
    } else oldDataServes(verdict, world).same("moves", moves, 0).done();
  },
);
