/** What a failed Job's message tells to type: never the log of a Job or pod that is gone when the user reads it. */
import type { JobRole } from "../../../provider/plan/names.js";
import type { JobView } from "../../../provider/plan/observation.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import { beginRun } from "../../../provider/workflow/state.js";
import { jobFailure } from "../../../provider/workflow/steps/job.js";

const request: RestoreRequest = {
  ...{ name: "monday", labels: {}, annotations: {} },
  spec: {
    ...{ clusterRef: "graph", databaseName: "orders" },
    source: { type: "backup", backupRef: "nightly" },
  },
};
const state = beginRun({
  ...{ runId: "run0000001", name: "monday", namespace: "shop", identity: "i", attempt: 1, generation: 1 },
  ...{ now: 0, remnants: [], carried: undefined },
});
const status = "neo4j-restore status monday --namespace shop";
const log = (role: JobRole): string => `kubectl -n shop logs job/monday-${role}`;

test.each<readonly [role: JobRole, more: Partial<JobView>, told: string]>([
  ["restore", {}, log("restore")],
  ["pre-restore-hook", {}, log("pre-restore-hook")],
  ["post-restore-hook", {}, log("post-restore-hook")],
  // The run removes them when it ends.
  ["rehearsal", {}, status],
  ["volume", {}, status],
  // What a webhook put into the pod runs on: the whole Job is removed.
  ["restore", { lingering: true }, status],
  ["post-restore-hook", { lingering: true }, status],
  // Kubernetes has removed the pod.
  ["restore", { endReason: "DeadlineExceeded" }, status],
])("Job %s, %j: %s", (role, more, told) => {
  const job: JobView = {
    ...{ name: `monday-${role}`, uid: "u", runId: "run0000001", terminating: false, over: true },
    ...{ succeeded: false, started: true, exitCode: 3, lastLines: ["no such host"], ...more },
  };
  const context = { state, request, seen: {}, now: 0 };
  expect(jobFailure(context, { role, job }, "JobFailed", "it failed")).toMatchObject({
    fault: { message: expect.stringMatching(new RegExp(`: no such host; see ${told}$`)) as unknown },
  });
});
