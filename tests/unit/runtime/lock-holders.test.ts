/** Who kept which Job from the volume's lock: several are looked at in one step, and each has its own to tell of. */
import type { JobView } from "../../../provider/plan/observation.js";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import { observe } from "../../../provider/runtime/observe.js";
import type { Ports } from "../../../provider/workflow/ports.js";
import { beginRun, type RunState } from "../../../provider/workflow/state.js";

const runId = "run0000001";
const begun = beginRun({
  ...{ runId, name: "r", namespace: "n", identity: "i", attempt: 1, generation: 1, now: 0 },
  ...{ remnants: [], carried: undefined },
});
const state: RunState = { ...begun, step: "SwapBack", flow: "rollback", offlineAt: 1 };

const kept = (name: string, holder: string): JobView => ({
  ...{ name, uid: name, runId, terminating: false, over: true, succeeded: false, started: true },
  ...{
    exitCode: scriptExit.lockHeld,
    terminationMessage: `holder=${holder}\nentry=7474-1-1.1-back-${holder}`,
  },
  lastLines: [],
});
const jobs: Readonly<Record<string, JobView>> = {
  "r-volume": kept("r-volume", "alive"),
  "r-restore": kept("r-restore", "gone"),
};

it("each Job's own holder is told, in whatever order they are looked at", async () => {
  const kubernetes = {
    target: () => Promise.resolve({ found: "none" }),
    job: (_namespace: string, name: string) => Promise.resolve(jobs[name]),
    podEnded: (_namespace: string, pod: string) => Promise.resolve(pod === "gone"),
  };
  const request = {
    ...{ name: "r", labels: {}, annotations: {} },
    spec: {
      ...{ clusterRef: "c", databaseName: "d" },
      source: { type: "backup" as const, backupRef: "b" },
    },
  };
  const seen = await observe({ kubernetes } as unknown as Ports, state, request);
  expect(seen.lockHolders).toEqual({
    volume: { pod: "alive", entry: "7474-1-1.1-back-alive", gone: false },
    restore: { pod: "gone", entry: "7474-1-1.1-back-gone", gone: true },
  });
});
