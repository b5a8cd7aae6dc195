// The security settings of every Neo4j pod the operator makes.

import type * as k8s from "@kubernetes/client-node";

const neo4j = 7474;

export const podSecurity: k8s.V1PodSecurityContext = {
  runAsUser: neo4j,
  runAsGroup: neo4j,
  fsGroup: neo4j,
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
};

export const containerSecurity: k8s.V1SecurityContext = {
  runAsUser: neo4j,
  runAsGroup: neo4j,
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: false,
  capabilities: { drop: ["ALL"] },
};
