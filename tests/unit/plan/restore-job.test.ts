/**
 * The restore Job as it comes out of a pod as the operator makes it: what it takes over, what it has of its own, and what
 * it must not have. Each row looks at one clause.
 */
import { renderJob } from "../../../provider/plan/restore-job.js";
import { at, dataMount, digest, jobRequest, main, pod, podSpec, required, token } from "./server-pod.js";

const clauses: readonly (readonly [clause: string, path: string, wanted: unknown])[] = [
  ["named as users follow it", "metadata name", "orders-restore-restore"],
  ["in the restore's namespace", "metadata namespace", "shop"],
  ["the user's labels on the Job", "metadata labels team", "orders"],
  ["its run on the Job", "metadata labels neo4j.com/restore-run", "run0000001"],
  ["the user's labels on the pod", "spec template metadata labels team", "orders"],
  ["the running pod's image by digest", `${main} image`, digest],
  ["the server's pull policy", `${main} imagePullPolicy`, "Always"],
  ["the server's pull secrets", `${pod} imagePullSecrets`, [{ name: "registry" }]],
  ["the data, with its sub-path", `${main} volumeMounts data`, dataMount],
  ["the data's claim", `${pod} volumes data persistentVolumeClaim`, { claimName: "data-graph-server-0" }],
  [
    "other claims of the server",
    `${pod} volumes logs persistentVolumeClaim claimName`,
    "logs-graph-server-0",
  ],
  ["the server's configuration", `${main} volumeMounts config mountPath`, "/conf"],
  ["where its configuration lies", `${main} env NEO4J_CONF value`, "/conf"],
  ["trusted authorities as a volume", `${pod} volumes trust secret secretName`, "trusted"],
  ["trusted authorities as a mount", `${main} volumeMounts trust mountPath`, "/trust"],
  [
    "the backup's claim, read-only",
    `${pod} volumes restore-backup persistentVolumeClaim`,
    {
      claimName: "backups",
      readOnly: true,
    },
  ],
  [
    "the backup at /backup",
    `${main} volumeMounts restore-backup`,
    {
      name: "restore-backup",
      mountPath: "/backup",
      readOnly: true,
    },
  ],
  ["no token of the server", `${main} volumeMounts ${token.name}`, undefined],
  ["no volume of a sidecar", `${pod} volumes mesh`, undefined],
  ["no token at all", `${pod} automountServiceAccountToken`, false],
  ["not the server's ServiceAccount", `${pod} serviceAccountName`, undefined],
  ["one container: no sidecar", `${pod} containers 1`, undefined],
  ["no init container of the server", `${pod} initContainers`, undefined],
  ["no probe", `${main} livenessProbe`, undefined],
  ["no port", `${main} ports`, undefined],
  ["node selector", `${pod} nodeSelector`, { disk: "nvme" }],
  ["tolerations", `${pod} tolerations`, podSpec["tolerations"]],
  ["priority", `${pod} priorityClassName`, "databases"],
  [
    "node affinity, narrowed to the server's node",
    `${pod} affinity nodeAffinity ${required} nodeSelectorTerms`,
    [
      {
        matchExpressions: [{ key: "zone", operator: "Exists" }],
        matchFields: [{ key: "metadata.name", operator: "In", values: ["node-3"] }],
      },
    ],
  ],
  [
    "preferences for nodes",
    `${pod} affinity nodeAffinity preferredDuringSchedulingIgnoredDuringExecution`,
    [{ weight: 1, preference: {} }],
  ],
  ["no anti-affinity", `${pod} affinity podAntiAffinity`, undefined],
  ["no affinity to pods", `${pod} affinity podAffinity`, undefined],
  ["no spread", `${pod} topologySpreadConstraints`, undefined],
  ["user 7474", `${pod} securityContext runAsUser`, 7474],
  ["group 7474", `${pod} securityContext runAsGroup`, 7474],
  ["the volume's group 7474", `${pod} securityContext fsGroup`, 7474],
  ["never root", `${pod} securityContext runAsNonRoot`, true],
  [
    "the server's seccomp profile",
    `${pod} securityContext seccompProfile`,
    {
      type: "Localhost",
      localhostProfile: "neo4j.json",
    },
  ],
  ["the server's SELinux options", `${pod} securityContext seLinuxOptions`, { level: "s0:c7,c42" }],
  ["no owner changed on the live volume", `${pod} securityContext fsGroupChangePolicy`, "OnRootMismatch"],
  ["no privilege escalation", `${main} securityContext allowPrivilegeEscalation`, false],
  ["no capability", `${main} securityContext capabilities`, { drop: ["ALL"] }],
  ["HEAP_SIZE of its own", `${main} env HEAP_SIZE value`, "1g"],
  ["no page cache of the server", `${main} env NEO4J_server_memory_pagecache_size`, undefined],
  ["requests", `${main} resources requests`, { cpu: "500m", memory: "2Gi" }],
  ["limits", `${main} resources limits`, { memory: "2Gi" }],
  ["a proxy", `${main} env HTTPS_PROXY value`, "http://proxy:3128"],
  ["a proxy in lower case", `${main} env https_proxy value`, "http://proxy:3128"],
  ["what goes past the proxy", `${main} env NO_PROXY value`, ".svc"],
  ["the endpoint of S3", `${main} env AWS_ENDPOINT_URL_S3 value`, "https://minio:9000"],
  ["the region of S3", `${main} env AWS_REGION value`, "eu-central-1"],
  ["no login of the server's to a store", `${main} env AWS_SECRET_ACCESS_KEY`, undefined],
  ["nothing of what the server has by envFrom: logins may be in it", `${main} envFrom`, undefined],
  ["no admin password", `${main} env DB_PASSWORD`, undefined],
  ["no admin login", `${main} env NEO4J_AUTH`, undefined],
  ["the licence as the target declares it", `${main} env NEO4J_ACCEPT_LICENSE_AGREEMENT value`, "eval"],
  ["no service links", `${pod} enableServiceLinks`, false],
  ["backoffLimit 0", "spec backoffLimit", 0],
  ["restartPolicy Never", `${pod} restartPolicy`, "Never"],
  ["what is left of the time", "spec activeDeadlineSeconds", 5401],
  ["no TTL", "spec ttlSecondsAfterFinished", undefined],
  ["no Istio", "spec template metadata labels sidecar.istio.io/inject", "false"],
  ["no Linkerd", "spec template metadata annotations linkerd.io/inject", "disabled"],
  [
    "not evicted for tidiness",
    "spec template metadata annotations cluster-autoscaler.kubernetes.io/safe-to-evict",
    "false",
  ],
  ["time to end well", `${pod} terminationGracePeriodSeconds`, 30],
];

