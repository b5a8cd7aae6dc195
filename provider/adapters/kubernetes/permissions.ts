/** May this user do what the restore needs? Asked of the API server itself, all at once. */
import type { MissingPermission } from "../../plan/observation.js";
import type { Permission } from "../../workflow/ports.js";
import type { Api } from "./api.js";
import { isTrue, present } from "./json.js";

const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

export async function missingPermissions(
  api: Api,
  namespace: string,
  needed: readonly Permission[],
): Promise<readonly MissingPermission[]> {
  const allowed = await Promise.all(needed.map((permission) => isAllowed(api, namespace, permission)));
  return needed
    .filter((_, index) => !allowed[index])
    .map((permission) => ({ verb: permission.verb, resource: title(permission), namespace }));
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
