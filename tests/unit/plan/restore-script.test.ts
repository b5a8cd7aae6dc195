/**
 * What a restore under the database's own name leaves on the volume for whoever gives back after it: the real script
 * over real folders, with a neo4j-admin and a df that do what we say.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { lookCommand, parseReport, restoreCommand } from "../../../provider/plan/volume-command.js";

const roots: string[] = [];
afterAll(() => roots.forEach((root) => rmSync(root, { recursive: true })));

const runId = "run0000001";

/** Looks for the mark, removes the old store as Neo4j's does, writes a half one, and ends as told. */
const admin = `#!/bin/sh
case "$1 $2" in
  "backup inspect") echo '| FILE | DATABASE |'; exit 0 ;;
  "database restore") ;;
  *) exit 0 ;;
esac
ls "$DATA/.neo4j-restore/${runId}" > "$ROOT/marks"
for into in "$@"; do :; done
case "$*" in *--overwrite-destination=true*) rm -rf "$DATA/databases/$into" "$DATA/transactions/$into" ;; esac
mkdir -p "$DATA/databases/$into" "$DATA/transactions/$into" && : > "$DATA/databases/$into/half"
[ "$ENDS" != ended ] || exec sleep 300
sleep "$LASTS"
exit "$ENDS"
`;

interface Scene {
  readonly existing?: readonly string[];
  readonly overwrite?: boolean;
  readonly into?: string;
  /** Its exit code, or that it goes on until somebody ends it. */
  readonly ends?: number | "ended";
  readonly lasts?: number;
  /** Of 1000 kB: before and after the old store is gone. */
  readonly freeKb?: readonly [number, number];
  readonly artifact?: boolean;
  /** Where it is looked for, in the end: what is at neither is found by nobody. */
  readonly places?: readonly [first: string, second: string];
}

class Stage {
  readonly root = mkdtempSync(path.join(tmpdir(), "restore-script-"));
  readonly data = path.join(this.root, "data");
  private readonly work = path.join(this.root, "work");

  constructor(private readonly scene: Scene) {
    roots.push(this.root);
    const [before, after] = scene.freeKb ?? [900, 900];
    const old = `${this.data}/databases/orders/neostore`;
    const df = `#!/bin/sh\nif [ -f ${old} ]; then free=${before}; else free=${after}; fi\nprintf 'x\\nx 1000 x %s\\n' "$free"\n`;
    for (const folder of [this.work, path.join(this.data, "databases"), path.join(this.root, "bin")])
      mkdirSync(folder, { recursive: true });
    for (const folder of scene.existing ?? []) {
      mkdirSync(path.join(this.data, folder), { recursive: true });
      writeFileSync(path.join(this.data, folder, "neostore"), Buffer.alloc(300 * 1024, 1));
    }
    if (scene.artifact !== false) writeFileSync(path.join(this.root, "a.backup"), "x");
    writeFileSync(path.join(this.root, "bin/neo4j-admin"), admin, { mode: 0o755 });
    writeFileSync(path.join(this.root, "bin/df"), df, { mode: 0o755 });
  }

  restore(): number | null {
    const [first, second] = this.scene.places ?? ["a.backup", "a.backup"];
    return this.run(
      restoreCommand("restore", {
        acting: { runId, epoch: 1, turn: 1, patienceSeconds: 0 },
        ...{ data: this.data, runId, database: "orders", into: this.scene.into ?? "orders" },
        ...{
          first: path.join(this.root, first),
          second: path.join(this.root, second),
          reference: "",
          times: { from: "", to: "", field: "" },
          artifactDatabase: "orders",
        },
        ...{
          overwrite: this.scene.overwrite === true,
          temp: path.join(this.root, "temp"),
          check: false,
          thenSwap: false,
        },
        ...{ point: { chain: "", until: "", accepted: "", hint: "" }, inspected: true, named: "end" },
        ...{ staged: "", pageCache: "1m", extra: [] },
      }),
    ).code;
  }

  inspect(): Readonly<Record<string, string>> {
    const at = { data: this.data, runId, database: "orders" };
    return parseReport(this.run(lookCommand("inspect", at)).stdout);
  }

  get report(): Readonly<Record<string, string>> {
    return parseReport(readFileSync(path.join(this.root, "termination-log"), "utf8"));
  }

  /** Of the run, when neo4j-admin began. */
  get marks(): readonly string[] {
    return readFileSync(path.join(this.root, "marks"), "utf8").trim().split("\n");
  }

  has(what: string): boolean {
    return existsSync(path.join(this.data, what));
  }

  private run(argv: readonly string[]): { readonly code: number | null; readonly stdout: string } {
    const [shell = "", flag = "", script = "", ...rest] = argv;
    const here = script
      .replaceAll("/dev/termination-log", `${this.root}/termination-log`)
      .replaceAll("/backup &&", `${this.root} &&`)
      .replaceAll("work=/neo4j-restore", `work=${this.work}`);
    const { status, stdout } = spawnSync(shell, [flag, here, ...rest], {
      encoding: "utf8",
      env: {
        ...{ PATH: `${this.root}/bin:${process.env["PATH"] ?? ""}`, ROOT: this.root, DATA: this.data },
        ...{ ENDS: String(this.scene.ends ?? 1), LASTS: String(this.scene.lasts ?? 0) },
      },
    });
    return { code: status, stdout };
  }
}

const old = ["databases/orders", "transactions/orders"];

describe("over an old store", () => {
  it("is marked before neo4j-admin begins, and told", () => {
    const stage = new Stage({ existing: old, overwrite: true });
    expect(stage.restore()).toBe(1);
    expect(stage.marks).toContain("overwrites");
    expect(stage.report).toMatchObject({ overwriting: "yes" });
    expect(stage.inspect()).toMatchObject({ overwriting: "yes" });
  });

  it.each<readonly [what: string, scene: Scene, code: number]>([
    ["no artifact", { artifact: false }, scriptExit.artifactNotFound],
    ["too little room", { freeKb: [-900, 0] }, scriptExit.diskHeadroom],
  ])("is not marked where there is %s", (_what, scene, code) => {
    const stage = new Stage({ existing: old, overwrite: true, ...scene });
    expect(stage.restore()).toBe(code);
    expect(stage.report).not.toHaveProperty("overwriting");
    expect(stage.inspect()).toMatchObject({ overwriting: "no" });
  });

  it("under the scratch name is not marked", () => {
    const stage = new Stage({ existing: old, overwrite: true, into: `restoring-${runId}` });
    expect(stage.restore()).toBe(1);
    expect(stage.marks).not.toContain("overwrites");
    expect(stage.inspect()).toMatchObject({ overwriting: "no" });
  });

  it("begins on a volume that is full until the old store is gone, and is watched from then on", () => {
    const roomy = new Stage({ existing: old, overwrite: true, freeKb: [20, 500], ends: 7, lasts: 2 });
    expect(roomy.restore()).toBe(7);
    const tight = new Stage({ existing: old, overwrite: true, freeKb: [20, 5], ends: "ended" });
    expect(tight.restore()).toBe(scriptExit.diskHeadroom);
  });
});

it.each<readonly [title: string, places: readonly [string, string]]>([
  ["first", ["a.backup", "none.backup"]],
  ["second", ["none.backup", "a.backup"]],
])("takes the artifact that lies at the %s place", (_title, places) => {
  const stage = new Stage({ places });
  expect(stage.restore()).toBe(1);
  expect(stage.report).toMatchObject({ artifact: path.join(stage.root, "a.backup") });
});
