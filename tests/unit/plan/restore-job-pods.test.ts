/**
 * The restore Job out of pods that say less, or differently, than the operator's: whose user it runs as, what a
 * "restricted" namespace asks for, staging, and arguments that Kubernetes would expand.
 */
import { array, assert, boolean, constantFrom, dictionary, property, record, string } from "fast-check";
import { podShape } from "../../../provider/adapters/kubernetes/pod-shape.js";
import type { JsonObject } from "../../../provider/plan/observation.js";
import { renderJob, type JobRequest } from "../../../provider/plan/restore-job.js";
import type { StagingJob } from "../../../provider/plan/staging.js";
import { at, claimOf, container, jobRequest, main, pod, podSpec, podStatus, required } from "./server-pod.js";

const staging: StagingJob = {
  image: "tools:1",
  argv: ["/bin/sh", "-c", "stage $HOME"],
  logsClaim: "logs",
  remotes: [],
  key: { secret: "keys", key: "key" },
};

describe("where the pod says less", () => {
  const bare = { name: "neo4j", image: "neo4j:5", volumeMounts: [{ name: "data", mountPath: "/data" }] };
  const from = (spec: JsonObject, more: Partial<JobRequest> = {}): JsonObject =>
    renderJob(jobRequest({ shape: podShape({ containers: [bare], ...spec }), ...more }));

  // An API server writes `securityContext: {}` into every pod without one.
  test.each([[{}], [{ securityContext: {} }], [{ securityContext: { fsGroup: 7474 } }]])(
    "a user that nobody names is Neo4j's: %j",
    (spec) => {
      expect(at(from(spec), `${pod} securityContext`)).toEqual({
        ...{ runAsUser: 7474, runAsGroup: 7474, fsGroup: 7474, runAsNonRoot: true },
        seccompProfile: { type: "RuntimeDefault" },
        fsGroupChangePolicy: "OnRootMismatch",
      });
    },
  );

  test("a user that is named stays alone, on the pod and on the container", () => {
    const onPod = from({ securityContext: { runAsUser: 1000 } });
    expect(at(onPod, `${pod} securityContext`)).toEqual({
      runAsUser: 1000,
      seccompProfile: { type: "RuntimeDefault" },
      fsGroupChangePolicy: "OnRootMismatch",
    });
    const onContainer = from({ containers: [{ ...bare, securityContext: { runAsUser: 1000 } }] });
    expect(at(onContainer, `${pod} securityContext runAsUser`)).toBeUndefined();
    expect(at(onContainer, `${main} securityContext`)).toEqual({
      runAsUser: 1000,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
  });

  test("the image as it was declared, without a digest that can be pulled", () => {
    expect(at(from({}), `${main} image`)).toBe("neo4j:5");
  });

  test("scaled away: the server's own affinity, and no node", () => {
    const job = renderJob(jobRequest({ node: undefined }));
    expect(at(job, `${pod} affinity nodeAffinity`)).toEqual(at(podSpec, "affinity nodeAffinity"));
    expect(at(from({}, { node: undefined }), `${pod} affinity`)).toBeUndefined();
  });

  test("its node alone, where the server has no affinity", () => {
    expect(at(from({}), `${pod} affinity nodeAffinity ${required} nodeSelectorTerms 0`)).toEqual({
      matchFields: [{ key: "metadata.name", operator: "In", values: ["node-3"] }],
    });
  });

  test("a mount of the server's gives way where ours goes", () => {
    const mounts = [...bare.volumeMounts, { name: "nfs", mountPath: "/backup" }];
    const job = from({
      containers: [{ ...bare, volumeMounts: mounts }],
      volumes: [claimOf("data", "d"), claimOf("nfs", "n")],
    });
    expect(at(job, `${main} volumeMounts nfs`)).toBeUndefined();
    expect(at(job, `${pod} volumes nfs`)).toBeUndefined();
  });

  test("at least a minute, however little time is left", () => {
    expect(at(from({}, { deadlineSeconds: -3 }), "spec activeDeadlineSeconds")).toBe(60);
  });
});

test("what is trusted with certificates goes along to a store, and nothing of the server's memory", () => {
  const job = renderJob(jobRequest({ cloud: { type: "s3", forcePathStyle: true } }));
  expect(at(job, `${main} env JAVA_TOOL_OPTIONS value`)).toBe(
    "-Djavax.net.ssl.trustStore=/trust/ca.p12 -Daws.s3.forcePathStyle=true",
  );
});

describe("with staging", () => {
  const job = renderJob(jobRequest({ staging, tempClaim: "orders-restore-temp" }));
  const stage = `${pod} initContainers 0`;

  test("a container of its own in the tools image, as strict as the other, without the server's variables", () => {
    expect(at(job, stage)).toMatchObject({
      name: "neo4j-restore-stage",
      image: "tools:1",
      command: ["/bin/sh", "-c", "stage $$HOME"],
      securityContext: at(job, `${main} securityContext`),
      resources: at(job, `${main} resources`),
    });
    expect(at(job, `${stage} env`)).toBeUndefined();
  });

  test("the key is a file, and only there", () => {
    expect(at(job, `${pod} volumes restore-key secret secretName`)).toBe("keys");
    expect(at(job, `${stage} volumeMounts restore-key readOnly`)).toBe(true);
    expect(at(job, `${main} volumeMounts restore-key`)).toBeUndefined();
  });

  test("temporary files on the claim that was made for them", () => {
    expect(at(job, `${main} volumeMounts restore-temp`)).toEqual({
      name: "restore-temp",
      mountPath: "/neo4j-restore-temp",
      readOnly: false,
    });
    expect(at(job, `${pod} volumes restore-temp persistentVolumeClaim claimName`)).toBe(
      "orders-restore-temp",
    );
  });
});

/** As Kubernetes expands `$(NAME)` in a command. */
function expanded(text: string): string {
  return text.replaceAll(/\$\$|\$\((\w+)\)/g, (found) => (found === "$$" ? "$" : "EXPANDED"));
}

test("whatever is in an argument reaches the container as it was", () => {
  const argument = string({ unit: constantFrom("$", "(", ")", "A", " ", "'", '"', "\\", "`", "\n") });
  assert(
    property(array(argument), (argv) => {
      const command = at(renderJob(jobRequest({ argv })), `${main} command`) as readonly string[];
      expect(command.map(expanded)).toEqual(argv);
    }),
  );
});

test("whatever the server's pod allows itself, restricted admits ours where it admits the server", () => {
  const flag = boolean();
  const contexts = record(
    { runAsUser: constantFrom(7474, 1000), runAsNonRoot: constantFrom(true), readOnlyRootFilesystem: flag },
    { requiredKeys: [] },
  );
  assert(
    property(contexts, contexts, dictionary(string(), string()), (onPod, onContainer, nodeSelector) => {
      const spec = {
        ...podSpec,
        nodeSelector,
        securityContext: onPod,
        containers: [{ ...container, securityContext: onContainer }],
      };
      const job = renderJob(jobRequest({ shape: podShape(spec, podStatus), staging }));
      const nonRoot = (path: string): boolean =>
        at(job, `${path} securityContext runAsNonRoot`) === true ||
        at(job, `${pod} securityContext runAsNonRoot`) === true;
      // A server that only names its user is not admitted there either.
      const admitted =
        onPod.runAsNonRoot === true ||
        onContainer.runAsNonRoot === true ||
        !("runAsUser" in { ...onPod, ...onContainer });
      for (const path of [main, `${pod} initContainers 0`]) {
        expect(at(job, `${path} securityContext allowPrivilegeEscalation`)).toBe(false);
        expect(at(job, `${path} securityContext capabilities`)).toEqual({ drop: ["ALL"] });
        if (admitted) expect(nonRoot(path)).toBe(true);
      }
      expect(at(job, `${pod} securityContext seccompProfile`)).toEqual({ type: "RuntimeDefault" });
      for (const key of ["hostNetwork", "hostPID", "hostIPC"])
        expect(at(job, `${pod} ${key}`)).toBeUndefined();
    }),
  );
});

test("backups that lie where the server's own folders lie, or beside their base: each claim is one volume", () => {
  const folder = claimOf("folder", "backups");
  const data = claimOf("data", "data-0");
  const server = { name: "neo4j", image: "neo4j:5" };
  const volumeMounts = [
    { name: "data", mountPath: "/data" },
    { name: "folder", mountPath: "/backups" },
  ];
  const shape = podShape({ containers: [{ ...server, volumeMounts }], volumes: [data, folder] });
  const job = renderJob(
    jobRequest({ shape, backupClaim: "backups", staging: { ...staging, logsClaim: "backups" } }),
  );
  const volumes = at(job, `${pod} volumes`) as readonly JsonObject[];
  const claims = volumes.map((volume) => at(volume, "persistentVolumeClaim claimName"));
  expect(claims.filter((claim) => claim !== undefined).sort()).toEqual(["backups", "data-0"]);
  const known = volumes.map((volume) => volume["name"]);
  for (const place of [`${pod} containers 0`, `${pod} initContainers 0`]) {
    const mounts = at(job, `${place} volumeMounts`) as readonly JsonObject[];
    expect(known).toEqual(expect.arrayContaining(mounts.map((mount) => mount["name"])));
    expect(mounts).toContainEqual({ name: "folder", mountPath: "/backup", readOnly: true });
  }
});
