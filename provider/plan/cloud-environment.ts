/**
 * What the Job's container gets to reach a store: keys of the Secret as environment (by reference) or as a
 * file, and settings, not credentials, of the server's own container. Credentials of the server never mix with
 * those of the restore.
 */
import type { CloudAccess, CloudType } from "./cloud.js";
import type { JsonObject } from "./observation.js";

/** Where the key file of a Google service account is mounted. */
const keyFolder = "/neo4j-restore-credentials";
const keyFile = "credentials.json";
export const googleKey = "GOOGLE_APPLICATION_CREDENTIALS_JSON";

/** Keys of the Secret that become environment: those that make up the login, and those that may be there. */
const keys: Readonly<
  Record<CloudType, { readonly login: readonly string[]; readonly more: readonly string[] }>
> = {
  s3: {
    login: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    more: ["AWS_SESSION_TOKEN", "AWS_REGION", "AWS_ENDPOINT_URL_S3"],
  },
  gcs: { login: [googleKey], more: ["GOOGLE_CLOUD_PROJECT"] },
  azure: {
    login: ["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET"],
    more: ["AZURE_STORAGE_ACCOUNT", "AZURE_AUTHORITY_HOST"],
  },
};

/** The region that S3-compatible stores take where none is told; the client refuses to go without one. */
export const anyRegion = "us-east-1";

/** Which of the keys that a Secret has make up a login. */
export function loginKeys(access: CloudAccess, present: readonly string[]): readonly string[] {
  return keys[access.type].login.filter((key) => present.includes(key));
}

/** @returns what is wrong with a Secret that exists, by the names of its keys. */
export function secretComplaint(access: CloudAccess, present: readonly string[]): string | undefined {
  const name = access.secret ?? "";
  const found = present.length > 0 ? [...present].sort().join(", ") : "no key";
  if (access.accountFromSecret && !present.includes("AZURE_STORAGE_ACCOUNT")) {
    return `Secret ${name} needs the key AZURE_STORAGE_ACCOUNT, or storage.bucket the form account/container; it has ${found}`;
  }
  const missing = keys[access.type].login.filter((key) => !present.includes(key));
  if (missing.length === 0 || access.loginByIdentity || access.loginByKey) return undefined;
  return `Secret ${name} needs the key${missing.length > 1 ? "s" : ""} ${missing.join(", ")}; it has ${found}`;
}

/** Azure's account key, which neo4j-admin does not know: what the Secrets of the Neo4j operator hold. */
export function hasOnlyAccountKey(access: CloudAccess, present: readonly string[]): boolean {
  return (
    access.type === "azure" &&
    present.includes("AZURE_STORAGE_KEY") &&
    loginKeys(access, present).length === 0 &&
    access.loginByIdentity !== true
  );
}

/**
 * What the Job adds to the settings of the server's container. Of two entries with one name the later counts;
 * where that is an optional key which the Secret lacks, the earlier.
 */
export function cloudEnv(access: CloudAccess, server: readonly JsonObject[]): readonly JsonObject[] {
  const { type, endpointURL } = access;
  const hasRegion = server.some(({ name }) => name === "AWS_REGION" || name === "AWS_DEFAULT_REGION");
  const needsRegion = type === "s3" && endpointURL !== undefined && !hasRegion;
  return [
    ...(needsRegion ? [{ name: "AWS_REGION", value: anyRegion }] : []),
    ...fromSecret(access),
    ...(endpointURL === undefined ? [] : [{ name: "AWS_ENDPOINT_URL_S3", value: endpointURL }]),
    ...javaOptions(server, access.forcePathStyle ? ["-Daws.s3.forcePathStyle=true"] : []),
  ];
}

function fromSecret({ type, secret, loginByIdentity }: CloudAccess): readonly JsonObject[] {
  if (secret === undefined) return [];
  const { login, more } = keys[type];
  const reference = (key: string, optional: boolean): JsonObject => ({
    name: key,
    valueFrom: { secretKeyRef: { name: secret, key, ...(optional ? { optional } : {}) } },
  });
  const asFile = { name: "GOOGLE_APPLICATION_CREDENTIALS", value: `${keyFolder}/${keyFile}` };
  const loggedIn = type === "gcs" ? [asFile] : login.map((key) => reference(key, false));
  return [...(loginByIdentity ? [] : loggedIn), ...more.map((key) => reference(key, true))];
}

/** The key file of a Google service account, where the Secret has one. */
export function keyVolume({
  type,
  secret,
  loginByIdentity,
}: CloudAccess): { readonly volume: JsonObject; readonly mount: JsonObject } | undefined {
  if (type !== "gcs" || secret === undefined || loginByIdentity) return undefined;
  const name = "restore-credentials";
  const items = [{ key: googleKey, path: keyFile }];
  return {
    volume: { name, secret: { secretName: secret, items, defaultMode: 0o440 } },
    mount: { name, mountPath: keyFolder, readOnly: true },
  };
}

/** Logins of the server's container, and what a workload identity has put there for the server's ServiceAccount. */
const credentials =
  /^(AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|ROLE_.*|WEB_IDENTITY_.*|CONTAINER_.*|PROFILE|CONFIG_FILE|SHARED_CREDENTIALS_FILE)|GOOGLE_APPLICATION_CREDENTIALS.*|AZURE_(CLIENT_.*|TENANT_ID|FEDERATED_TOKEN_FILE|USERNAME|PASSWORD|STORAGE_.*))$/i;
const settings =
  /^(https?_proxy|no_proxy|AWS_.*|GOOGLE_.*|AZURE_.*|NEO4J_ACCEPT_LICENSE_AGREEMENT|NEO4J_CONF)$/i;

/**
 * Only what reaching a store of backups may need; no password, no other NEO4J_ setting, and no login of the
 * server's but where the Job stands in for it.
 */
export function serverSettings(server: readonly JsonObject[], asServers = false): readonly JsonObject[] {
  return server.filter(
    ({ name }) => typeof name === "string" && settings.test(name) && (asServers || !credentials.test(name)),
  );
}

/** Folders with tokens of the server's ServiceAccount; the Job gets those of its own. */
export function isTokenFolder(path: string): boolean {
  return /^\/var\/run\/secrets\/(kubernetes\.io|eks\.amazonaws\.com|pods\.eks\.amazonaws\.com|azure)(\/|$)/.test(
    path,
  );
}

const javaOption = /^-D(javax\.net\.ssl\.|aws\.|https?\.|socksProxy)/;

/** Of the server's own Java options only those about trust, proxies and stores. */
function javaOptions(server: readonly JsonObject[], ours: readonly string[]): readonly JsonObject[] {
  const given = server.find(({ name }) => name === "JAVA_TOOL_OPTIONS")?.["value"];
  const taken = typeof given === "string" ? given.split(/\s+/).filter((one) => javaOption.test(one)) : [];
  const all = [...taken, ...ours.filter((one) => !taken.includes(one))];
  return all.length > 0 ? [{ name: "JAVA_TOOL_OPTIONS", value: all.join(" ") }] : [];
}
