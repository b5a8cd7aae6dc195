/** Jobs on a real kubelet: every end and every reason not to start, as the view tells them. */
import { createKubernetesPort } from "../../provider/adapters/kubernetes/index.js";
import { labels } from "../../provider/plan/names.js";
import type { JobView, JsonObject } from "../../provider/plan/observation.js";
import type { KubernetesPort } from "../../provider/workflow/ports.js";
import { eventually, openLab, podSpec, type Lab } from "./kubernetes/lab.js";

jest.setTimeout(120_000);

let lab: Lab;
let port: KubernetesPort & { close(): Promise<void> };

beforeAll(async () => {
  lab = await openLab();
  port = createKubernetesPort(lab.connection);
});

afterAll(async () => {
  await port.close();
  await lab.remove();
});

const run = { [labels.run]: "run1" };

function manifest(name: string, spec: JsonObject, job: JsonObject = {}): JsonObject {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: lab.namespace, labels: run },
    spec: { backoffLimit: 0, template: { metadata: { labels: run }, spec }, ...job },
  };
}

const view = async (name: string): Promise<JobView> => {
  const found = await port.job(lab.namespace, name);
  if (!found) throw new Error(`no Job ${name}`);
  return found;
};

const ended = (name: string): Promise<JobView> =>
  eventually(async () => {
    const now = await view(name);
    return now.over && now;
  });

test("an absent Job is undefined", async () => {
  expect(await port.job(lab.namespace, "none")).toBeUndefined();
});

test("success: message and last lines", async () => {
  const script = "seq 1 30; echo done; printf '{\"a\":1}' > /dev/termination-log";
  await port.create(manifest("good", podSpec(script)), "run1");
  const job = await ended("good");
  expect(job).toMatchObject({
    runId: "run1",
    succeeded: true,
    started: true,
    exitCode: 0,
    terminationMessage: '{"a":1}',
  });
  expect(job.lastLines).toHaveLength(20);
  expect(job.lastLines.at(-1)).toBe("done");
  expect(job.blocker).toBeUndefined();
  expect(Date.parse(job.startedAt ?? "")).toBeLessThanOrEqual(Date.parse(job.finishedAt ?? ""));
});

test("failure: exit code and evidence; the same run may create again, another may not", async () => {
  await port.create(manifest("bad", podSpec("echo broken >&2; exit 65")), "run1");
  const job = await ended("bad");
  expect(job).toMatchObject({ succeeded: false, exitCode: 65, endReason: "Error", lastLines: ["broken"] });
  await port.create(manifest("bad", podSpec("true")), "run1");
  await expect(port.create(manifest("bad", podSpec("true")), "run2")).rejects.toMatchObject({
    kind: "terminal",
    reason: "ForeignObject",
  });
});

test("a deadline is not over before the container has ended", async () => {
  const spec = podSpec("trap 'sleep 3; exit 1' TERM; sleep 1000 & wait", {
    terminationGracePeriodSeconds: 10,
  });
  await port.create(manifest("late", spec, { activeDeadlineSeconds: 3 }), "run1");
  let running = false;
  const job = await eventually(async () => {
    const now = await view("late");
    if (now.endReason === "DeadlineExceeded" && !now.over) running = true;
    return now.over && now;
  });
  expect(running).toBe(true);
  expect(job).toMatchObject({ succeeded: false, endReason: "DeadlineExceeded" });
});

test("a hook that may be repeated is over only after its last attempt", async () => {
  await port.create(manifest("again", podSpec("exit 3"), { backoffLimit: 1 }), "run1");
  const job = await ended("again");
  expect(job).toMatchObject({ succeeded: false, exitCode: 3 });
  const pods = await lab.connection.api.list(`/api/v1/namespaces/${lab.namespace}/pods`, {
    labelSelector: "job-name=again",
  });
  expect(pods).toHaveLength(2);
});

