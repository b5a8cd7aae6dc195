/** Paths of the resources that a restore touches. Every name is escaped: it may come from a user. */

import { API_GROUP, API_VERSION, apiVersionIn } from "../../spec/defaults.js";

export const group = API_GROUP;
export const groupVersion = API_VERSION;

/** Group/version and plural of each kind that is read, made or watched. */
export const resources = {
  Neo4jEnterpriseCluster: [groupVersion, "neo4jenterpriseclusters"],
  Neo4jEnterpriseStandalone: [groupVersion, "neo4jenterprisestandalones"],
  Neo4jRestore: [groupVersion, "neo4jrestores"],
  Neo4jBackup: [groupVersion, "neo4jbackups"],
  StatefulSet: ["apps/v1", "statefulsets"],
  Job: ["batch/v1", "jobs"],
  Lease: ["coordination.k8s.io/v1", "leases"],
  Pod: ["v1", "pods"],
  PersistentVolumeClaim: ["v1", "persistentvolumeclaims"],
  Secret: ["v1", "secrets"],
  ConfigMap: ["v1", "configmaps"],
  ServiceAccount: ["v1", "serviceaccounts"],
  Event: ["v1", "events"],
} as const satisfies Record<string, Resource>;

export type ResourceKind = keyof typeof resources;

export function isResourceKind(kind: string): kind is ResourceKind {
  return Object.hasOwn(resources, kind);
}

export function groupPath(version: string): string {
  return version.includes("/") ? `/apis/${version}` : `/api/${version}`;
}

/** The collection, an object in it, or a subresource of that object. */
export function pathOf(kind: ResourceKind, namespace: string, name?: string, subresource?: string): string {
  return pathIn(resources[kind], namespace, name, subresource);
}

type Resource = readonly [groupVersion: string, plural: string];

function pathIn([version, plural]: Resource, namespace: string, name?: string, subresource?: string): string {
  const tail = [name, subresource].filter((part) => part !== undefined).map(encodeURIComponent);
  return [groupPath(version), "namespaces", encodeURIComponent(namespace), plural, ...tail].join("/");
}

/** All objects of a kind, in one namespace or everywhere. */
export function collectionPath(kind: ResourceKind, namespace?: string): string {
  return collectionIn(resources[kind], namespace);
}

function collectionIn(resource: Resource, namespace?: string): string {
  const [version, plural] = resource;
  return namespace === undefined ? `${groupPath(version)}/${plural}` : pathIn(resource, namespace);
}

export function namespacePath(name: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(name)}`;
}

export type Query = Readonly<Record<string, string>>;

export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams(query).toString();
  return search ? `${path}?${search}` : path;
}

/** Where Neo4jRestore resources are: their group may be one of the user's own. */
export interface RestorePaths {
  readonly version: string;
  path(namespace: string, name?: string, subresource?: string): string;
  collection(namespace?: string): string;
}

export function restoresIn(apiGroup: string): RestorePaths {
  const version = apiVersionIn(apiGroup);
  const of = [version, resources.Neo4jRestore[1]] as const;
  return {
    version,
    path: (namespace, name, subresource) => pathIn(of, namespace, name, subresource),
    collection: (namespace) => collectionIn(of, namespace),
  };
}

/** A custom resource definition; the collection of all without a name. */
export function definitionPath(name?: string): string {
  const all = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}
