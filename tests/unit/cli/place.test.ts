/** Which context and server a command acts on: said first, before anything is asked, and not where results go. */
import type { Engine } from "../../../provider/runtime/engine.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";
import { Console, place, yaml } from "./console.js";

const lines = [
  "plan -f r.yaml",
  "run -f r.yaml",
  ...["status", "undo", "discard", "resume", "release"].map((verb) => `${verb} one`),
];

test.each(lines.flatMap((line) => [[line], [`${line} -o json`]]))("%s", async (line) => {
  const console = new Console({ "r.yaml": yaml });
  let before = "";
  const refuse = (): Promise<Engine> => {
    before = console.err;
    return Promise.reject(new RestoreFault("terminal", "KubernetesUnreachable", "nobody answers"));
  };
  const { code, out, err } = await console.play(line.split(" "), refuse);
  expect(code).toBe(1);
  expect(before.startsWith(`${place}\n`)).toBe(true);
  expect(err.split(place)).toHaveLength(2);
  expect(out).not.toContain(place);
  if (line.endsWith("json")) {
    expect(err).toBe(`${place}\n`);
    expect(JSON.parse(out)).toMatchObject({ type: "error" });
  }
});
