// Where an object of any kind that a component makes is found in the API, and when it counts as made.

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly generation?: number };
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
  };
}

const clusterWide = new Set(["Namespace", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"]);

export const idOf = ({ kind, metadata: { namespace, name } }: Manifest): string =>
  [kind, ...(namespace === undefined ? [] : [namespace]), name].join("/");

export function collectionOf({ apiVersion, kind, metadata }: Manifest): string {
  const root = `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}`;
  const plural = `${kind.toLowerCase()}s`.replace(/ys$/, "ies");
  if (clusterWide.has(kind)) return `${root}/${plural}`;
  return `${root}/namespaces/${metadata.namespace ?? "default"}/${plural}`;
}

export const pathOf = (manifest: Manifest): string => `${collectionOf(manifest)}/${manifest.metadata.name}`;

export function isReady({ kind, metadata, spec, status }: Manifest): boolean {
  switch (kind) {
    case "CustomResourceDefinition":
      return (
        status?.conditions?.some(({ type, status: is }) => type === "Established" && is === "True") === true
      );
    case "Deployment":
      return (
        status?.observedGeneration === metadata.generation &&
        status?.updatedReplicas === spec?.replicas &&
        status?.readyReplicas === spec?.replicas
      );
    default:
      return true;
  }
}
