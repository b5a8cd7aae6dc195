/** What the staging container gets to reach stores: a remote for each place, Secrets by reference, no server's login. */
import type { CloudAccess } from "../../../provider/plan/cloud.js";
import type { JsonObject } from "../../../provider/plan/observation.js";
import {
  remoteEnv,
  remoteKeyVolume,
  stagingSettings,
  type RemotePlace,
} from "../../../provider/plan/rclone-environment.js";

const at = (access: CloudAccess, uri = "s3://vault/daily"): RemotePlace => ({ remote: "base", uri, access });
/** What a container sees: of two entries with one name the later counts. */
const envOf = (place: RemotePlace, server: readonly JsonObject[] = []): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    remoteEnv(place, server).map(({ name, value, valueFrom }) => [name as string, valueFrom ?? value]),
  );
const ref = (name: string, key: string, optional = false) => ({
  secretKeyRef: { name, key, ...(optional ? { optional } : {}) },
});

test("S3: the Secret's keys and what may be there, the restore's endpoint before the server's", () => {
  const access: CloudAccess = {
    type: "s3",
    secret: "aws",
    endpointURL: "https://minio",
    forcePathStyle: true,
  };
  const server = [
    { name: "AWS_REGION", value: "eu-west-1" },
    { name: "AWS_ENDPOINT_URL_S3", value: "https://other" },
    { name: "AWS_SECRET_ACCESS_KEY", value: "the server's" },
  ];
  expect(envOf(at(access), server)).toEqual({
    RCLONE_CONFIG_BASE_TYPE: "s3",
    RCLONE_CONFIG_BASE_PROVIDER: "AWS",
    RCLONE_CONFIG_BASE_ENV_AUTH: "false",
    RCLONE_CONFIG_BASE_FORCE_PATH_STYLE: "true",
    RCLONE_CONFIG_BASE_ACCESS_KEY_ID: ref("aws", "AWS_ACCESS_KEY_ID"),
    RCLONE_CONFIG_BASE_SECRET_ACCESS_KEY: ref("aws", "AWS_SECRET_ACCESS_KEY"),
    RCLONE_CONFIG_BASE_SESSION_TOKEN: ref("aws", "AWS_SESSION_TOKEN", true),
    RCLONE_CONFIG_BASE_REGION: ref("aws", "AWS_REGION", true),
    RCLONE_CONFIG_BASE_ENDPOINT: "https://minio",
  });
  const regions = remoteEnv(at(access), server).filter(({ name }) => name === "RCLONE_CONFIG_BASE_REGION");
  expect(regions.map(({ value }) => value)).toEqual(["us-east-1", "eu-west-1", undefined]);
});

test("without a Secret, or with one that holds no login, it is the pod's own identity", () => {
  expect(envOf(at({ type: "s3" }))).toMatchObject({ RCLONE_CONFIG_BASE_ENV_AUTH: "true" });
  const named = envOf(at({ type: "s3", secret: "aws", loginByIdentity: true }));
  expect(named).toMatchObject({ RCLONE_CONFIG_BASE_ENV_AUTH: "true" });
  expect(named).not.toHaveProperty("RCLONE_CONFIG_BASE_ACCESS_KEY_ID");
  expect(envOf(at({ type: "gcs" }))).toMatchObject({ RCLONE_CONFIG_BASE_ENV_AUTH: "true" });
  expect(envOf(at({ type: "azure" }, "azb://acme/vault"))).toEqual({
    RCLONE_CONFIG_BASE_TYPE: "azureblob",
    RCLONE_CONFIG_BASE_ACCOUNT: "acme",
    RCLONE_CONFIG_BASE_ENV_AUTH: "true",
  });
});

test("Google: the key is a file of each place's own", () => {
  const place = at({ type: "gcs", secret: "google" });
  expect(envOf(place)).toEqual({
    RCLONE_CONFIG_BASE_TYPE: "google cloud storage",
    RCLONE_CONFIG_BASE_SERVICE_ACCOUNT_FILE: "/neo4j-restore-credentials-base/credentials.json",
  });
  const [mounted] = remoteKeyVolume(place);
  expect(mounted?.mount["mountPath"]).toBe("/neo4j-restore-credentials-base");
  expect(mounted?.volume["secret"]).toMatchObject({ secretName: "google" });
});

test("Azure: an application's login under the place's own names, or the account's key", () => {
  const access: CloudAccess = { type: "azure", secret: "azure", accountFromSecret: true };
  expect(envOf(at(access, "azb:///vault/daily"))).toMatchObject({
    RCLONE_CONFIG_BASE_ACCOUNT: ref("azure", "AZURE_STORAGE_ACCOUNT"),
    base_AZURE_CLIENT_ID: ref("azure", "AZURE_CLIENT_ID"),
    base_AZURE_TENANT_ID: ref("azure", "AZURE_TENANT_ID"),
    base_AZURE_CLIENT_SECRET: ref("azure", "AZURE_CLIENT_SECRET"),
    base_AZURE_AUTHORITY_HOST: ref("azure", "AZURE_AUTHORITY_HOST", true),
  });
  expect(envOf(at({ ...access, loginByKey: true }, "azb://acme/vault"))).toEqual({
    RCLONE_CONFIG_BASE_TYPE: "azureblob",
    RCLONE_CONFIG_BASE_ACCOUNT: "acme",
    RCLONE_CONFIG_BASE_KEY: ref("azure", "AZURE_STORAGE_KEY"),
  });
});

test("of the server: proxies, rclone's settings and whom to trust, but no remote, no login, nothing of Neo4j", () => {
  const names = [
    ...["HTTPS_PROXY", "RCLONE_BWLIMIT", "RCLONE_GCS_ENDPOINT", "SSL_CERT_FILE"],
    ...[
      "RCLONE_CONFIG_BASE_TYPE",
      "RCLONE_S3_SECRET_ACCESS_KEY",
      "RCLONE_AZUREBLOB_KEY",
      "AWS_ACCESS_KEY_ID",
    ],
    ...["NEO4J_CONF", "NEO4J_ACCEPT_LICENSE_AGREEMENT", "DB_PASSWORD"],
  ];
  const kept = stagingSettings(names.map((name) => ({ name, value: "server" }))).map(({ name }) => name);
  expect(kept).toEqual(["HTTPS_PROXY", "RCLONE_BWLIMIT", "RCLONE_GCS_ENDPOINT", "SSL_CERT_FILE"]);
});
