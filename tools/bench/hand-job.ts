// The manifest that the hand-written script applies: what a careful person would write, and no more.

import { stringify } from "yaml";

export interface HandJob {
  readonly name: string;
  readonly into: string;
  readonly target: string;
  readonly database: string;
  readonly image: string;
  readonly artifact: string;
}

const script = `set -e
mkdir -p /data/.by-hand
rm -rf /data/.by-hand/* "/data/databases/restoring-byhandbyha" "/data/transactions/restoring-byhandbyha"
neo4j-admin backup inspect --show-metadata "$1"
neo4j-admin database restore --from-path="$1" --temp-path=/data/.by-hand --overwrite-destination=true "$2"
neo4j-admin database info "$2" --format=json
`;

export function handJob({ name, into, target, image, artifact }: HandJob): object {
  const user = { runAsUser: 7474, runAsGroup: 7474, fsGroup: 7474, fsGroupChangePolicy: "OnRootMismatch" };
  const container = {
    name: "restore",
    image,
    // Kubernetes reads `$(…)` in a command; a doubled dollar is one.
    command: ["/bin/sh", "-c", script.replaceAll("$", "$$$$"), "restore", `/backup/${artifact}`, into],
    volumeMounts: [
      { name: "data", mountPath: "/data" },
      { name: "backup", mountPath: "/backup", readOnly: true },
    ],
  };
  const volumes = [
    { name: "data", persistentVolumeClaim: { claimName: `neo4j-data-${target}-0` } },
    { name: "backup", persistentVolumeClaim: { claimName: "backups" } },
  ];
  const spec = {
    restartPolicy: "Never",
    enableServiceLinks: false,
    securityContext: user,
    containers: [container],
    volumes,
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: { backoffLimit: 0, template: { spec } },
  };
}

export const asYaml = (object: object): string => stringify(object);
