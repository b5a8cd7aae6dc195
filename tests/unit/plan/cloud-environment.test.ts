/** What the Job gets to reach a store: by reference, never by value, and nothing of the server's own logins. */
import type { CloudAccess } from "../../../provider/plan/cloud.js";
import { hasOnlyAccountKey, secretComplaint } from "../../../provider/plan/cloud-environment.js";
import type { JsonObject, PodShape } from "../../../provider/plan/observation.js";
import { renderJob } from "../../../provider/plan/restore-job.js";

const shapeOf = (env: readonly JsonObject[], mounts: readonly JsonObject[] = []): PodShape => ({
  ...{ container: "neo4j", image: "neo4j:5.26", imagePullSecrets: [], tolerations: [], env, mounts },
  volumes: mounts.map(({ name }) => ({ name: name ?? null })),
});

interface Pod {
  readonly serviceAccountName?: string;
  readonly volumes: readonly JsonObject[];
  readonly containers: readonly [
    { readonly env: readonly JsonObject[]; readonly volumeMounts: readonly JsonObject[] },
  ];
}

function podOf(cloud: CloudAccess, shape = shapeOf([])): Pod & { readonly labels: JsonObject } {
  const job = renderJob({
    ...{ restore: "r", namespace: "n", runId: "run0000001", role: "restore", labels: {}, node: undefined },
    ...{ argv: [], deadlineSeconds: 60, bounded: false, shape, cloud },
  }) as unknown as { spec: { template: { metadata: { labels: JsonObject }; spec: Pod } } };
  const { metadata, spec } = job.spec.template;
  return { ...spec, labels: metadata.labels };
}

/** What a container sees: of two entries with one name the later counts. */
const envOf = (pod: Pod): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    pod.containers[0].env.map(({ name, value, valueFrom }) => [name as string, valueFrom ?? value] as const),
  );

const ref = (name: string, key: string, optional = false) => ({
  secretKeyRef: { name, key, ...(optional ? { optional } : {}) },
});

test("S3: the Secret's keys, an endpoint of one's own, path style, and a region where none is told", () => {
  const access: CloudAccess = {
    type: "s3",
    secret: "aws",
    endpointURL: "https://minio",
    forcePathStyle: true,
  };
  const pod = podOf(access);
  expect(pod.containers[0].env).toContainEqual({ name: "AWS_REGION", value: "us-east-1" });
  expect(envOf(pod)).toMatchObject({
    AWS_ACCESS_KEY_ID: ref("aws", "AWS_ACCESS_KEY_ID"),
    AWS_SECRET_ACCESS_KEY: ref("aws", "AWS_SECRET_ACCESS_KEY"),
    AWS_SESSION_TOKEN: ref("aws", "AWS_SESSION_TOKEN", true),
    AWS_REGION: ref("aws", "AWS_REGION", true),
    AWS_ENDPOINT_URL_S3: "https://minio",
    JAVA_TOOL_OPTIONS: "-Daws.s3.forcePathStyle=true",
  });
});

test("Google: the key is a file, and no variable holds it", () => {
  const pod = podOf({ type: "gcs", secret: "google" });
  expect(envOf(pod)["GOOGLE_APPLICATION_CREDENTIALS"]).toBe("/neo4j-restore-credentials/credentials.json");
  expect(envOf(pod)["GOOGLE_APPLICATION_CREDENTIALS_JSON"]).toBeUndefined();
  expect(pod.volumes).toContainEqual({
    name: "restore-credentials",
    secret: {
      secretName: "google",
      items: [{ key: "GOOGLE_APPLICATION_CREDENTIALS_JSON", path: "credentials.json" }],
      defaultMode: 0o440,
    },
  });
});

test("Azure: account and application of the Secret", () => {
  expect(envOf(podOf({ type: "azure", secret: "azure", accountFromSecret: true }))).toMatchObject({
    AZURE_STORAGE_ACCOUNT: ref("azure", "AZURE_STORAGE_ACCOUNT", true),
    AZURE_CLIENT_ID: ref("azure", "AZURE_CLIENT_ID"),
    AZURE_TENANT_ID: ref("azure", "AZURE_TENANT_ID"),
    AZURE_CLIENT_SECRET: ref("azure", "AZURE_CLIENT_SECRET"),
  });
});

