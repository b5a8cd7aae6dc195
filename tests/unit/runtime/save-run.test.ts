/** What a driver tells of a run is what stands in its journal, to the millisecond: outputs of a program are compared with it. */
import type { Driven } from "../../../provider/runtime/drive.js";
import { store } from "../../../provider/runtime/save-run.js";
import { parseRestore } from "../../../provider/spec/parse.js";
import type { JournalPort, Ports } from "../../../provider/workflow/ports.js";
import { beginRun } from "../../../provider/workflow/state.js";

type Saved = Parameters<JournalPort["save"]>[2];

test("the status that is told is the one that was written, also where time passes between", async () => {
  const parsed = parseRestore({
    metadata: { name: "r", namespace: "shop" },
    spec: {
      ...{ clusterRef: "graph", databaseName: "orders" },
      source: { type: "backup", backupRef: "nightly" },
    },
  });
  if (!parsed.ok) throw new Error("the request is wrong");
  let saved: Saved | undefined;
  let now = 0;
  const ports = {
    // Each look at it is a millisecond later.
    clock: { now: () => (now += 1) },
    journal: {
      save: (_namespace: string, _name: string, record: Saved) => {
        saved = record;
        return Promise.resolve("1");
      },
    },
  } as unknown as Ports;
  const run: Driven = {
    state: beginRun({
      ...{ runId: "run0000001", name: "r", namespace: "shop", identity: "i", attempt: 1, generation: 1 },
      ...{ now: 0, remnants: [], carried: undefined },
    }),
    ...{ request: parsed.request, owner: "story", revision: undefined, status: undefined, cancel: false },
  };
  await store(ports, run);
  expect(JSON.stringify(run.status)).toBe(saved?.status);
});
