/**
 * What the contract tests share: a connection to the lab's API server and a namespace of their own, which
 * goes with everything in it at the end.
 */
import { randomBytes } from "node:crypto";
import { connectKubernetes, type KubernetesConnection } from "../../../provider/adapters/kubernetes/index.js";
import { nameOf, text } from "../../../provider/adapters/kubernetes/json.js";
import { namespacePath, pathOf, type ResourceKind } from "../../../provider/adapters/kubernetes/paths.js";
import type { JsonObject } from "../../../provider/plan/observation.js";
import { layout } from "../../../tools/lab/layout.js";
import { debianReference } from "../../../tools/lab/images/source.js";

export const image = debianReference;
export const kubeconfig = process.env["NEO4J_RESTORE_TEST_KUBECONFIG"] ?? layout().kubeconfig;

export interface Lab {
  readonly connection: KubernetesConnection;
  readonly namespace: string;
  make(kind: ResourceKind, name: string, rest: JsonObject, metadata?: JsonObject): Promise<JsonObject>;
  read(kind: ResourceKind, name: string): Promise<JsonObject | undefined>;
  remove(): Promise<void>;
}

export async function openLab(): Promise<Lab> {
  const connection = await connectKubernetes({ kubeconfig });
  const { api } = connection;
  const namespace = `contract-${randomBytes(4).toString("hex")}`;
  await api.create("/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  await eventually(() => api.get(pathOf("ServiceAccount", namespace, "default")));
  return {
    connection,
    namespace,
    make: (kind, name, rest, metadata) =>
      api.create(pathOf(kind, namespace), {
        apiVersion: versionOf(kind),
        kind,
        metadata: { name, namespace, ...metadata },
        ...rest,
      }),
    read: (kind, name) => api.get(pathOf(kind, namespace, name)),
    remove: async () => {
      // Journals of runs that are still active would keep the namespace for ever.
      for (const map of await api.list(pathOf("ConfigMap", namespace))) {
        await api.patch(pathOf("ConfigMap", namespace, nameOf(map)), { metadata: { finalizers: null } });
      }
      await api.remove(namespacePath(namespace));
    },
  };
}

function versionOf(kind: ResourceKind): string {
  const path = pathOf(kind, "x");
  return path.startsWith("/api/") ? "v1" : (/^\/apis\/(.+)\/namespaces/.exec(path)?.[1] ?? "");
}

/** The first value that is neither undefined nor false, asked for every 100 ms during half a minute. */
export async function eventually<T>(ask: () => Promise<T | undefined | false>, seconds = 30): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`nothing within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A pod spec with one container that runs this script in sh. */
export function podSpec(script: string, rest: JsonObject = {}, container: JsonObject = {}): JsonObject {
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: 1,
    containers: [
      { name: "main", image, imagePullPolicy: "IfNotPresent", command: ["sh", "-c", script], ...container },
    ],
    ...rest,
  };
}

export async function untilRunning(lab: Lab, pod: string): Promise<JsonObject> {
  return eventually(async () => {
    const found = await lab.read("Pod", pod);
    return text(found, "status", "phase") === "Running" && found;
  });
}