test.each([
  ["image", { image: "registry.invalid/none:1", imagePullPolicy: "Never" }, {}, /ErrImageNeverPull/],
  ["node", {}, { nodeSelector: { none: "such" } }, /Unschedulable: .*node/],
  ["secret", { envFrom: [{ secretRef: { name: "absent" } }] }, {}, /CreateContainerConfigError: .*absent/],
  ["volume", {}, { volumes: [{ name: "v", secret: { secretName: "absent" } }] }, /FailedMount: .*absent/],
])("what keeps a pod from starting is named: %s", async (name, container, rest, expected) => {
  const mounts = name === "volume" ? { volumeMounts: [{ name: "v", mountPath: "/v" }] } : {};
  await port.create(manifest(name, podSpec("true", rest, { ...container, ...mounts })), "run1");
  const job = await eventually(async () => {
    const now = await view(name);
    return expected.test(now.blocker ?? "") && now;
  });
  expect(job).toMatchObject({ started: false, over: false, succeeded: false });
  await port.deleteJob(lab.namespace, name, "run1");
});

test("a quota that refuses the pod is named, from the Job's events", async () => {
  await lab.connection.api.create(`/api/v1/namespaces/${lab.namespace}/resourcequotas`, {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "tight" },
    spec: { hard: { "requests.nvidia.com/gpu": "0" } },
  });
  const gpu = { resources: { limits: { "nvidia.com/gpu": "1" } } };
  await port.create(manifest("quota", podSpec("true", {}, gpu)), "run1");
  const job = await eventually(async () => {
    const now = await view("quota");
    return now.blocker !== undefined && now;
  });
  expect(job.blocker).toMatch(/FailedCreate: .*exceeded quota: tight/);
  await port.deleteJob(lab.namespace, "quota", undefined);
});

test("deletion waits for the container, knows its own run, and is done when there is none", async () => {
  const spec = podSpec("trap 'sleep 2; exit 0' TERM; sleep 1000 & wait", {
    terminationGracePeriodSeconds: 20,
  });
  await port.create(manifest("long", spec), "run1");
  await eventually(async () => (await view("long")).started);
  await expect(port.deleteJob(lab.namespace, "long", "run2")).rejects.toMatchObject({
    reason: "ForeignObject",
  });
  const began = Date.now();
  await port.deleteJob(lab.namespace, "long", "run1");
  expect(Date.now() - began).toBeGreaterThan(1_500);
  await eventually(async () => (await port.job(lab.namespace, "long")) === undefined);
  await port.deleteJob(lab.namespace, "long", "run1");
});

test("a suspended Job runs once the very one is started", async () => {
  await port.create(manifest("held", podSpec("true"), { suspend: true }), "run1");
  const held = await view("held");
  expect(held).toMatchObject({ suspended: true, started: false, over: false });
  const other = "00000000-0000-0000-0000-000000000000";
  await expect(port.startJob(lab.namespace, "held", other)).rejects.toMatchObject({ kind: "retry" });
  expect(await view("held")).toMatchObject({ suspended: true, started: false });
  await port.startJob(lab.namespace, "held", held.uid);
  const job = await ended("held");
  expect(job.succeeded).toBe(true);
  expect(job.suspended).toBeUndefined();
  await port.startJob(lab.namespace, "never", held.uid);
});

test("others' unfinished Jobs on a claim are told by name, finished and own ones are not", async () => {
  const volumes = [{ name: "v", persistentVolumeClaim: { claimName: "shared" } }];
  await lab.make("Job", "foreign", {
    spec: { template: { spec: podSpec("sleep 1000", { volumes }) } },
  });
  await port.create(manifest("own", podSpec("sleep 1000", { volumes })), "run1");
  const target = { namespace: lab.namespace, name: "graph" };
  expect(await port.otherWork(target, ["shared"], "run1")).toEqual(["foreign"]);
  expect(await port.otherWork(target, ["else"], "run1")).toEqual([]);
});

test("claims of ours can be deleted, others not", async () => {
  const spec = { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } } };
  await lab.make("PersistentVolumeClaim", "theirs", spec);
  await lab.make("PersistentVolumeClaim", "ours", spec, {
    labels: { ...run, [labels.managedBy]: "pulumi-neo4j-restore" },
  });
  await expect(port.deleteClaim(lab.namespace, "theirs")).rejects.toMatchObject({ reason: "ForeignObject" });
  await port.deleteClaim(lab.namespace, "ours");
  await port.deleteClaim(lab.namespace, "ours");
  await eventually(async () => (await lab.read("PersistentVolumeClaim", "ours")) === undefined);
});
