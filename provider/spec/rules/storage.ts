// Rules about one storage location: what its type needs, what belongs to another type, whose cloud it is.

import { defaults } from "../defaults.js";
import { isWritten, known, unclear, type Draft } from "../draft.js";
import { refused, warning, type Finding } from "../finding.js";
import type {
  CloudBlock,
  CloudIdentity,
  CloudProvider,
  PVCSpec,
  StorageLocation,
  StorageType,
} from "../types.js";

const PROVIDERS: Readonly<Record<Exclude<StorageType, "pvc">, CloudProvider>> = {
  s3: "aws",
  gcs: "gcp",
  azure: "azure",
};

/** `implied` is the type that the source's own type says (s3, gcs, azure). */
export function* storageRules(
  path: string,
  storage: Draft<StorageLocation>,
  implied?: Exclude<StorageType, "pvc">,
): Generator<Finding> {
  if (storage === unclear) return;
  yield* typeRules(path, storage, implied);
  const type = implied ?? storage.type;
  if (storage.pvc !== undefined) yield* pvcRules(`${path}.pvc`, storage.pvc);
  if (type === undefined || type === unclear) return;
  if (type === "pvc") {
    yield* claimRules(path, storage);
    return;
  }
  yield* bucketRules(path, storage, type);
  if (storage.cloud !== undefined) yield* cloudRules(`${path}.cloud`, storage.cloud, type);
}

function* typeRules(
  path: string,
  storage: Exclude<Draft<StorageLocation>, symbol>,
  implied?: StorageType,
): Generator<Finding> {
  const type = known(storage.type);
  if (implied !== undefined && type !== undefined && type !== implied) {
    const fix = `write ${implied}, or leave storage.type out, or change source.type`;
    yield refused(
      `${path}.type`,
      { problem: `disagrees with source.type ${implied}`, allowed: implied, fix },
      type,
    );
  }
  if (implied === undefined && storage.type === undefined) {
    const guess = isWritten(storage.pvc) ? "pvc" : "s3";
    yield refused(`${path}.type`, {
      problem: "is missing",
      allowed: "one of s3, gcs, azure, pvc",
      fix: `add type, such as type: ${guess}`,
    });
  }
}

/** What a claim needs, and what belongs to a bucket. */
function* claimRules(path: string, storage: Exclude<Draft<StorageLocation>, symbol>): Generator<Finding> {
  if (storage.pvc === undefined) {
    yield refused(`${path}.pvc`, {
      problem: "is missing",
      allowed: "pvc with a name for type pvc",
      fix: "add pvc.name, the claim that holds the backups",
    });
  }
  for (const field of ["bucket", "cloud"] as const) {
    if (!isWritten(storage[field])) continue;
    const complaint = {
      problem: "has no meaning with type pvc",
      allowed: "pvc and path",
      fix: `remove ${field}, or change type`,
    };
    yield refused(`${path}.${field}`, complaint, field === "bucket" ? known(storage.bucket) : undefined);
  }
}

function* pvcRules(path: string, pvc: Draft<PVCSpec>): Generator<Finding> {
  if (pvc === unclear || pvc.name === unclear) return;
  for (const field of ["size", "storageClassName"] as const) {
    const value = known(pvc[field]);
    if (value === undefined) continue;
    yield warning(
      `${path}.${field}`,
      {
        problem: "is only compared with the existing claim",
        allowed: "pvc.name alone",
        fix: `leave ${field} out`,
      },
      value,
    );
  }
}

