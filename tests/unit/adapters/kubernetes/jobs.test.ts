/** When a Job is over: states that a real cluster shows rarely or only for a moment. */
import { jobView, podEnded } from "../../../../provider/adapters/kubernetes/jobs.js";
import type { JobView } from "../../../../provider/plan/observation.js";
import { json, startFakeServer, status, type FakeServer } from "./fake-server.js";

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
  readonly suspend?: boolean;
  readonly pods?: readonly {
    readonly phase: string;
    readonly container?: object;
    readonly reason?: string;
    readonly owner?: string;
    readonly message?: string;
    readonly sidecar?: object;
    readonly sidecarMounts?: string;
    readonly ready?: boolean;
    readonly labels?: object;
    readonly disruption?: object;
  }[];
  /** It was deleted and nobody waited for its pods. */
  readonly gone?: boolean;
}

async function look({
  job = {},
  metadata = {},
  backoffLimit = 0,
  suspend,
  pods = [],
  gone = false,
}: Seen): Promise<JobView | undefined> {
  server.answers.set(
    "/apis/batch/v1/namespaces/n/jobs/j",
    gone
      ? status(404, "not found", "NotFound")
      : json({
          metadata: { name: "j", uid: "u", creationTimestamp: at, ...metadata },
          spec: { backoffLimit, suspend, template: { spec: { containers: [{ name: "main" }] } } },
          status: job,
        }),
  );
  const items = pods.map((pod, index) => ({
    metadata: {
      name: `p${index}`,
      uid: `p${index}`,
      creationTimestamp: `2026-01-01T00:00:0${index}Z`,
      ownerReferences: [{ uid: pod.owner ?? "u" }],
      labels: pod.labels ?? {},
    },
    spec: {
      nodeName: "node-1",
      volumes: [
        { name: "data", persistentVolumeClaim: { claimName: "data" } },
        { name: "own", emptyDir: {} },
      ],
      containers: [
        { name: "main", volumeMounts: [{ name: "data" }] },
        ...(pod.sidecar ? [{ name: "a-mesh", volumeMounts: [{ name: pod.sidecarMounts ?? "own" }] }] : []),
      ],
    },
    status: {
      phase: pod.phase,
      reason: pod.reason,
      message: pod.message,
      conditions: [
        { type: "Ready", status: pod.ready === false ? "False" : "True" },
        ...(pod.disruption ? [{ type: "DisruptionTarget", status: "True", ...pod.disruption }] : []),
      ],
      containerStatuses: pod.container
        ? [
            ...(pod.sidecar ? [{ name: "a-mesh", ready: true, ...pod.sidecar }] : []),
            { name: "main", ready: true, ...pod.container },
          ]
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
    { pods: [{ phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." }] },
    {
      over: true,
      succeeded: false,
      endReason: "Evicted",
      endMessage: "The node was low on resource: memory.",
    },
  ],
  [
    "evicted by the API while it ran",
    {
      pods: [
        {
          phase: "Failed",
          container: exited(143),
          disruption: { reason: "EvictionByEvictionAPI", message: "Eviction API: evicting" },
        },
      ],
    },
    {
      over: true,
      succeeded: false,
      exitCode: 143,
      endReason: "EvictionByEvictionAPI",
      endMessage: "Eviction API: evicting",
    },
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
    "a container that a mesh put in runs on after its own has failed",
    { pods: [{ phase: "Running", container: exited(3), sidecar: running }] },
    { over: true, lingering: true, succeeded: false, exitCode: 3 },
  ],
  [
    "a container that a mesh put in runs on after its own has done its work",
    { pods: [{ phase: "Running", container: exited(0, "Completed"), sidecar: running }] },
    { over: true, lingering: true, succeeded: true, exitCode: 0 },
  ],
  [
    "a container that was put in ends before its own",
    { pods: [{ phase: "Running", container: running, sidecar: exited(0) }] },
    { over: false, succeeded: false },
  ],
  [
    "a container that was put in has a claim of the Job's: it is waited for",
    { pods: [{ phase: "Running", container: exited(0), sidecar: running, sidecarMounts: "data" }] },
    { over: false, succeeded: false },
  ],
  [
    "a silent node is named, and what ran there may still run",
    { pods: [{ phase: "Running", container: running, ready: false }] },
    { over: false, started: true, trouble: "node node-1 does not answer" },
  ],
  [
    "the Job is gone, its pod still runs",
    {
      gone: true,
      pods: [{ phase: "Running", container: running, labels: { "neo4j.com/restore-run": "run1" } }],
    },
    { over: false, terminating: true, runId: "run1" },
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

test("the Job is gone and its pods have ended: nothing is left of it", async () => {
  const container = exited(143);
  expect(await look({ gone: true, pods: [{ phase: "Failed", container }] })).toBeUndefined();
});

test("a container that is not ready itself is no silent node", async () => {
  const sidecar = { ...running, ready: false };
  const view = await look({ pods: [{ phase: "Running", container: running, sidecar, ready: false }] });
  expect(view).not.toHaveProperty("trouble");
});

test.each([
  ["is not there", undefined, true],
  ["runs", { phase: "Running", containerStatuses: [{ name: "main", ...running }] }, false],
  ["has yet to start", { phase: "Pending" }, false],
  ["was killed", { phase: "Running", containerStatuses: [{ name: "main", ...exited(137) }] }, true],
  ["has ended", { phase: "Succeeded" }, true],
])("a pod that %s", async (_what, its, ended) => {
  const path = "/api/v1/namespaces/n/pods/holder";
  const pod = { metadata: { name: "holder", uid: "h" }, status: its };
  server.answers.set(path, its === undefined ? status(404, "not found", "NotFound") : json(pod));
  const { api } = await server.connect();
  expect(await podEnded(api, "n", "holder")).toBe(ended);
});

test.each([
  ["neo4j.com/restore-turn", "12", 12],
  ["neo4j.com/restore-turn", "soon", undefined],
  ["another", "12", undefined],
])("the turn of its verb: %s=%s", async (key, value, turn) => {
  const view = await look({ metadata: { annotations: { [key]: value } } });
  expect(view?.turn).toBe(turn);
});

test.each([0, 3])(
  "a suspended one is not over, and has not begun (backoffLimit %i)",
  async (backoffLimit) => {
    const job = { conditions: [{ type: "Suspended", status: "True", reason: "JobSuspended" }] };
    const view = await look({ job, suspend: true, backoffLimit });
    expect(view).toMatchObject({ suspended: true, over: false, started: false, succeeded: false });
    expect(await look({ suspend: false })).not.toHaveProperty("suspended");
  },
);
