/**
 * A backup in object storage: its URI as neo4j-admin takes it, and how the Job gets access to it. Pure; names
 * of Secrets and keys only, never a value. An Azure URI without an account (`azb:///container/…`) gets it in
 * the Job, from the Secret.
 */
import { defaults } from "../spec/defaults.js";
import { candidatePaths, joinPath, pathSegments } from "../spec/location.js";
import type { CloudBlock, CloudIdentity, StorageLocation, StorageType } from "../spec/types.js";

export type CloudType = Exclude<StorageType, "pvc">;

export interface CloudAccess {
  readonly type: CloudType;
  /** The Secret with the credentials. */
  readonly secret?: string;
  /** The account is not part of the URI: the Secret must name it. */
  readonly accountFromSecret?: true;
  readonly endpointURL?: string;
  readonly forcePathStyle?: true;
  readonly identity?: JobIdentity;
  /** The servers read it themselves: a Job that looks whether they can has their credentials and no others. */
  readonly asServers?: true;
  /** The Secret holds no login: the identity is it. */
  readonly loginByIdentity?: true;
  /** The Secret holds the Azure account's key, which only the tools image can log in with. */
  readonly loginByKey?: true;
}

/** The ServiceAccount that a Job runs as. */
export interface JobIdentity {
  readonly serviceAccount: string;
  /** Made where it is absent, with these annotations. */
  readonly make: boolean;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface CloudPlace {
  readonly access: CloudAccess;
  readonly root: string;
}

export type CloudAnswer =
  { readonly ok: true; readonly place: CloudPlace } | { readonly ok: false; readonly message: string };

const schemes: Readonly<Record<CloudType, string>> = { s3: "s3", gcs: "gs", azure: "azb" };

export function isCloudUri(text: string): boolean {
  return Object.values(schemes).some((scheme) => text.startsWith(`${scheme}://`));
}

/** @param where the property path or resource, for the message. */
export function cloudPlace(
  where: string,
  type: CloudType,
  storage: Pick<StorageLocation, "bucket" | "cloud">,
): CloudAnswer {
  const bucket = pathSegments(storage.bucket ?? "");
  const secret = storage.cloud?.credentialsSecretRef;
  if (bucket.length === 0) {
    return { ok: false, message: `${where} has no bucket: name the bucket or container` };
  }
  const accountFromSecret = type === "azure" && bucket.length === 1;
  if (accountFromSecret && secret === undefined) {
    return {
      ok: false,
      message: `${where}.bucket ${bucket.join("/")} does not tell the Azure storage account: write account/${bucket.join("/")}, or name a Secret with AZURE_STORAGE_ACCOUNT in cloud.credentialsSecretRef`,
    };
  }
  const account = accountFromSecret ? "/" : "";
  const access = {
    type,
    ...(accountFromSecret ? { accountFromSecret } : {}),
    ...accessOf(storage.cloud),
  };
  return { ok: true, place: { access, root: `${schemes[type]}://${account}${bucket.join("/")}` } };
}

function accessOf(cloud: CloudBlock | undefined): Omit<CloudAccess, "type" | "accountFromSecret"> {
  const { credentialsSecretRef, endpointURL, forcePathStyle, identity } = cloud ?? {};
  return {
    ...(credentialsSecretRef === undefined ? {} : { secret: credentialsSecretRef }),
    ...(endpointURL === undefined ? {} : { endpointURL }),
    ...(forcePathStyle === true ? { forcePathStyle } : {}),
    ...(identity === undefined ? {} : identityOf(identity)),
  };
}

/** An explicit `enabled: false` without a ServiceAccount leaves the namespace's default one. */
function identityOf({ serviceAccount, autoCreate }: CloudIdentity): { readonly identity?: JobIdentity } {
  if (serviceAccount !== undefined) return { identity: { serviceAccount, make: false, annotations: {} } };
  if (autoCreate?.enabled === false) return {};
  const annotations = autoCreate?.annotations ?? {};
  return { identity: { serviceAccount: defaults.serviceAccount, make: true, annotations } };
}

/** Joined below the bucket; slashes never matter. */
export function cloudUri(root: string, ...parts: readonly string[]): string {
  const path = joinPath(...parts);
  return path === "" ? root : `${root}/${path}`;
}

/** The two readings of a path with a leading slash; equal where there is one. */
export function cloudCandidates(
  root: string,
  path: string,
  backupPath: string,
): { readonly first: string; readonly second: string } {
  const [first = "", second = first] = candidatePaths(path, backupPath);
  return { first: cloudUri(root, first), second: cloudUri(root, second) };
}
