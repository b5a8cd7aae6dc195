/** Connections that are closed while nobody waits: all of them, and what went wrong is told where all is closed. */
import { setImmediate as turn } from "node:timers/promises";
import { createClosings } from "../../../../provider/adapters/neo4j/closings.js";

test("what goes wrong is no unhandled rejection, and is told at the end, once, when all the others have ended", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  try {
    const closings = createClosings();
    const broken = new Error("the relay is gone");
    const ended: string[] = [];
    closings.begin(Promise.reject(broken));
    closings.begin(turn().then(() => void ended.push("late")));
    closings.begin(Promise.resolve().then(() => void ended.push("soon")));
    await turn();
    await turn();
    await expect(closings.end()).rejects.toBe(broken);
    expect(ended).toEqual(["soon", "late"]);
    await expect(closings.end()).resolves.toBeUndefined();
  } finally {
    process.off("unhandledRejection", note);
  }
  expect(unhandled).toEqual([]);
});
