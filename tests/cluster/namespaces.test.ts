/**
 * Namespaces that make it hard: policies, quotas, limits, webhooks, a server that wants all memory. Each restore runs,
 * or is refused before anything is touched, with Kubernetes' own words.
 */
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import * as k8s from "@kubernetes/client-node";
import { manager, labels } from "../../provider/plan/names.js";
import { createAuthority, debianReference } from "../../tools/lab/index.js";
import { layout } from "../../tools/lab/layout.js";
import { expectNothingRemains, expectRestored, expectServing, untouched } from "./expectations.js";
import { jobsOf } from "./look.js";
import { Stage, target } from "./stage.js";

jest.setTimeout(180_000);

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  for (const name of ["policy", "limits", "sidecar"]) {
    await stage.database(name, "monday");
    await stage.backup(name, name);
    await stage.mark(name, "tuesday");
  }
}, 300_000);
afterAll(() => stage.close());

const hook = (script: string) => ({
  job: { template: { container: { image: debianReference, command: ["sh", "-c", script] } } },
});

/** Goes with its name when the work is done, whatever came of it. */
async function under<T>(
  kind: "ResourceQuota" | "LimitRange",
  spec: object,
  work: () => Promise<T>,
): Promise<T> {
  const { objects } = stage.cluster;
  const object = { apiVersion: "v1", kind, metadata: { name: "story", namespace: stage.namespace } };
  await objects.create({ ...object, spec } as k8s.KubernetesObject);
  try {
    return await work();
  } finally {
    await objects.delete(object);
  }
}

test("Pod Security restricted, a quota that demands limits, and 100 GiB of page cache in neo4j.conf", async () => {
  const { core } = stage.cluster;
  const { namespace } = stage;
  const enforce = "pod-security.kubernetes.io/enforce";
  await core.patchNamespace({
    name: namespace,
    body: [{ op: "add", path: "/metadata/labels", value: { [enforce]: "restricted" } }],
  });
  const config = await core.readNamespacedConfigMap({ name: `${target}-config`, namespace });
  const conf = `${config.data?.["neo4j.conf"] ?? ""}\nserver.memory.pagecache.size=100g\n`;
  const body = [{ op: "replace", path: "/data/neo4j.conf", value: conf }];
  await core.patchNamespacedConfigMap({ name: `${target}-config`, namespace, body });
  const hard = { "requests.cpu": "4", "requests.memory": "8Gi", "limits.cpu": "4", "limits.memory": "8Gi" };
  const postRestore = hook("id -u");
  const report = await under("ResourceQuota", { hard }, () =>
    stage.restore({ name: "policy", force: true, options: { postRestore } }),
  );
  await expectRestored(stage, report, ["monday"]);
  const limits = (await jobsOf(stage, "policy")).map(
    ({ spec }) => spec?.template.spec?.containers[0]?.resources?.limits,
  );
  expect(limits).toContainEqual({ cpu: "1", memory: "2Gi" });
});

test.each([
  [
    "a quota that is too small",
    "ResourceQuota",
    { hard: { "limits.memory": "3Gi" } },
    /Job limits-restore would be refused: .*exceeded quota: story, requested: limits\.memory=2Gi.*limited: limits\.memory=3Gi/,
  ],
  [
    "a limit below what the Job needs",
    "LimitRange",
    { limits: [{ type: "Container", max: { memory: "1Gi" }, _default: { memory: "256Mi" } }] },
    /Job limits-restore would be refused: .*maximum memory usage per Container is 1Gi, but limit is 2Gi/,
  ],
] as const)("%s is told before anything is touched, also ahead of the run", async (_, kind, spec, words) => {
  const wish = { name: "limits", force: true, options: { postRestore: hook("true") } };
  const check = await untouched(stage, "limits");
  await under(kind, spec, async () => {
    const plan = await stage.engine.plan(stage.request(wish));
    expect(plan.problems).toEqual([
      { reason: "NotAdmitted", message: expect.stringMatching(words) as string },
    ]);
    const report = await stage.restore(wish);
    expect(report.failure).toMatchObject({
      reason: "NotAdmitted",
      message: expect.stringMatching(words) as string,
    });
  });
  await check();
});

test("a hook after the restore that would be refused keeps it from beginning", async () => {
  const check = await untouched(stage, "limits");
  const container = { image: "UPPER:case", command: ["true"] };
  const postRestore = { job: { template: { container } } };
  // The restore Job's request is its limit; a hook's is less, and one without either is given none by this.
  const exact = { limits: [{ type: "Container", maxLimitRequestRatio: { memory: "1" } }] };
  const report = await under("LimitRange", exact, () =>
    stage.restore({ name: "limits", force: true, options: { postRestore } }),
  );
  expect(report.failure?.reason).toBe("NotAdmitted");
  expect(report.failure?.message).toContain("Job limits-post-restore-hook would be refused: ");
  expect(report.failure?.message).toContain("memory max limit to request ratio per Container is 1");
  await check();
});

test("a webhook that puts a container into every Job's pod does not keep the restore from ending; its Job goes", async () => {
  const { hostAddress } = layout();
  const authority = await createAuthority("webhook");
  const { certificate, key } = await authority.issue([hostAddress]);
  let injected = 0;
  const server = createServer({ cert: certificate, key }, (request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      const { request: review } = JSON.parse(text) as {
        readonly request: { readonly uid: string; readonly dryRun?: boolean };
      };
      if (review.dryRun !== true) injected += 1;
      const sidecar = { name: "injected", image: debianReference, command: ["sleep", "infinity"] };
      const containerSecurity = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
      const value = { ...sidecar, securityContext: containerSecurity };
      const patch = JSON.stringify([{ op: "add", path: "/spec/containers/-", value }]);
      const answer = {
        uid: review.uid,
        allowed: true,
        patchType: "JSONPatch",
        patch: Buffer.from(patch).toString("base64"),
      };
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: answer }),
      );
    });
  }).listen(0, hostAddress);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const admission = stage.cluster.config.makeApiClient(k8s.AdmissionregistrationV1Api);
  const name = stage.namespace;
  await admission.createMutatingWebhookConfiguration({
    body: {
      metadata: { name },
      webhooks: [
        {
          name: "inject.story.test",
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          clientConfig: {
            url: `https://${hostAddress}:${port}/`,
            caBundle: Buffer.from(authority.certificate).toString("base64"),
          },
          rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
          objectSelector: { matchLabels: { [labels.managedBy]: manager } },
        },
      ],
    },
  });
  try {
    const report = await stage.restore({ name: "sidecar", force: true });
    expect(report.failure).toBeUndefined();
    expect(report.status.phase).toBe("Completed");
    await expectServing(stage, "sidecar", ["monday"]);
    await expectNothingRemains(stage, "sidecar");
    expect(injected).toBeGreaterThan(0);
    // What was put into its pod would never end.
    expect(await jobsOf(stage, "sidecar")).toEqual([]);
  } finally {
    await admission.deleteMutatingWebhookConfiguration({ name });
    server.close();
  }
});
