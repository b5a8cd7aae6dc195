/** The target against a real API server: lookup, hold, return state, scale, and claims that survive it. */
import { createKubernetesPort } from "../../provider/adapters/kubernetes/index.js";
import { text } from "../../provider/adapters/kubernetes/json.js";
import { annotations } from "../../provider/plan/names.js";
import type { TargetView } from "../../provider/plan/observation.js";
import { RestoreFault } from "../../provider/workflow/faults.js";
import type { KubernetesPort, SeenSet, TargetRef } from "../../provider/workflow/ports.js";
import { eventually, openLab, podSpec, type Lab } from "./kubernetes/lab.js";

jest.setTimeout(120_000);

let lab: Lab;
let port: KubernetesPort & { close(): Promise<void> };
const ref = (name: string): TargetRef => ({ namespace: lab.namespace, name });

beforeAll(async () => {
  lab = await openLab();
  port = createKubernetesPort(lab.connection);
});

afterAll(async () => {
  await port.close();
  await lab.remove();
});

async function target(name: string): Promise<TargetView> {
  const found = await port.target(ref(name));
  if (found.found !== "one") throw new Error(`found ${found.found}`);
  return found.target;
}

async function seenSet(name: string): Promise<SeenSet> {
  const { statefulSet } = await target(name);
  if (!statefulSet) throw new Error(`${name} has no set`);
  return { uid: statefulSet.uid, revision: statefulSet.revision };
}

/** As the workflow does: what its controller has changed meanwhile is looked at again. */
async function write(name: string, act: (set: SeenSet) => Promise<void>): Promise<void> {
  await eventually(async () => {
    try {
      await act(await seenSet(name));
      return true;
    } catch (error) {
      if (error instanceof RestoreFault && error.reason === "ReplicasContested") return false;
      throw error;
    }
  });
}

async function makeSet(
  name: string,
  replicas: number,
  policy?: { whenScaled?: string; whenDeleted?: string },
) {
  return lab.make("StatefulSet", name, {
    spec: {
      replicas,
      serviceName: name,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: { app: name } },
      ...(policy ? { persistentVolumeClaimRetentionPolicy: policy } : {}),
      template: {
        metadata: { labels: { app: name } },
        spec: {
          ...podSpec(
            "sleep infinity",
            { restartPolicy: "Always" },
            {
              name: "neo4j",
              volumeMounts: [{ name: "data", mountPath: "/data" }],
            },
          ),
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Mi" } } },
        },
      ],
    },
  });
}

describe("lookup", () => {
  test("no resource, a standalone without a set, and both kinds of one name", async () => {
    expect(await port.target(ref("nobody"))).toEqual({ found: "none" });
    await lab.make("Neo4jEnterpriseStandalone", "solo", { spec: { auth: { adminSecret: "solo-admin" } } });
    expect(await target("solo")).toMatchObject({
      kind: "Neo4jEnterpriseStandalone",
      servers: 1,
      adminSecret: "solo-admin",
      pods: [],
      dataClaims: [],
    });
    await lab.make("Neo4jEnterpriseCluster", "solo", { spec: {} });
    expect(await port.target(ref("solo"))).toEqual({ found: "both" });
  });
});

describe("hold", () => {
  test("of many at once exactly one gets it, and only its own value releases it", async () => {
    await lab.make("Neo4jEnterpriseCluster", "held", { spec: { topology: { servers: 3 } } });
    const values = Array.from({ length: 8 }, (_, index) => `run-${index}`);
    const seen = await Promise.all(values.map((value) => port.hold(ref("held"), value)));
    expect(new Set(seen).size).toBe(1);
    const [winner = ""] = seen;
    expect(await port.hold(ref("held"), winner)).toBe(winner);
    await port.releaseHold(ref("held"), "someone-else");
    expect((await target("held")).hold).toBe(winner);
    await port.releaseHold(ref("held"), winner);
    expect((await target("held")).hold).toBeUndefined();
  });

  test("a missing target waits when held, and counts as released", async () => {
    await expect(port.hold(ref("nobody"), "x")).rejects.toMatchObject({
      kind: "waiting",
      reason: "TargetNotFound",
    });
    await port.releaseHold(ref("nobody"), "x");
  });
});

