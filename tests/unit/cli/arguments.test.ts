/** What a command line means: every command, every flag, every way to get it wrong, and that none touches anything. */
import { parseArguments, verbs } from "../../../provider/faces/cli/arguments.js";
import { Console } from "./console.js";

const plain = { json: false };

test.each<readonly [string, object]>([
  ["plan -f r.yaml", { verb: "plan", file: "r.yaml", common: plain }],
  ["plan -f -", { verb: "plan", file: "-", common: plain }],
  ["run --file r.yaml --trigger 2", { verb: "run", file: "r.yaml", trigger: "2", common: plain }],
  ["run -f r.yaml -o json", { verb: "run", file: "r.yaml", common: { json: true } }],
  ["status one -n shop", { verb: "status", name: "one", common: { json: false, namespace: "shop" } }],
  ["undo one --context prod", { verb: "undo", name: "one", common: { json: false, context: "prod" } }],
  [
    "discard --target graph --database Orders --run run1 -n shop",
    {
      ...{ verb: "discard", aside: { target: "graph", database: "orders", runId: "run1" } },
      common: { json: false, namespace: "shop" },
    },
  ],
  [
    "discard --target graph --database orders",
    { verb: "discard", aside: { target: "graph", database: "orders" }, common: { json: false } },
  ],
  ["discard one --kubeconfig k", { verb: "discard", name: "one", common: { json: false, kubeconfig: "k" } }],
  ["resume one", { verb: "resume", name: "one", common: plain }],
  ["resume one --skip-hook", { verb: "resume", name: "one", hook: "skip", common: plain }],
  ["resume --repeat-hook one", { verb: "resume", name: "one", hook: "repeat", common: plain }],
  ["release one", { verb: "release", name: "one", force: false, common: plain }],
  ["release one --force", { verb: "release", name: "one", force: true, common: plain }],
])("%s", (line, command) => {
  expect(parseArguments(line.split(" "))).toEqual({ kind: "command", command });
});

test.each([
  ["rum -f r.yaml", "there is no command rum; did you mean run?"],
  ["frobnicate", "there is no command frobnicate"],
  ["plan", "-f FILE is missing"],
  ["run r.yaml", "unexpected r.yaml: write -f FILE"],
  ["run -f", "argument missing"],
  ["status", "the NAME of the restore is missing"],
  ["undo one two", "unexpected two"],
  ["undo one --force", "Unknown option '--force'"],
  ["discard one --target graph --database orders", "unexpected one: give a NAME, or --target and --database"],
  ["discard --run run1", "--target TARGET and --database DATABASE belong together"],
  ["discard --target graph", "--target TARGET and --database DATABASE belong together"],
  ["undo one --target graph", "Unknown option '--target'"],
  ["status one -o yaml", "--output yaml: allowed are text and json"],
  ["status one --namespace=", "--namespace is empty"],
  ["resume one --skip-hook --repeat-hook", "exclude each other"],
])("%s is refused: %s", async (line, complaint) => {
  const console = new Console();
  const played = await console.play(line.split(" "), {});
  expect(played).toMatchObject({ code: 2, out: "" });
  expect(played.err).toContain(`neo4j-restore: `);
  expect(played.err).toContain(complaint);
  expect(console.opened).toEqual([]);
});

test.each([
  [],
  ["--help"],
  ["-h"],
  ["help"],
  ...verbs.flatMap((verb) => [
    [verb, "--help"],
    ["help", verb],
  ]),
])("help: %s %s", async (...argv) => {
  const console = new Console();
  const { code, out, err } = await console.play(argv, {});
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain("--namespace");
  expect(out).toContain("Exit codes");
  expect(out.split("\n").every((line) => line.length <= 100)).toBe(true);
});

test("the overview names every command", async () => {
  const { out } = await new Console().play([], {});
  for (const verb of verbs) expect(out).toContain(`neo4j-restore ${verb} `);
});
