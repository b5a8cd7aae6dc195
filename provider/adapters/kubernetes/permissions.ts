/**
 * May this user do what the restore needs? Asked of the API server itself, all at once. Preflight looks several times:
 * what was allowed is not asked for again at once, what was not is.
 */
import type { MissingPermission } from "../../plan/observation.js";
import type { Permission } from "../../workflow/ports.js";
import type { Api } from "./api.js";
import { isTrue, present } from "./json.js";

const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/** How long the API server's yes is good for, in milliseconds. */
const remembered = 10_000;

export type AskPermissions = (
  namespace: string,
  needed: readonly Permission[],
) => Promise<readonly MissingPermission[]>;

export function createPermissions(api: Api): AskPermissions {
  const granted = new Map<string, number>();
  const may = async (namespace: string, permission: Permission): Promise<boolean> => {
    const key = `${namespace} ${permission.verb} ${title(permission)}`;
    if (performance.now() - (granted.get(key) ?? -Infinity) < remembered) return true;
    const allowed = await isAllowed(api, namespace, permission);
    if (allowed) granted.set(key, performance.now());
    return allowed;
  };
  return async (namespace, needed) => {
    const allowed = await Promise.all(needed.map((permission) => may(namespace, permission)));
    return needed
      .filter((_, index) => !allowed[index])
      .map((permission) => ({ verb: permission.verb, resource: title(permission), namespace }));
  };
}

async function isAllowed(api: Api, namespace: string, permission: Permission): Promise<boolean> {
  const { verb, group, resource, subresource } = permission;
  const review = await api.create(path, {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: {
      resourceAttributes: {
        namespace,
        verb,
        group,
        resource,
        ...present("subresource", subresource),
        // A Role may grant its own namespace object, which is then asked for by name.
        ...(resource === "namespaces" ? { name: namespace } : {}),
      },
    },
  });
  return isTrue(review, "status", "allowed");
}

/** As kubectl writes it: statefulsets.apps, pods/exec. */
function title({ group, resource, subresource }: Permission): string {
  const named = group ? `${resource}.${group}` : resource;
  return subresource ? `${named}/${subresource}` : named;
}
