/** Discard of what a restore that is gone has set aside: asked of the ledger, told line by line. */
import { Console } from "./console.js";

test.each([
  ["text", "Removed: what restore monday set aside\n"],
  ["json", '{"type":"result","removed":["what restore monday set aside"]}\n'],
])("discard by the ledger tells what was removed, as %s", async (output, said) => {
  const asked: unknown[] = [];
  const line = `discard --target solo --database orders --run run1 -n shop -o ${output}`;
  const { code, out } = await new Console().play(line.split(" "), {
    discardAside: (at) => {
      asked.push(at);
      return Promise.resolve(["what restore monday set aside"]);
    },
  });
  expect({ code, out }).toEqual({ code: 0, out: said });
  expect(asked).toEqual([{ namespace: "shop", target: "solo", database: "orders", runId: "run1" }]);
});
