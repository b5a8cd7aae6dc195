/**
 * How rclone, in the staging container, reaches a store: a remote for the base and one for what follows it, each
 * by variables of its own, so that two Secrets never mix. Pure; values of Secrets by reference alone. Where a
 * place names no login, rclone takes the identity that the pod runs with.
 */
import type { CloudAccess } from "./cloud.js";
import { anyRegion, googleKey, serverSettings } from "./cloud-environment.js";
import type { JsonObject } from "./observation.js";

export type Remote = "base" | "logs";

/** What Azure's client takes from the environment alone; the script gives it those of the remote. */
export const azureVariables = [
  "AZURE_CLIENT_ID",
  "AZURE_TENANT_ID",
  "AZURE_CLIENT_SECRET",
  "AZURE_AUTHORITY_HOST",
] as const;

export interface Mounted {
  readonly volume: JsonObject;
  readonly mount: JsonObject;
}

/** A place in a store: `uri` is any that lies in it. */
export interface RemotePlace {
  readonly remote: Remote;
  readonly uri: string;
  readonly access: CloudAccess;
}

/** Of two entries with one name the later counts; an optional key that the Secret lacks leaves the earlier. */
export function remoteEnv(place: RemotePlace, server: readonly JsonObject[]): readonly JsonObject[] {
  const { access } = place;
  const ambient = access.secret === undefined || access.loginByIdentity === true;
  switch (access.type) {
    case "s3":
      return s3(place, ambient, server);
    case "gcs":
      return entries(place, {
        TYPE: "google cloud storage",
        ...(ambient ? { ENV_AUTH: "true" } : { SERVICE_ACCOUNT_FILE: keyFileOf(place.remote) }),
      });
    case "azure":
      return azure(place, ambient);
  }
}

function s3(place: RemotePlace, ambient: boolean, server: readonly JsonObject[]): readonly JsonObject[] {
  const { remote, access } = place;
  const { endpointURL, forcePathStyle } = access;
  const ofServer = (key: string, ...names: readonly string[]): readonly JsonObject[] =>
    server
      .filter(({ name }) => typeof name === "string" && names.includes(name))
      .map((entry) => ({ ...entry, name: variable(remote, key) }));
  return [
    ...entries(place, { TYPE: "s3", PROVIDER: "AWS", ENV_AUTH: String(ambient) }),
    ...entries(place, { FORCE_PATH_STYLE: String(forcePathStyle === true) }),
    ...(ambient
      ? []
      : [
          ...reference(place, "ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID"),
          ...reference(place, "SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY"),
        ]),
    ...reference(place, "SESSION_TOKEN", "AWS_SESSION_TOKEN", true),
    ...(endpointURL === undefined ? [] : entries(place, { REGION: anyRegion })),
    ...ofServer("REGION", "AWS_DEFAULT_REGION", "AWS_REGION"),
    ...reference(place, "REGION", "AWS_REGION", true),
    ...ofServer("ENDPOINT", "AWS_ENDPOINT_URL_S3"),
    ...reference(place, "ENDPOINT", "AWS_ENDPOINT_URL_S3", true),
    ...(endpointURL === undefined ? [] : entries(place, { ENDPOINT: endpointURL })),
  ];
}

/** An application's login is given by the script, an account's key by the remote's own variables. */
function azure(place: RemotePlace, ambient: boolean): readonly JsonObject[] {
  const { remote, uri, access } = place;
  const account = /^azb:\/\/([^/]+)\//.exec(`${uri}/`)?.[1];
  const login = (key: string, optional: boolean): readonly JsonObject[] =>
    secretEntry(access, `${remote}_${key}`, key, optional);
  return [
    ...entries(place, { TYPE: "azureblob" }),
    ...(account === undefined
      ? reference(place, "ACCOUNT", "AZURE_STORAGE_ACCOUNT")
      : entries(place, { ACCOUNT: account })),
    ...(access.loginByKey
      ? reference(place, "KEY", "AZURE_STORAGE_KEY")
      : [
          ...entries(place, { ENV_AUTH: "true" }),
          ...(ambient ? [] : azureVariables.slice(0, 3).flatMap((key) => login(key, false))),
          ...login("AZURE_AUTHORITY_HOST", true),
        ]),
  ];
}

const variable = (remote: Remote, key: string): string => `RCLONE_CONFIG_${remote.toUpperCase()}_${key}`;

function entries({ remote }: RemotePlace, values: Readonly<Record<string, string>>): readonly JsonObject[] {
  return Object.entries(values).map(([key, value]) => ({ name: variable(remote, key), value }));
}

function reference(
  { remote, access }: RemotePlace,
  option: string,
  key: string,
  optional = false,
): readonly JsonObject[] {
  return secretEntry(access, variable(remote, option), key, optional);
}

function secretEntry(
  { secret }: CloudAccess,
  name: string,
  key: string,
  optional: boolean,
): readonly JsonObject[] {
  if (secret === undefined) return [];
  const secretKeyRef = { name: secret, key, ...(optional ? { optional } : {}) };
  return [{ name, valueFrom: { secretKeyRef } }];
}

const keyFolderOf = (remote: Remote): string => `/neo4j-restore-credentials-${remote}`;
const keyFileOf = (remote: Remote): string => `${keyFolderOf(remote)}/credentials.json`;

/** The key file of a Google service account, where the place's Secret has one. */
export function remoteKeyVolume({ remote, access }: RemotePlace): readonly Mounted[] {
  const { type, secret, loginByIdentity } = access;
  if (type !== "gcs" || secret === undefined || loginByIdentity) return [];
  const name = `restore-credentials-${remote}`;
  const items = [{ key: googleKey, path: "credentials.json" }];
  return [
    {
      volume: { name, secret: { secretName: secret, items, defaultMode: 0o440 } },
      mount: { name, mountPath: keyFolderOf(remote), readOnly: true },
    },
  ];
}

/** rclone's own settings, and whom a program in Go trusts; remotes and logins are the restore's alone. */
const settings =
  /^(RCLONE_(?!CONFIG|.*(?:KEY|SECRET|TOKEN|PASS|CREDENTIALS|SAS|CONNECTION)).*|SSL_CERT_(FILE|DIR))$/;

/** Of the server's container, what reaching a store may need here. */
export function stagingSettings(server: readonly JsonObject[]): readonly JsonObject[] {
  return [
    ...serverSettings(server).filter(({ name }) => typeof name === "string" && !name.startsWith("NEO4J_")),
    ...server.filter(({ name }) => typeof name === "string" && settings.test(name)),
  ];
}
