/**
 * What keeps a Job from starting, in Kubernetes' own words: the scheduler's verdict, the container's reason to
 * wait, or the newest warning event (quota and admission appear nowhere else). Bounded, whoever wrote it.
 */
import { bounded } from "../../plan/bounds.js";
import type { JsonObject } from "../../plan/observation.js";
import type { Api } from "./api.js";
import { condition, object, objects, text, uidOf } from "./json.js";
import { pathOf } from "./paths.js";

/** Every pod passes through these. */
const ordinary = ["ContainerCreating", "PodInitializing"];

export async function findBlocker(
  api: Api,
  namespace: string,
  job: JsonObject,
  pod: JsonObject | undefined,
): Promise<string | undefined> {
  if (!pod) return warning(api, namespace, job);
  return unscheduled(pod) ?? waiting(pod) ?? (await warning(api, namespace, pod));
}

function unscheduled(pod: JsonObject): string | undefined {
  const scheduled = condition(pod, "PodScheduled");
  return text(scheduled, "status") === "False" ? sentence(scheduled) : undefined;
}

function waiting(pod: JsonObject): string | undefined {
  const states = [
    ...objects(pod, "status", "initContainerStatuses"),
    ...objects(pod, "status", "containerStatuses"),
  ].map((entry) => object(entry, "state", "waiting"));
  return sentence(states.find((state) => state && !ordinary.includes(text(state, "reason") ?? "")));
}

async function warning(api: Api, namespace: string, about: JsonObject): Promise<string | undefined> {
  const events = await api.list(pathOf("Event", namespace), {
    fieldSelector: `involvedObject.uid=${uidOf(about)},type=Warning`,
  });
  const when = (event: JsonObject): string =>
    text(event, "lastTimestamp") ??
    text(event, "eventTime") ??
    text(event, "metadata", "creationTimestamp") ??
    "";
  // Other warnings (a node without DNS, say) come with pods that start all the same.
  const failures = events.filter((event) => text(event, "reason")?.startsWith("Failed"));
  return sentence(failures.sort((one, other) => when(other).localeCompare(when(one)))[0]);
}

function sentence(source: JsonObject | undefined): string | undefined {
  const parts = [text(source, "reason"), text(source, "message")].filter((part) => part !== undefined);
  return parts.length > 0 ? bounded(parts.join(": ")) : undefined;
}
