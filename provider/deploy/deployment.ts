/** The operator's Deployment: probes, bounds, no privileges, and time to finish a swap when its pod is told to end. Pure. */
import { operatorContainer } from "../plan/names.js";
import { API_GROUP } from "../spec/defaults.js";
import { operatorLabels, operatorName, selector } from "./labels.js";
import type { Manifest, OperatorSettings } from "./manifests.js";

const user = 65532;

export function deployment<Text>(settings: OperatorSettings<Text>, port: number): Manifest<Text | string> {
  const { namespace, image, imagePullSecrets, replicas, watchNamespaces, apiGroup, logLevel, toolsImage } =
    settings;
  const probe = (path: string): object => ({
    httpGet: { path, port: "http" },
    periodSeconds: 10,
    timeoutSeconds: 5,
  });
  const ownPod = (name: string, fieldPath: string): object => ({
    name,
    valueFrom: { fieldRef: { fieldPath } },
  });
  const container = {
    name: operatorContainer,
    image,
    args: [
      ...watchNamespaces.flatMap((place) => ["--namespace", place]),
      ...(apiGroup === API_GROUP ? [] : ["--api-group", apiGroup]),
      ...["--port", String(port), "--log-level", logLevel],
    ],
    env: [
      ownPod("POD_NAMESPACE", "metadata.namespace"),
      ownPod("POD_NAME", "metadata.name"),
      ...(toolsImage === undefined ? [] : [{ name: "TOOLS_IMAGE", value: toolsImage }]),
      ...settings.extraEnv,
    ],
    ports: [{ name: "http", containerPort: port }],
    livenessProbe: probe("/healthz"),
    readinessProbe: probe("/readyz"),
    resources: settings.resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: operatorName, namespace, labels: operatorLabels },
    spec: {
      replicas,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: operatorLabels },
        spec: {
          serviceAccountName: operatorName,
          ...(imagePullSecrets.length > 0
            ? { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }
            : {}),
          // A swap that is under way when the pod ends is finished first.
          terminationGracePeriodSeconds: 300,
          securityContext: {
            runAsNonRoot: true,
            ...{ runAsUser: user, runAsGroup: user, fsGroup: user },
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [container],
        },
      },
    },
  };
}
