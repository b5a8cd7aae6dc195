/**
 * The image that the operator itself runs from: as its pod asks for it, not as a registry resolved it, so that another
 * pod may ask for the same.
 */
import { operatorContainer } from "../../plan/names.js";
import type { KubernetesConnection } from "./connection.js";
import { objects, text } from "./json.js";
import { pathOf } from "./paths.js";

export interface PodRef {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Undefined where there is no such pod, or none of the operator's containers in it.
 * @throws RestoreFault where it may not be read.
 */
export async function ownImage(
  { api }: KubernetesConnection,
  { namespace, name }: PodRef,
): Promise<string | undefined> {
  const pod = await api.get(pathOf("Pod", namespace, name));
  const container = objects(pod, "spec", "containers").find((one) => text(one, "name") === operatorContainer);
  return text(container, "image");
}
