/** What the operator may do: where it looks after restores, and in its own namespace with its Lease and pod. Pure. */
import {
  identityPermissions,
  leaderPermissions,
  operatorPermissions,
  ownPodPermissions,
  rulesOf,
} from "../plan/permissions.js";
import { operatorLabels, operatorName } from "./labels.js";
import type { Manifest, OperatorSettings } from "./manifests.js";

const api = "rbac.authorization.k8s.io";

export function roles<Text>({
  namespace,
  watchNamespaces,
  apiGroup,
}: OperatorSettings<Text>): readonly Manifest<Text | string>[] {
  const subjects = [{ kind: "ServiceAccount", name: operatorName, namespace }];
  const rules = rulesOf([...operatorPermissions(apiGroup), ...identityPermissions]);
  const grant = (
    kind: "Role" | "ClusterRole",
    name: string,
    at: { readonly namespace?: Text },
    given: typeof rules,
  ): readonly Manifest<Text | string>[] => {
    const metadata = { name, labels: operatorLabels, ...at };
    const roleRef = { apiGroup: api, kind, name };
    return [
      { apiVersion: `${api}/v1`, kind, metadata, rules: given },
      { apiVersion: `${api}/v1`, kind: `${kind}Binding`, metadata, roleRef, subjects },
    ];
  };
  const work =
    watchNamespaces.length === 0
      ? grant("ClusterRole", operatorName, {}, rules)
      : watchNamespaces.flatMap((place) => grant("Role", operatorName, { namespace: place }, rules));
  const own = rulesOf([...leaderPermissions, ...ownPodPermissions]);
  return [...work, ...grant("Role", `${operatorName}-leader`, { namespace }, own)];
}
