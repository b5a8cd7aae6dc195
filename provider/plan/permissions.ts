/**
 * What a direct restore needs to be allowed in the target's namespace, and the operator; the same lists are shown by the
 * docs. A watch of ours begins with what is there, so that watching needs no list.
 */
export interface NeededPermission {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
}

const of = (group: string, resource: string, ...verbs: readonly string[]): readonly NeededPermission[] =>
  verbs.map((verb) => {
    const [name = resource, subresource] = resource.split("/");
    return { verb, group, resource: name, ...(subresource ? { subresource } : {}) };
  });

export const neededPermissions: readonly NeededPermission[] = [
  ...of("neo4j.neo4j.com", "neo4jenterprisestandalones", "get", "watch", "patch"),
  ...of("neo4j.neo4j.com", "neo4jenterpriseclusters", "get", "watch", "patch"),
  ...of("neo4j.neo4j.com", "neo4jbackups", "get", "watch"),
  ...of("apps", "statefulsets", "get", "watch", "patch"),
  ...of("batch", "jobs", "get", "list", "watch", "create", "patch", "delete"),
  // Made by dry run only: what a Job's pod would be refused for is known before anything is touched.
  ...of("", "pods", "get", "list", "watch", "create"),
  ...of("", "pods/log", "get"),
  ...of("", "pods/exec", "get", "create"),
  ...of("", "pods/portforward", "get", "create"),
  ...of("", "persistentvolumeclaims", "get", "create", "delete", "patch"),
  ...of("", "secrets", "get", "create", "update", "delete"),
  ...of("", "configmaps", "get", "watch", "create", "patch", "delete"),
  ...of("coordination.k8s.io", "leases", "get", "create", "update", "delete"),
  ...of("", "events", "list"),
  ...of("", "namespaces", "get"),
];

/** Beside those, where the Job's ServiceAccount is to be made (identity.autoCreate). */
export const identityPermissions: readonly NeededPermission[] = of(
  "",
  "serviceaccounts",
  ...["get", "create", "patch", "delete"],
);

export function permissionsFor(makesServiceAccount: boolean): readonly NeededPermission[] {
  return makesServiceAccount ? [...neededPermissions, ...identityPermissions] : neededPermissions;
}

/** What the operator needs where it looks after resources: those of the group that it serves, and what each of them needs. */
export const operatorPermissions = (apiGroup: string): readonly NeededPermission[] => [
  ...of(apiGroup, "neo4jrestores", "get", "watch", "patch"),
  ...of(apiGroup, "neo4jrestores/status", "update"),
  ...of("", "events", "create"),
  ...neededPermissions,
];

/** What whoever asks for a restore with mode operator needs, and nothing else; `list` is what kubectl looks and waits with. */
export const orderPermissions: readonly NeededPermission[] = of(
  "neo4j.neo4j.com",
  "neo4jrestores",
  ...["get", "list", "watch", "create", "patch", "delete"],
);

/** And in its own namespace, to agree with other replicas on which one works. */
export const leaderPermissions: readonly NeededPermission[] = of(
  "coordination.k8s.io",
  "leases",
  ...["get", "create", "update", "delete"],
);

/** Its own pod tells the image that it runs from, which stages backups. It may be in no namespace that is looked after. */
export const ownPodPermissions: readonly NeededPermission[] = of("", "pods", "get");

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** As the rules of a Role: one for each resource. */
export function rulesOf(permissions: readonly NeededPermission[]): readonly Rule[] {
  const rules = new Map<string, Rule>();
  for (const { group, resource, subresource, verb } of permissions) {
    const name = subresource === undefined ? resource : `${resource}/${subresource}`;
    const key = `${group} ${name}`;
    const verbs = new Set([...(rules.get(key)?.verbs ?? []), verb]);
    rules.set(key, { apiGroups: [group], resources: [name], verbs: [...verbs] });
  }
  return [...rules.values()];
}
