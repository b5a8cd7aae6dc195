/**
 * What the operator must be allowed: all that its shipped Roles list, and which of it the API server denies. Asking is all
 * that is done here; what goes on without a right is the caller's to decide.
 */
import { manager } from "../plan/names.js";
import {
  identityPermissions,
  leaderPermissions,
  operatorPermissions,
  ownPodPermissions,
  type NeededPermission,
} from "../plan/permissions.js";
import { permissionWords } from "../plan/preflight.js";
import type { KubernetesPort } from "../workflow/ports.js";

/** In the place of a namespace: all of them. */
export const everywhere = "";

export interface Right {
  readonly namespace: string;
  readonly permission: NeededPermission;
  /** What does not go on without it; "little" is what few restores need, and they say so themselves. */
  readonly keepsFrom: "leading" | "restoring" | "little";
}

export interface MissingRight extends Right {
  /** create jobs.batch in neo4j */
  readonly words: string;
}

export interface OperatorPlaces {
  /** Where it looks after restores; none means everywhere. */
  readonly namespaces: readonly string[];
  /** Where its Lease lies. */
  readonly leader: string;
  /** Where its pod is; undefined: in none, as far as is known. */
  readonly pod: string | undefined;
  readonly apiGroup: string;
}

export function operatorRights({ namespaces, leader, pod, apiGroup }: OperatorPlaces): readonly Right[] {
  const rights = (
    namespace: string,
    keepsFrom: Right["keepsFrom"],
    permissions: readonly NeededPermission[],
  ): readonly Right[] => permissions.map((permission) => ({ namespace, permission, keepsFrom }));
  const work = (namespace: string): readonly Right[] => [
    ...rights(namespace, "restoring", operatorPermissions(apiGroup)),
    ...rights(namespace, "little", identityPermissions),
  ];
  return [
    ...rights(leader, "leading", leaderPermissions),
    ...(pod === undefined ? [] : rights(pod, "little", ownPodPermissions)),
    ...(namespaces.length === 0 ? [everywhere] : namespaces).flatMap(work),
  ];
}

/** One namespace after the other: the rights of one, some fifty, are asked for at once. */
export async function missingRights(
  { missingPermissions }: Pick<KubernetesPort, "missingPermissions">,
  rights: readonly Right[],
): Promise<readonly MissingRight[]> {
  const missing: MissingRight[] = [];
  for (const namespace of new Set(rights.map((right) => right.namespace))) {
    const here = rights.filter((right) => right.namespace === namespace);
    const answers = await Promise.all(
      here.map(async (right) => {
        const [denied] = await missingPermissions(namespace, [right.permission]);
        return denied && { ...right, words: wordsOf(denied, namespace) };
      }),
    );
    missing.push(...answers.filter((answer) => answer !== undefined));
  }
  return missing;
}

function wordsOf(denied: Parameters<typeof permissionWords>[0], namespace: string): string {
  return `${permissionWords(denied)}${namespace === everywhere ? " in all namespaces" : ""}`;
}

/** All of them, and what grants them. */
export function rightsSentence(missing: readonly MissingRight[]): string {
  const all = [...new Set(missing.map(({ words }) => words))].join("; ");
  return (
    `the operator may not: ${all}. Apply its Roles again as they are shipped: kubectl apply --server-side ` +
    `--field-manager=${manager} -k . where its kustomization.yaml is, or pulumi up of the program with its ` +
    "Neo4jRestoreOperator (docs/operator.md). It asks again by itself"
  );
}
