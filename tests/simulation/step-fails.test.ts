/**
 * Any one command of the volume script fails (a fork is refused, a process is killed for want of memory): the verb does
 * not say that it is done, nothing is lost, and the verb goes through when it is sent again. The real script, in both shells.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyView } from "../../provider/plan/volume-view.js";
import { isWhole, lookCommand, volumeCommand, type VolumeVerb } from "../../provider/plan/volume-command.js";
import { run } from "./volume-bench.js";

jest.setTimeout(120_000);

const stores = ["orders", `restoring-${run}`].flatMap((name) =>
  ["databases", "transactions"].map((kind) => `${kind}/${name}`),
);
const other = "run0000000 4 9 open 9 swap";
const roots: string[] = [];
afterAll(() => roots.forEach((root) => rmSync(root, { recursive: true })));

class Disk {
  readonly root = mkdtempSync(join(tmpdir(), "step-fails-"));
  readonly data = join(this.root, "data");
  private turn = 0;

  constructor(private readonly shell: string) {
    roots.push(this.root);
    for (const store of stores) {
      mkdirSync(join(this.data, store), { recursive: true });
      writeFileSync(join(this.data, store, "neostore"), store);
    }
    mkdirSync(join(this.data, ".neo4j-restore"));
    mkdirSync(join(this.root, "bin"));
    writeFileSync(join(this.data, ".neo4j-restore/fences"), `${other}\n`);
  }

  do(verb: VolumeVerb | "inspect") {
    const acting = { runId: run, epoch: 1, turn: ++this.turn, patienceSeconds: 0, pod: "pod-0" };
    const at = { data: this.data, runId: run, database: "orders" };
    const argv = verb === "inspect" ? lookCommand(verb, at) : volumeCommand(verb, { ...at, acting });
    const PATH = `${join(this.root, "bin")}:${process.env["PATH"] ?? ""}`;
    // As /bin/sh, which each of them is somewhere.
    return spawnSync(this.shell, argv.slice(1), { argv0: "sh", encoding: "utf8", env: { PATH } });
  }

  /** The n-th call of a command fails, as one that was killed. */
  failing(command: string, nth: number): void {
    const calls = join(this.root, `${command}-calls`);
    const file = join(this.root, "bin", command);
    writeFileSync(
      file,
      `#!/bin/sh\necho >> ${calls}\nn=0; while read -r _; do n=$((n + 1)); done < ${calls}\n` +
        `if [ "$n" = ${nth} ]; then exit 137; fi\nexec /usr/bin/${command} "$@"\n`,
    );
    chmodSync(file, 0o755);
  }

  healed(command: string): void {
    rmSync(join(this.root, "bin", command));
  }

  /** It was called less often than that. */
  spared(command: string, nth: number): boolean {
    const names = readdirSync(this.root);
    const calls = names.includes(`${command}-calls`)
      ? readFileSync(join(this.root, `${command}-calls`), "utf8").length
      : 0;
    return calls < nth;
  }

  fences(): readonly string[] {
    return readFileSync(join(this.data, ".neo4j-restore/fences"), "utf8").trimEnd().split("\n");
  }

  /** What lies where. */
  stores(): Readonly<Record<string, string>> {
    const found = readdirSync(this.data, { recursive: true, encoding: "utf8" });
    const files = found.filter((path) => path.endsWith("/neostore")).sort();
    return Object.fromEntries(files.map((path) => [path, readFileSync(join(this.data, path), "utf8")]));
  }
}

/** What the script calls in these verbs, but for what only cleans up or is asked in vain. */
const commands = ["date", "grep", "id", "ls", "mv", "stat", "wc"];
const cases = [
  ["dash", "swap"],
  ["dash", "undo"],
  ["bash", "swap"],
] as const;

describe.each(cases)("%s: %s", (shell, verb) => {
  const begun = (): Disk => {
    const disk = new Disk(shell);
    if (verb !== "swap") expect(disk.do("swap").status).toBe(0);
    return disk;
  };
  const whole = begun();
  whole.do(verb);
  const done = whole.stores();

  it.each(commands)("%s", (command) => {
    for (let nth = 1; ; nth++) {
      const disk = begun();
      disk.failing(command, nth);
      const { status, stdout } = disk.do(verb);
      expect(disk.fences()[0]).toMatch(/^run0000000 4 9 (open|closed) 9 swap$/);
      expect(Object.values(disk.stores()).sort()).toEqual(Object.values(done).sort());
      expect(isWhole(stdout)).toBe(status === 0);
      if (status === 0) {
        expect(disk.stores()).toEqual(done);
        expect(disk.fences().at(-1)).toMatch(new RegExp(`^${run} 1 \\d+ open \\d+ ${verb}$`));
      }
      disk.healed(command);
      if (status !== 0) {
        const again = disk.do(verb);
        expect({ command, nth, stderr: again.stderr, status: again.status }).toMatchObject({ status: 0 });
        expect(disk.stores()).toEqual(done);
      }
      if (disk.spared(command, nth)) return;
      rmSync(disk.root, { recursive: true });
      roots.splice(roots.indexOf(disk.root), 1);
    }
  });
});

describe.each(["dash", "bash"])("%s: a look before a DROP and a CREATE", (shell) => {
  it.each(["grep", "ls", "stat"])("tells no less than there is: %s", (command) => {
    for (let nth = 1; ; nth++) {
      const disk = new Disk(shell);
      disk.do("swap");
      for (const kind of ["databases", "transactions"]) {
        rmSync(join(disk.data, kind, "orders"), { recursive: true });
        mkdirSync(join(disk.data, kind, "restoring", "orders"), { recursive: true });
        mkdirSync(join(disk.data, kind, "orders"));
        writeFileSync(join(disk.data, kind, "orders", "neostore"), "somebody's");
      }
      disk.failing(command, nth);
      const view = copyView(disk.do("inspect").stdout);
      if (view) expect(view).toMatchObject({ place: "taken", foreign: true });
      if (disk.spared(command, nth)) return;
    }
  });
});

it("a file of fences that was emptied by an earlier version is begun anew", () => {
  const disk = new Disk("dash");
  writeFileSync(join(disk.data, ".neo4j-restore/fences"), "");
  expect(disk.do("swap").status).toBe(0);
  expect(disk.fences()).toEqual([`${run} 1 1 open 1 swap`]);
});
