/**
 * Which instance does clusterRef name, and what is there now: resource, StatefulSet, pods, data claims.
 * A missing resource and missing definitions are told apart by discovery, asked only when neither is found.
 */
import { bounded, most } from "../../plan/bounds.js";
import type { JsonObject, TargetKind, TargetLookup, TargetView, TlsView } from "../../plan/observation.js";
import { annotations } from "../../plan/names.js";
import type { TargetRef } from "../../workflow/ports.js";
import type { Api } from "./api.js";
import { isRefusal } from "./errors.js";
import { claimViews } from "./claims.js";
import {
  annotationOf,
  count,
  isTerminating,
  labelOf,
  nameOf,
  object,
  objects,
  present,
  text,
  uidOf,
} from "./json.js";
import { groupPath, groupVersion, namespacePath, pathOf, resources } from "./paths.js";
import { podsOf } from "./pods.js";
import { dataClaimNames, statefulSetName, statefulSetView } from "./statefulset.js";

const kinds = ["Neo4jEnterpriseCluster", "Neo4jEnterpriseStandalone"] as const;
/** The Service that clients use, and that the operator's certificates are made for. */
const serviceSuffix = { Neo4jEnterpriseCluster: "client", Neo4jEnterpriseStandalone: "service" } as const;
const enforcedLevel = "pod-security.kubernetes.io/enforce";
/** The operator's default where spec.auth.adminSecret is unset. */
const defaultAdminSecret = "neo4j-admin-secret";

export interface TargetResource {
  readonly kind: TargetKind;
  readonly resource: JsonObject;
}

export async function findResources(api: Api, ref: TargetRef): Promise<readonly TargetResource[]> {
  const found = await Promise.all(
    (ref.kind ? [ref.kind] : kinds).map(async (kind) => ({
      kind,
      resource: await api.get(pathOf(kind, ref.namespace, ref.name)),
    })),
  );
  return found.flatMap(({ kind, resource }) => (resource ? [{ kind, resource }] : []));
}

export async function lookUpTarget(api: Api, ref: TargetRef): Promise<TargetLookup> {
  const [one, other] = await findResources(api, ref);
  if (other) return { found: "both" };
  if (one) return { found: "one", target: await view(api, ref, one) };
  return { found: (await definitionsInstalled(api)) ? "none" : "noDefinitions" };
}

async function definitionsInstalled(api: Api): Promise<boolean> {
  const served = objects(await api.get(groupPath(groupVersion)), "resources").map((entry) =>
    text(entry, "name"),
  );
  return kinds.some((kind) => served.includes(resources[kind][1]));
}

async function view(api: Api, ref: TargetRef, { kind, resource }: TargetResource): Promise<TargetView> {
  const servers =
    kind === "Neo4jEnterpriseCluster" ? (count(resource, "spec", "topology", "servers") ?? 1) : 1;
  const [set, pods, restricted] = await Promise.all([
    api.get(pathOf("StatefulSet", ref.namespace, statefulSetName(kind, ref.name))),
    api.list(pathOf("Pod", ref.namespace)),
    isRestricted(api, ref.namespace),
  ]);
  return {
    kind,
    name: nameOf(resource),
    namespace: ref.namespace,
    uid: uidOf(resource),
    terminating: isTerminating(resource),
    servers,
    ...present("hold", heldBy(resource)),
    adminSecret: text(resource, "spec", "auth", "adminSecret") ?? defaultAdminSecret,
    ...present("tls", tlsView(kind, ref, resource)),
    ...(restricted ? { restricted } : {}),
    ...present("statefulSet", set && statefulSetView(set)),
    pods: set ? podsOf(set, pods) : [],
    dataClaims: set ? await claimViews(api, ref.namespace, dataClaimNames(set, servers), pods) : [],
  };
}

async function isRestricted(api: Api, namespace: string): Promise<boolean> {
  try {
    return labelOf((await api.get(namespacePath(namespace))) ?? {}, enforcedLevel) === "restricted";
  } catch (error) {
    // Preflight names the permission together with all others that are missing.
    if (isRefusal(error, 403)) return false;
    throw error;
  }
}

function tlsView(kind: TargetKind, ref: TargetRef, resource: JsonObject): TlsView | undefined {
  const tls = object(resource, "spec", "tls");
  if (text(tls, "mode") !== "cert-manager") return undefined;
  const service = `${ref.name}-${serviceSuffix[kind]}`;
  const qualified = `${service}.${ref.namespace}`;
  return {
    caSecret: text(tls, "trustedCASecret") ?? text(tls, "certificateSecret") ?? `${ref.name}-tls-secret`,
    names: [`${qualified}.svc`, `${qualified}.svc.cluster.local`, qualified, service],
  };
}

/** Ours are short; of another's, whatever it wrote, no more than tells whose it is. */
export function heldBy(resource: JsonObject): string | undefined {
  const value = annotationOf(resource, annotations.hold);
  return value === undefined ? undefined : bounded(value, most.name);
}
