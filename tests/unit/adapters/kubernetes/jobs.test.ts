/** When a Job is over: states that a real cluster shows rarely or only for a moment. */
import { jobView } from "../../../../provider/adapters/kubernetes/jobs.js";
import type { JobView } from "../../../../provider/plan/observation.js";
import { json, startFakeServer, type FakeServer } from "./fake-server.js";

let server: FakeServer;

beforeAll(async () => {
  server = await startFakeServer();
});

afterAll(() => server.close());

const at = "2026-01-01T00:00:00Z";
const failed = (reason: string, type = "Failed") => ({
  conditions: [{ type, status: "True", reason, lastTransitionTime: at }],
});
const running = { state: { running: { startedAt: at } } };
const exited = (exitCode: number, reason = "Error") => ({
  state: { terminated: { exitCode, reason, startedAt: at, finishedAt: at } },
});

interface Seen {
  readonly job?: object;
  readonly metadata?: object;
  readonly backoffLimit?: number;
  readonly pods?: readonly {
    readonly phase: string;
    readonly container?: object;
    readonly reason?: string;
    readonly owner?: string;
    readonly sidecar?: object;
  }[];
}

async function look({
  job = {},
  metadata = {},
  backoffLimit = 0,
  pods = [],
}: Seen): Promise<JobView | undefined> {
  server.answers.set(
    "/apis/batch/v1/namespaces/n/jobs/j",
    json({
      metadata: { name: "j", uid: "u", creationTimestamp: at, ...metadata },
      spec: { backoffLimit, template: { spec: { containers: [{ name: "main" }] } } },
      status: job,
    }),
  );
  const items = pods.map(({ phase, container, reason, owner = "u", sidecar }, index) => ({
    metadata: {
      name: `p${index}`,
      uid: `p${index}`,
      creationTimestamp: `2026-01-01T00:00:0${index}Z`,
      ownerReferences: [{ uid: owner }],
    },
    status: {
      phase,
      reason,
      containerStatuses: container
        ? [...(sidecar ? [{ name: "a-mesh", ...sidecar }] : []), { name: "main", ...container }]
        : [],
    },
  }));
  server.answers.set("/api/v1/namespaces/n/pods", json({ items }));
  server.answers.set("/api/v1/namespaces/n/events", json({ items: [] }));
  const { api } = await server.connect();
  return jobView(api, "n", "j");
}

test.each<[string, Seen, Partial<JobView>]>([
  ["no pod yet", {}, { over: false, started: false }],
  ["running", { pods: [{ phase: "Running", container: running }] }, { over: false, started: true }],
  [
    "ended, before the Job says so",
    { pods: [{ phase: "Succeeded", container: exited(0, "Completed") }] },
    { over: true, succeeded: true, exitCode: 0 },
  ],
  [
    "failed, before the Job says so",
    { pods: [{ phase: "Failed", container: exited(137, "OOMKilled") }] },
    { over: true, succeeded: false, exitCode: 137, endReason: "OOMKilled" },
  ],
  [
    "failed with attempts left",
    { backoffLimit: 1, pods: [{ phase: "Failed", container: exited(1) }] },
    { over: false, succeeded: false },
  ],
  [
    "the Job has failed, its pod still runs",
    { job: failed("DeadlineExceeded"), pods: [{ phase: "Running", container: running }] },
    { over: false, succeeded: false },
  ],
  [
    "the pod vanished",
    { job: failed("BackoffLimitExceeded") },
    { over: true, succeeded: false, endReason: "BackoffLimitExceeded", finishedAt: at },
  ],
  ["deleted, no pod left", { metadata: { deletionTimestamp: at } }, { over: true, succeeded: false }],
  [
    "deleted, its pod still runs",
    { metadata: { deletionTimestamp: at }, pods: [{ phase: "Running", container: running }] },
    { over: false },
  ],
  [
    "evicted before any container",
    { pods: [{ phase: "Failed", reason: "Evicted" }] },
    { over: true, succeeded: false, endReason: "Evicted" },
  ],
  [
    "a lost node: the pod is called failed, its container was last seen running",
    { pods: [{ phase: "Failed", reason: "NodeLost", container: running }] },
    { over: false },
  ],
  [
    "only the pod of an earlier Job of that name",
    { pods: [{ phase: "Succeeded", container: exited(0), owner: "earlier" }] },
    { over: false, started: false, succeeded: false },
  ],
  [
    "a mesh's container before its own: the own one counts, and both must have ended",
    { pods: [{ phase: "Running", container: exited(3), sidecar: running }] },
    { over: false, exitCode: 3 },
  ],
  [
    "a second attempt: the last one counts",
    {
      backoffLimit: 2,
      pods: [
        { phase: "Failed", container: exited(1) },
        { phase: "Succeeded", container: exited(0, "Completed") },
      ],
    },
    { over: true, succeeded: true, exitCode: 0 },
  ],
])("%s", async (_name, seen, expected) => {
  expect(await look(seen)).toMatchObject(expected);
});