function* bucketRules(
  path: string,
  storage: Exclude<Draft<StorageLocation>, symbol>,
  type: Exclude<StorageType, "pvc">,
): Generator<Finding> {
  const bucket = known(storage.bucket);
  if (storage.bucket === undefined) {
    yield refused(`${path}.bucket`, {
      problem: "is missing",
      allowed: `the name of the bucket or container for type ${type}`,
      fix: "add bucket",
    });
  } else if (bucket?.includes("/") === true && type !== "azure") {
    const fix = "write the bucket's name only, and the rest in storage.path";
    yield refused(`${path}.bucket`, { problem: "has a slash", allowed: "the name of a bucket", fix }, bucket);
  }
  if (type === "azure" && bucket !== undefined && !bucket.includes("/") && !mayNameAccount(storage.cloud)) {
    const complaint = {
      problem: "does not tell the storage account",
      allowed:
        "account/container, or the container alone with a credentials Secret that has AZURE_STORAGE_ACCOUNT",
      fix: `write account/${bucket}, or name the Secret in cloud.credentialsSecretRef`,
    };
    yield refused(`${path}.bucket`, complaint, bucket);
  }
  if (isWritten(storage.pvc)) {
    const complaint = {
      problem: `has no meaning with type ${type}`,
      allowed: "bucket, path and cloud",
      fix: "remove pvc, or write type: pvc",
    };
    yield refused(`${path}.pvc`, complaint);
  }
}

function mayNameAccount(cloud: Draft<CloudBlock> | undefined): boolean {
  return cloud === unclear || isWritten(cloud?.credentialsSecretRef);
}

function* cloudRules(
  path: string,
  cloud: Draft<CloudBlock>,
  type: Exclude<StorageType, "pvc">,
): Generator<Finding> {
  if (cloud === unclear) return;
  const expected = PROVIDERS[type];
  const provider = known(cloud.provider);
  if (provider !== undefined && provider !== expected) {
    const complaint = {
      problem: `does not fit storage of type ${type}`,
      allowed: expected,
      fix: `write ${expected}, or leave provider out`,
    };
    yield refused(`${path}.provider`, complaint, provider);
  }
  for (const field of ["endpointURL", "forcePathStyle"] as const) {
    if (type === "s3" || !isWritten(cloud[field])) continue;
    const complaint = {
      problem: `has no meaning with type ${type}`,
      allowed: `${field} with type s3`,
      fix: `remove ${field}`,
    };
    yield refused(`${path}.${field}`, complaint, known(cloud[field]));
  }
  if (cloud.identity !== undefined) {
    yield* identityRules(`${path}.identity`, cloud.identity, expected, isWritten(cloud.credentialsSecretRef));
  }
}

function* identityRules(
  path: string,
  identity: Draft<CloudIdentity>,
  expected: CloudProvider,
  hasSecret: boolean,
): Generator<Finding> {
  if (identity === unclear) return;
  const provider = known(identity.provider);
  if (provider !== undefined && provider !== expected) {
    const complaint = {
      problem: `does not agree with the cloud, which is ${expected}`,
      allowed: expected,
      fix: `write ${expected}, or leave provider out`,
    };
    yield refused(`${path}.provider`, complaint, provider);
  }
  const hasAccount = isWritten(identity.serviceAccount);
  if (hasSecret && (hasAccount || isWritten(identity.autoCreate))) {
    const complaint = {
      problem: "is used only where the credentials Secret holds no key for it",
      allowed: "identity or credentialsSecretRef",
      fix: "leave one of the two out",
    };
    yield warning(path, complaint);
  }
  const autoCreate = known(identity.autoCreate);
  const enabled = autoCreate === undefined ? undefined : autoCreate.enabled;
  if (hasAccount && enabled === true) {
    const complaint = {
      problem: "asks for a new ServiceAccount beside an existing one",
      allowed: "serviceAccount or autoCreate",
      fix: "remove identity.serviceAccount, or write enabled: false",
    };
    yield refused(`${path}.autoCreate.enabled`, complaint, enabled);
  }
  if (
    autoCreate !== undefined &&
    isWritten(autoCreate.annotations) &&
    (enabled === false || (hasAccount && enabled === undefined))
  ) {
    const complaint = {
      problem: `has no effect: ${defaults.serviceAccount} is not made`,
      allowed: "annotations with autoCreate enabled",
      fix: "leave annotations out",
    };
    yield warning(`${path}.autoCreate.annotations`, complaint);
  }
}
