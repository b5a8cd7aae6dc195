/** A pod that does one thing on claims of the stage and tells a text at its end. */
import type * as k8s from "@kubernetes/client-node";
import { waitFor } from "../../tools/lab/index.js";
import { podSecurity } from "../../tools/lab/objects/security.js";
import type { Stage } from "./stage.js";

export interface HelperPod {
  readonly image: string;
  readonly argv: readonly string[];
  /** Claims by the path where they are mounted. */
  readonly claims: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** @returns what it left in its termination log. */
export async function runPod(stage: Stage, { image, argv, claims, env = {} }: HelperPod): Promise<string> {
  const { namespace, cluster } = stage;
  const mounts = Object.entries(claims).map(([mountPath, claimName], index) => ({
    mountPath,
    claimName,
    name: `claim-${index}`,
  }));
  const body: k8s.V1Pod = {
    metadata: { generateName: "helper-" },
    spec: {
      restartPolicy: "Never",
      securityContext: podSecurity,
      containers: [
        {
          name: "helper",
          image,
          command: [...argv],
          env: Object.entries(env).map(([name, value]) => ({ name, value })),
          volumeMounts: mounts.map(({ name, mountPath }) => ({ name, mountPath })),
        },
      ],
      volumes: mounts.map(({ name, claimName }) => ({ name, persistentVolumeClaim: { claimName } })),
    },
  };
  const { metadata } = await cluster.core.createNamespacedPod({ namespace, body });
  const name = metadata?.name ?? "";
  const pod = await waitFor<k8s.V1Pod>(cluster.config, {
    what: `pod ${name}`,
    path: `/api/v1/namespaces/${namespace}/pods`,
    name,
    timeoutMs: 120_000,
    done: (one) => ["Succeeded", "Failed"].includes(one.status?.phase ?? ""),
  });
  const said = pod.status?.containerStatuses?.[0]?.state?.terminated?.message ?? "";
  if (pod.status?.phase !== "Succeeded") {
    const log = await cluster.core.readNamespacedPodLog({ name, namespace, tailLines: 20 });
    throw new Error(`${argv.slice(3).join(" ")} failed: ${said}\n${log}`);
  }
  await cluster.core.deleteNamespacedPod({ name, namespace });
  return said.trim();
}
