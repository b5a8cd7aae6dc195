/**
 * A volume that is full to the last byte and the last inode: a real tmpfs of a few MiB, in a namespace of its own, and the
 * real script. What gives back or removes is what would help then, so it finds room; nothing else does, and says so.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { digestOf } from "../../provider/plan/digest.js";
import { scriptExit } from "../../provider/plan/script-exit.js";
import {
  type Acting,
  keepCommands,
  keptCommand,
  parseReport,
  volumeCommand,
  type VolumeVerb,
} from "../../provider/plan/volume-command.js";

jest.setTimeout(60_000);

const run = "run0000001";
const data = "/mnt";

interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

class SmallVolume {
  private turn = 0;

  private constructor(private readonly holder: ChildProcess) {}

  static async mounted(): Promise<SmallVolume> {
    const mount = `mount -t tmpfs -o size=4m,nr_inodes=80 none ${data} && echo mounted && exec cat`;
    const holder = spawn("unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", mount]);
    const [said] = (await once(holder.stdout, "data")) as [Buffer];
    expect(said.toString()).toBe("mounted\n");
    const volume = new SmallVolume(holder);
    for (const [name, whose] of [
      ["orders", "old"],
      [`restoring-${run}`, "new"],
    ])
      for (const kind of ["databases", "transactions"])
        volume.sh(
          `mkdir -p ${data}/${kind}/${name ?? ""}; echo ${whose ?? ""} > ${data}/${kind}/${name ?? ""}/whose`,
        );
    return volume;
  }

  async unmounted(): Promise<void> {
    const over = once(this.holder, "exit");
    this.holder.stdin?.end();
    await over;
  }

  do(verb: VolumeVerb, more: object = {}, acting: Partial<Acting> = {}): Answer {
    return this.within(volumeCommand(verb, { ...this.at(acting), ...more }));
  }

  keep(content = "content"): Answer | undefined {
    return keepCommands(this.at(), content, digestOf(content))
      .map((argv) => this.within(argv))
      .at(-1);
  }

  /** As somebody's growing logs do it. */
  fill(): void {
    this.sh(
      `cat /dev/zero >> ${data}/logs; while echo more >> ${data}/logs; do :; done; n=0; while : > ${data}/file-$n; do n=$((n + 1)); done`,
    );
    expect(this.sh(`mkdir ${data}/one-more`).status).not.toBe(0);
    expect(this.sh(`echo more >> ${data}/logs`).status).not.toBe(0);
  }

  whose(): readonly string[] {
    const { stdout } = this.sh(
      `cd ${data}; find . -name whose | sort | while read -r f; do echo "$f $(cat $f)"; done`,
    );
    return stdout.trimEnd().split("\n");
  }

  kept(): Answer {
    return this.within([...keptCommand({ data, runId: run, database: "orders" }, 1, 10)]);
  }

  names(folder = ""): readonly string[] {
    return this.sh(`ls -A ${data}/.neo4j-restore/${folder}`).stdout.trimEnd().split("\n");
  }

  private at(acting: Partial<Acting> = {}) {
    const who = { runId: run, epoch: 2, turn: ++this.turn, patienceSeconds: 0, pod: "pod-0", ...acting };
    return { data, runId: run, database: "orders", acting: who };
  }

  sh(text: string): Answer {
    return this.within(["sh", "-c", text]);
  }

  private within(argv: readonly string[]): Answer {
    const into = ["--target", String(this.holder.pid), "--user", "--mount", "--preserve-credentials"];
    return spawnSync("nsenter", [...into, "--", ...argv], { encoding: "utf8" });
  }
}

let volume: SmallVolume;
beforeEach(async () => (volume = await SmallVolume.mounted()));
afterEach(() => volume.unmounted());

const swapped = ["databases/orders/whose new", "transactions/orders/whose new"].map((one) => `./${one}`);
const asBefore = ["databases/orders/whose old", "transactions/orders/whose old"].map((one) => `./${one}`);

function prepared(...verbs: readonly VolumeVerb[]): void {
  expect(volume.keep()?.status).toBe(0);
  for (const verb of verbs) expect(volume.do(verb).status).toBe(0);
  volume.fill();
}

