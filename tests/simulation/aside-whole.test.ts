/**
 * What `inspect` says before a DROP, on real directories: the old store lies aside whole only where both folders are the
 * very ones that were there before, and what lies under the name is told apart.
 */
import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
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
  expect(copyView("place=none\naside=whole\nend=yes\n")).toEqual({ place: "none", asideWhole: true });
});