describe("an identity", () => {
  const identity = { serviceAccount: "reader", make: false, annotations: {} };

  test("is the pod's ServiceAccount; Azure's pods carry the label that its webhook looks for", () => {
    const azure = podOf({ type: "azure", identity });
    expect(azure.serviceAccountName).toBe("reader");
    expect(azure.labels["azure.workload.identity/use"]).toBe("true");
    const aws = podOf({ type: "s3", identity });
    expect(aws.serviceAccountName).toBe("reader");
    expect(aws.labels["azure.workload.identity/use"]).toBeUndefined();
  });

  test("logs in alone where the Secret holds no login", () => {
    const env = envOf(podOf({ type: "s3", secret: "aws", identity, loginByIdentity: true }));
    expect(env["AWS_ACCESS_KEY_ID"]).toBeUndefined();
    expect(env["AWS_REGION"]).toEqual(ref("aws", "AWS_REGION", true));
    expect(envOf(podOf({ type: "gcs", secret: "g", identity, loginByIdentity: true }))).not.toHaveProperty(
      "GOOGLE_APPLICATION_CREDENTIALS",
    );
  });
});

test("of the server only settings are taken, none of its logins and tokens", () => {
  const literal = (name: string, value = "server") => ({ name, value });
  const mount = (name: string, mountPath: string) => ({ name, mountPath });
  const shape = shapeOf(
    [
      ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"],
      ...["GOOGLE_APPLICATION_CREDENTIALS", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE", "DB_PASSWORD"],
      ...["HTTPS_PROXY", "AWS_REGION", "AWS_USE_FIPS_ENDPOINT", "AZURE_AUTHORITY_HOST"],
    ]
      .map((name) => literal(name))
      .concat(literal("JAVA_TOOL_OPTIONS", "-Xmx9g -Djavax.net.ssl.trustStore=/trust/ca.p12")),
    [
      mount("data", "/data"),
      mount("trust", "/trust"),
      mount("aws-iam-token", "/var/run/secrets/eks.amazonaws.com/serviceaccount"),
      mount("azure-identity-token", "/var/run/secrets/azure/tokens"),
    ],
  );
  const pod = podOf({ type: "s3", endpointURL: "https://minio" }, shape);
  expect(envOf(pod)).toEqual({
    HTTPS_PROXY: "server",
    AWS_REGION: "server",
    AWS_USE_FIPS_ENDPOINT: "server",
    AZURE_AUTHORITY_HOST: "server",
    HEAP_SIZE: "1g",
    NEO4J_RESTORE_POD: { fieldRef: { fieldPath: "metadata.name" } },
    AWS_ENDPOINT_URL_S3: "https://minio",
    JAVA_TOOL_OPTIONS: "-Djavax.net.ssl.trustStore=/trust/ca.p12",
  });
  const mounted = pod.containers[0].volumeMounts.map(({ name }) => name);
  expect(mounted).toEqual(["data", "trust", "restore-work"]);
});

describe("a Secret", () => {
  const aws: CloudAccess = { type: "s3", secret: "s" };
  test.each<readonly [CloudAccess, readonly string[], string | undefined]>([
    [aws, ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], undefined],
    [
      aws,
      ["AWS_SECRET_ACCESS_KEY", "AWS_REGION"],
      "Secret s needs the key AWS_ACCESS_KEY_ID; it has AWS_REGION, AWS_SECRET_ACCESS_KEY",
    ],
    [aws, [], "Secret s needs the keys AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY; it has no key"],
    [{ ...aws, loginByIdentity: true }, ["AWS_REGION"], undefined],
    [
      { type: "gcs", secret: "s" },
      ["credentials"],
      "Secret s needs the key GOOGLE_APPLICATION_CREDENTIALS_JSON; it has credentials",
    ],
    [
      { type: "azure", secret: "s", accountFromSecret: true },
      ["AZURE_CLIENT_ID"],
      "Secret s needs the key AZURE_STORAGE_ACCOUNT, or storage.bucket the form account/container; it has AZURE_CLIENT_ID",
    ],
    [
      { type: "azure", secret: "s" },
      ["AZURE_CLIENT_ID", "AZURE_TENANT_ID"],
      "Secret s needs the key AZURE_CLIENT_SECRET; it has AZURE_CLIENT_ID, AZURE_TENANT_ID",
    ],
  ])("%j with %j", (access, keys, complaint) => {
    expect(secretComplaint(access, keys)).toBe(complaint);
  });

  test("with nothing but an Azure account key is one that neo4j-admin does not take", () => {
    const access: CloudAccess = { type: "azure", secret: "s", accountFromSecret: true };
    expect(hasOnlyAccountKey(access, ["AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY"])).toBe(true);
    expect(hasOnlyAccountKey(access, ["AZURE_STORAGE_KEY", "AZURE_CLIENT_ID"])).toBe(false);
  });
});
