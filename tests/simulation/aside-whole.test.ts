/**
 * What `inspect` says before a DROP, on real directories: the old store lies aside whole only where both folders are the
 * very ones that were there before, and what lies under the name is told apart.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { scriptExit } from "../../provider/plan/script-exit.js";
import { copyView } from "../../provider/plan/volume-view.js";
import { execute, own, realTree, run, tree } from "./volume-bench.js";

const both = ["databases", "transactions"] as const;
let root = "";
beforeEach(() => {
  root = realTree([...tree("orders", ...both), ...tree(`restoring-${run}`, ...both)]);
});
afterEach(() => rmSync(root, { recursive: true }));

const said = (): readonly (string | undefined)[] => {
  const { aside, place } = execute(root, "inspect").said;
  return [aside, place];
};

test("before and after it was set aside, and once the restored store is in its place", () => {
  expect(said()).toEqual(["no", "taken"]);
  execute(root, "aside");
  expect(said()).toEqual(["whole", "empty"]);
  rmSync(join(root, "databases/orders"), { recursive: true });
  expect(said()).toEqual(["whole", "none"]);
  execute(root, "swap");
  expect(said()).toEqual(["whole", "taken"]);
});

test.each(both)("a copy of %s is not what was there", (kind) => {
  execute(root, "aside");
  const folder = join(root, own, "previous", kind);
  renameSync(folder, `${folder}.gone`);
  expect(said()[0]).toBe("no");
  cpSync(`${folder}.gone`, folder, { recursive: true });
  expect(said()[0]).toBe("no");
  rmSync(folder, { recursive: true });
  renameSync(`${folder}.gone`, folder);
  expect(said()[0]).toBe("whole");
});

test.each(both)("under the name, another %s than what was restored is told", (kind) => {
  const inPlace = (): string | undefined => execute(root, "inspect").said["in_place"];
  expect(inPlace()).toBe("unknown");
  execute(root, "aside");
  expect(inPlace()).toBe("other");
  execute(root, "swap");
  expect(inPlace()).toBe("restored");
  const folder = join(root, kind, "orders");
  renameSync(folder, `${folder}.gone`);
  expect(inPlace()).toBe("other");
  cpSync(`${folder}.gone`, folder, { recursive: true });
  expect(inPlace()).toBe("other");
  rmSync(folder, { recursive: true });
  renameSync(`${folder}.gone`, folder);
  expect(inPlace()).toBe("restored");
});

test("a store that somebody has put in the restored one's place is not removed with what a way back leaves", () => {
  execute(root, "swap");
  renameSync(join(root, "databases/orders"), join(root, "databases/elsewhere"));
  cpSync(join(root, "databases/elsewhere"), join(root, "databases/orders"), { recursive: true });
  expect(execute(root, "back").code).toBe(0);
  expect(execute(root, "discard").code).toBe(scriptExit.swapRefused);
  expect(existsSync(join(root, own, "rejected/databases/neostore"))).toBe(true);
  // What was restored goes.
  rmSync(join(root, own, "rejected/databases"), { recursive: true });
  renameSync(join(root, "databases/elsewhere"), join(root, own, "rejected/databases"));
  expect(execute(root, "discard").code).toBe(0);
  expect(existsSync(join(root, own))).toBe(false);
});

test("a run that an earlier version began has noted nothing: its volume is not called another", () => {
  execute(root, "swap");
  const manifest = join(root, own, "swap");
  const lines = readFileSync(manifest, "utf8").split("\n");
  writeFileSync(manifest, lines.filter((line) => !line.startsWith("becomes ")).join("\n"));
  expect(execute(root, "inspect").said["in_place"]).toBe("unknown");
  expect([execute(root, "back").code, execute(root, "discard").code]).toEqual([0, 0]);
});

test("files that a server made in the folder or beside it are seen", () => {
  execute(root, "aside");
  mkdirSync(join(root, "databases/orders/neostore"));
  expect(said()[1]).toBe("taken");
  rmSync(join(root, "databases/orders/neostore"), { recursive: true });
  mkdirSync(join(root, "transactions/orders/log"), { recursive: true });
  expect(said()[1]).toBe("taken");
});

test.each(["", "place=none", "place=none\naside=whole\n", "place=\nend=yes\n", "end=yes\n"])(
  "an answer that is cut or empty tells nothing: %j",
  (answer) => {
    expect(copyView(answer)).toBeNull();
  },
);

test("a whole answer", () => {
  expect(copyView("place=none\naside=whole\nend=yes\n")).toEqual({
    place: "none",
    asideWhole: true,
    foreign: false,
  });
});

/** What `rm -rf` and another store in its place come to where the file system gives the inode out again, as ext4 does. */
function inodeAgain(manifest: string, line: string, folder: string): void {
  const { dev, ino } = statSync(folder);
  const path = join(root, own, manifest);
  const text = readFileSync(path, "utf8");
  const noted = new RegExp(`^${line} \\d+:\\d+`, "m");
  expect(text).toMatch(noted);
  writeFileSync(path, text.replace(noted, `${line} ${dev}:${ino}`));
}

