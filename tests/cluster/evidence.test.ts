/** What keeps a Job from starting, or ends it: told while it happens, and in the end, in Kubernetes' own words. */
import * as k8s from "@kubernetes/client-node";
import type { RestoreHookJob, RestoreOptionsSpec } from "../../provider/spec/types.js";
import { debianReference } from "../../tools/lab/index.js";
import { expectGivenBack } from "./expectations.js";
import { serving, untilJobRuns, untilStatus } from "./look.js";
import { Stage } from "./stage.js";

jest.setTimeout(180_000);

let stage: Stage;
const name = "orders";
beforeAll(async () => {
  stage = await Stage.open();
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
  const { namespace, cluster } = stage;
  const body = { metadata: { name: "settings" }, stringData: { text: "hello" } };
  await cluster.core.createNamespacedSecret({ namespace, body });
  // The client's own name for `default`: under the plain one it would be left out, and nothing bounded.
  const limits: k8s.V1LimitRangeItem[] = [
    { type: "Container", _default: { memory: "64Mi", "ephemeral-storage": "16Mi" } },
  ];
  const range = { metadata: { name: "small" }, spec: { limits } };
  const made = await cluster.core.createNamespacedLimitRange({ namespace, body: range });
  expect(made.spec?.limits).toMatchObject(limits);
}, 300_000);
afterEach(() => stage.behave());
afterAll(() => stage.close());

type Container = RestoreHookJob["template"]["container"];

const before = (container: Partial<Container>): RestoreOptionsSpec => ({
  preRestore: {
    job: { template: { backoffLimit: 0, container: { image: debianReference, ...container } } },
  },
});

const key = { name: "TEXT", valueFrom: { secretKeyRef: { name: "settings", key: "absent" } } };

test.each<[string, RestoreOptionsSpec, RegExp]>([
  [
    "an image that cannot be pulled",
    before({ image: "registry.invalid/none:1" }),
    /ErrImagePull|ImagePullBackOff/,
  ],
  ["a key that its Secret lacks", before({ env: [key] }), /CreateContainerConfigError: .*absent/],
  [
    "a claim that nobody provides",
    { tempStorage: { size: "1Gi", storageClassName: "none-such" } },
    /Unschedulable: .*PersistentVolumeClaim/,
  ],
])("%s is told while it is waited for; the run can be cancelled", async (_, options, words) => {
  const was = await serving(stage, name);
  const cancel = new AbortController();
  const going = stage.begin((engine, how) =>
    engine.run(stage.request({ name, force: true, options }), { ...how, cancel: cancel.signal }),
  );
  await untilStatus(stage, name, ({ message }) => words.test(message ?? ""));
  expect(going.told.map(({ message }) => message).join("\n")).toMatch(words);
  cancel.abort();
  await expectGivenBack(stage, await going.ended, "Cancelled", ["monday", "tuesday"]);
  expect(await serving(stage, name)).toEqual(was);
});

test.each([
  // Bounded by itself as well: a limit that is not there must not cost the node its memory.
  [
    "takes more memory than it may",
    "echo eating; head -c 256M /dev/zero | tail",
    /exit code 137, OOMKilled.*/,
  ],
  [
    "fills the node's disk",
    "echo filling; head -c 64M /dev/zero > /tmp/large; sleep 300",
    /Evicted: .*ephemeral local storage usage exceeds/,
  ],
])("a hook that %s", async (_, script, words) => {
  const options = before({ command: ["sh", "-c", script] });
  const report = await stage.restore({ name, force: true, options });
  await expectGivenBack(stage, report, "PreHookFailed", ["monday", "tuesday"]);
  expect(report.failure?.message).toMatch(words);
});

test.each([
  ["is evicted", "JobFailed", /EvictionByEvictionAPI: Eviction API: evicting/],
  ["is deleted with its Job", "JobVanished", /Job orders-restore was deleted by someone else/],
])("a restore whose pod %s", async (how, reason, words) => {
  const was = await serving(stage, name);
  await stage.fault("restore-seconds", "20");
  const going = stage.begin((engine, options) => engine.run(stage.request({ name, force: true }), options));
  await untilJobRuns(stage, name);
  const { namespace, cluster } = stage;
  if (how === "is evicted") {
    const labelSelector = `job-name=${name}-restore`;
    const [pod] = (await cluster.core.listNamespacedPod({ namespace, labelSelector })).items;
    const metadata = { name: pod?.metadata?.name ?? "", namespace };
    await cluster.core.createNamespacedPodEviction({ ...metadata, body: { metadata } });
  } else {
    const batch = cluster.config.makeApiClient(k8s.BatchV1Api);
    await batch.deleteNamespacedJob({
      name: `${name}-restore`,
      namespace,
      propagationPolicy: "Background",
    });
  }
  const report = await going.ended;
  await expectGivenBack(stage, report, reason, ["monday", "tuesday"]);
  expect(report.failure?.message).toMatch(words);
  expect(await serving(stage, name)).toEqual(was);
});