describe("of a pod of the operator", () => {
  const job = renderJob(jobRequest());

  test.each(clauses)("%s", (_clause, path, wanted) => {
    expect(at(job, path)).toEqual(wanted);
  });

  test("of the server's labels none, so that no Service and no disruption budget counts it", () => {
    expect(Object.keys(at(job, "spec template metadata labels") as object).sort()).toEqual([
      "app.kubernetes.io/component",
      "app.kubernetes.io/managed-by",
      "app.kubernetes.io/name",
      "neo4j.com/restore",
      "neo4j.com/restore-run",
      "sidecar.istio.io/inject",
      "team",
    ]);
    expect(at(job, "spec template metadata labels app.kubernetes.io/name")).toBe("neo4j-restore");
  });

  test("no owner: it does not go with the journal", () => {
    expect(at(job, "metadata ownerReferences")).toBeUndefined();
  });

  test("its variables, all of them", () => {
    const names = (at(job, `${main} env`) as readonly { readonly name: string }[]).map(({ name }) => name);
    expect(names.sort()).toEqual([
      "AWS_ENDPOINT_URL_S3",
      "AWS_REGION",
      "HEAP_SIZE",
      "HTTPS_PROXY",
      "NEO4J_ACCEPT_LICENSE_AGREEMENT",
      "NEO4J_CONF",
      "NEO4J_RESTORE_POD",
      "NO_PROXY",
      "https_proxy",
    ]);
  });
});