function another(folder: string): void {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  writeFileSync(join(folder, "neostore"), "another's");
}

describe("an inode that was given out again", () => {
  test.each(both)(
    "another %s under the name is not what was restored, and no way back removes it",
    (kind) => {
      execute(root, "swap");
      const folder = join(root, kind, "orders");
      another(folder);
      inodeAgain("swap", `becomes ${kind}`, folder);
      expect(execute(root, "inspect").said["in_place"]).toBe("other");
      expect(execute(root, "back").code).toBe(0);
      expect(execute(root, "discard").code).toBe(scriptExit.swapRefused);
      expect(readFileSync(join(root, own, "rejected", kind, "neostore"), "utf8")).toBe("another's");
    },
  );

  test.each(both)("another %s aside is not the old one, so that nothing is dropped", (kind) => {
    execute(root, "aside");
    const folder = join(root, own, "previous", kind);
    another(folder);
    inodeAgain("swap", `is ${kind}`, folder);
    expect(said()[0]).toBe("no");
  });

  test("a run that an earlier version began is judged by the inodes that it has noted", () => {
    execute(root, "swap");
    const manifest = join(root, own, "swap");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/^((?:is|becomes) .*):[0-9.]+$/gm, "$1"));
    expect(readFileSync(manifest, "utf8")).toMatch(/^becomes databases \d+:\d+$/m);
    expect(execute(root, "inspect").said).toMatchObject({ in_place: "restored", aside: "whole" });
    expect([execute(root, "back").code, execute(root, "discard").code]).toEqual([0, 0]);
  });
});

describe("a file system that tells no birth", () => {
  const path = process.env["PATH"];
  beforeEach(() => {
    const bin = join(root, "bin");
    mkdirSync(bin);
    const stat = `#!/bin/sh\nif [ "$2" = %.9W ]; then echo 0.000000000; exit; fi\nexec /usr/bin/stat "$@"\n`;
    writeFileSync(join(bin, "stat"), stat, { mode: 0o755 });
    process.env["PATH"] = `${bin}:${path ?? ""}`;
  });
  afterEach(() => (process.env["PATH"] = path));

  test("there the inode tells, but nothing is removed for its sake alone", () => {
    execute(root, "swap");
    expect(execute(root, "inspect").said).toMatchObject({ in_place: "restored", aside: "whole" });
    expect(execute(root, "back").code).toBe(0);
    expect(execute(root, "discard").code).toBe(scriptExit.swapRefused);
    expect(existsSync(join(root, own, "rejected/databases/neostore"))).toBe(true);
  });

  test("what has a birth in the manifest is not known again by the inode", () => {
    process.env["PATH"] = path;
    execute(root, "swap");
    process.env["PATH"] = `${join(root, "bin")}:${path ?? ""}`;
    expect(execute(root, "inspect").said).toMatchObject({ in_place: "other", aside: "no" });
  });
});