describe("a StatefulSet whose policy deletes claims", () => {
  const name = "graph-server";

  test("is seen whole, keeps a return state, scales by uid, and its protected claims survive", async () => {
    await lab.make("Neo4jEnterpriseCluster", "graph", { spec: { topology: { servers: 2 } } });
    await makeSet(name, 2, { whenScaled: "Delete", whenDeleted: "Retain" });
    const up = await eventually(async () => {
      const now = await target("graph");
      return now.statefulSet?.readyReplicas === 2 && !now.statefulSet.rolling && now;
    }, 60);
    expect(up.pods.map((pod) => [pod.name, pod.running, pod.ready])).toEqual([
      [`${name}-0`, true, true],
      [`${name}-1`, true, true],
    ]);
    expect(up.dataClaims).toMatchObject([
      { name: `data-${name}-0`, exists: true, bound: true, protected: false, users: [{ pod: `${name}-0` }] },
      { name: `data-${name}-1`, exists: true, bound: true, protected: false },
    ]);
    const [pod] = up.pods;
    expect(pod?.shape.volumes).toEqual([
      { name: "data", persistentVolumeClaim: { claimName: `data-${name}-0` } },
    ]);
    expect(pod?.shape.mounts).toEqual([{ name: "data", mountPath: "/data" }]);
    expect(up.statefulSet?.shape.volumes).toEqual(pod?.shape.volumes);

    await write("graph", (set) => port.saveReturnState(ref("graph"), set, '{"replicas":2}'));
    expect((await target("graph")).statefulSet?.returnState).toBe('{"replicas":2}');

    const claims = up.dataClaims.map((claim) => claim.name);
    // Only the first is protected: the other shows that the policy would have taken it as well.
    await port.protectClaims(lab.namespace, claims.slice(0, 1), true);
    await port.protectClaims(lab.namespace, claims.slice(0, 1), true);
    expect((await target("graph")).dataClaims.map((claim) => claim.protected)).toEqual([true, false]);

    const seen = await seenSet("graph");
    const another = { ...seen, uid: "00000000-0000-0000-0000-000000000000" };
    await expect(port.scale(ref("graph"), another, 0)).rejects.toMatchObject({
      ...{ kind: "terminal", reason: "ScaleFailed" },
    });
    // What was decided on an earlier look, and arrives when somebody has written since, takes no effect.
    await write("graph", (set) =>
      port.saveReturnState(ref("graph"), set, '{"replicas":2,"by":"another driver"}'),
    );
    const late = { kind: "retry", reason: "ReplicasContested" };
    await expect(port.scale(ref("graph"), seen, 0)).rejects.toMatchObject(late);
    await expect(port.saveReturnState(ref("graph"), seen, undefined)).rejects.toMatchObject(late);
    expect((await target("graph")).statefulSet).toMatchObject({
      ...{ replicas: 2, returnState: '{"replicas":2,"by":"another driver"}' },
    });
    await write("graph", (set) => port.scale(ref("graph"), set, 0));
    await eventually(async () => (await target("graph")).pods.length === 0);
    const gone = await eventually(async () => {
      const now = await target("graph");
      return now.dataClaims[1]?.exists === false && now;
    });
    expect(gone.dataClaims[0]).toMatchObject({ exists: true, terminating: false, users: [] });
    expect(gone.statefulSet).toMatchObject({ replicas: 0, rolling: false });

    await write("graph", (set) => port.scale(ref("graph"), set, 1));
    await eventually(async () => (await target("graph")).statefulSet?.readyReplicas === 1);
    await port.protectClaims(lab.namespace, claims, false);
    expect((await target("graph")).dataClaims[0]).toMatchObject({ exists: true, protected: false });
    await write("graph", (set) => port.saveReturnState(ref("graph"), set, undefined));
    const set = await lab.read("StatefulSet", name);
    expect(text(set, "metadata", "annotations", annotations.returnState)).toBeUndefined();
  });

  test("that also deletes claims with itself gets its own references back", async () => {
    await lab.make("Neo4jEnterpriseStandalone", "owned", { spec: {} });
    await makeSet("owned", 1, { whenScaled: "Delete", whenDeleted: "Delete" });
    await eventually(async () => {
      const now = await target("owned");
      return now.statefulSet?.readyReplicas === 1 && now;
    }, 60);
    const claim = "data-owned-0";
    const controllers = async (): Promise<readonly unknown[]> => {
      const found = await lab.read("PersistentVolumeClaim", claim);
      const metadata = found?.["metadata"] as { ownerReferences?: { kind: string; controller?: boolean }[] };
      return (metadata.ownerReferences ?? []).filter((entry) => entry.controller).map((entry) => entry.kind);
    };
    await eventually(async () => (await controllers()).includes("StatefulSet"));
    await port.protectClaims(lab.namespace, [claim], true);
    expect(await controllers()).toEqual(["Namespace"]);
    await write("owned", (set) => port.scale(ref("owned"), set, 0));
    await eventually(async () => (await target("owned")).pods.length === 0);
    await write("owned", (set) => port.scale(ref("owned"), set, 1));
    await eventually(async () => (await target("owned")).statefulSet?.readyReplicas === 1);
    expect(await controllers()).toEqual(["Namespace"]);
    await port.protectClaims(lab.namespace, [claim], false);
    // Its controller looks at the set again when something about it changes.
    await write("owned", (set) => port.saveReturnState(ref("owned"), set, "seen"));
    await eventually(async () => (await controllers()).includes("StatefulSet"));
  });
});

test("claims that do not exist: protecting is refused, releasing is done", async () => {
  await expect(port.protectClaims(lab.namespace, ["none"], true)).rejects.toMatchObject({
    reason: "ClaimNotFound",
  });
  await port.protectClaims(lab.namespace, ["none"], false);
  expect(await port.claims(lab.namespace, ["none"])).toEqual([
    {
      name: "none",
      exists: false,
      terminating: false,
      accessModes: [],
      bound: false,
      users: [],
      protected: false,
    },
  ]);
});