it.each<readonly [verb: VolumeVerb, before: readonly VolumeVerb[], then: readonly string[]]>([
  ["back", ["swap"], asBefore],
  ["undo", ["swap"], asBefore],
  ["again", ["swap", "undo"], swapped],
])("%s puts its store in place", (verb, before, then) => {
  prepared(...before);
  const { status, stderr } = volume.do(verb);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(volume.whose()).toEqual(expect.arrayContaining([...then]));
  expect(volume.whose()).toHaveLength(4);
});

it.each<readonly [how: string, prepare: () => void]>([
  ["that kept ballast", () => prepared("swap")],
  [
    "of an earlier version, without ballast",
    () => {
      volume.do("swap");
      volume.fill();
    },
  ],
])("discard removes the previous store of a run %s", (_how, prepare) => {
  prepare();
  const { status, stderr } = volume.do("discard", { discardPrevious: true });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(volume.names()).toEqual(["fences", "lock"]);
  expect(volume.whose()).toEqual(swapped);
});

it("discard keeps a store that nobody has given up, and one that somebody works on", () => {
  volume.do("swap");
  volume.sh(`mkdir ${data}/.neo4j-restore/lock/0-1-1.1-undo-somebody`);
  volume.fill();
  const there = volume.whose();
  expect(volume.do("discard").status).toBe(scriptExit.swapRefused);
  const { status, stdout } = volume.do("discard", { discardPrevious: true });
  expect([status, parseReport(stdout)["holder"]]).toEqual([scriptExit.lockHeld, "somebody"]);
  expect(volume.whose()).toEqual(there);
});

it("what a replaced driver has sent throws nothing off", () => {
  prepared("swap");
  const there = volume.sh(`find ${data} | sort`).stdout;
  for (const verb of ["back", "undo", "again", "discard"] as const)
    expect(volume.do(verb, { discardPrevious: true }, { epoch: 1 }).status).toBe(scriptExit.driverReplaced);
  expect(volume.sh(`find ${data} | sort`).stdout).toBe(there);
});

it.each(["aside", "swap", "wipe", "close"] as const)(
  "%s says that there is no room, and leaves the ballast",
  (verb) => {
    prepared();
    const { status, stderr } = volume.do(verb);
    expect({ status, stderr }).toEqual({
      status: scriptExit.diskHeadroom,
      stderr: expect.stringContaining("free some room on it, then try again") as unknown,
    });
    expect(volume.do("back", { backFrom: "old" }).status).toBe(0);
  },
);

it("what an undo must give back is kept anew, and then the undo goes through", () => {
  prepared("swap");
  const content = "another".repeat(20_000);
  const { status, stdout } = volume.keep(content) ?? {};
  expect([status, parseReport(stdout ?? "")["kept"]]).toEqual([0, digestOf(content)]);
  const { stdout: looked } = volume.kept();
  expect(parseReport(looked)["kept"]).toBe(digestOf(content));
  const { status: undone, stderr } = volume.do("undo");
  expect({ undone, stderr }).toMatchObject({ undone: 0 });
  expect(volume.whose()).toEqual(expect.arrayContaining([...asBefore]));
});

it("it is not where its ballast is used up: nothing may be stopped then", () => {
  prepared("swap");
  volume.sh(`rm ${data}/.neo4j-restore/${run}/ballast-[1-4]`);
  volume.fill();
  const { status, stderr } = volume.keep("another") ?? {};
  expect({ status, stderr }).toEqual({
    status: scriptExit.diskHeadroom,
    stderr: expect.stringContaining("free some room on it, then try again") as unknown,
  });
  expect(Number(parseReport(volume.kept().stdout)["ballast"])).toBeLessThan(5);
  expect(volume.do("undo").status).toBe(0);
});

it("of a run that has moved nothing yet it is not: the ballast is for its way back", () => {
  prepared();
  expect(volume.keep("another")?.status).toBe(scriptExit.diskHeadroom);
  expect(parseReport(volume.kept().stdout)["kept"]).toBe(digestOf("content"));
  expect(volume.names(run).filter((name) => name.startsWith("ballast-"))).toHaveLength(8);
});

it("where no ballast can be laid nothing counts as kept, and so nothing is stopped", () => {
  volume.fill();
  volume.sh(`rm ${data}/file-*; truncate -s -512K ${data}/logs`);
  expect(volume.keep()?.status).not.toBe(0);
  expect(volume.sh(`ls ${data}/.neo4j-restore/${run}/kept`).status).not.toBe(0);
});
