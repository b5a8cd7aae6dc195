/**
 * The ServiceAccount that restores share in a namespace. One of our making carries a note for each run that uses
 * it, so that it goes with the last of them and never under a Job of another; one of somebody else's making is
 * only read.
 */
import { bounded } from "../../plan/bounds.js";
import type { JsonObject, ServiceAccountView } from "../../plan/observation.js";
import { annotations as names, labels, manager } from "../../plan/names.js";
import type { Api } from "./api.js";
import { isRefusal } from "./errors.js";
import { isTerminating, labelOf, object, revisionOf, uidOf } from "./json.js";
import { pathOf } from "./paths.js";

export async function serviceAccountView(
  api: Api,
  namespace: string,
  name: string,
): Promise<ServiceAccountView | undefined> {
  const account = await api.get(pathOf("ServiceAccount", namespace, name));
  if (!account || isTerminating(account)) return undefined;
  // They are compared and told, never used: one that was cut is none of ours.
  const told = Object.entries(annotationsOf(account)).map(([key, value]) => [key, bounded(value)] as const);
  return { name, annotations: Object.fromEntries(told) };
}

export async function useServiceAccount(
  api: Api,
  namespace: string,
  name: string,
  runId: string,
  annotations: Readonly<Record<string, string>>,
): Promise<void> {
  const body = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: {
      name,
      namespace,
      labels: { [labels.name]: "neo4j-restore", [labels.managedBy]: manager },
      annotations: { ...annotations, [names.user(runId)]: "yes" },
    },
  };
  try {
    await api.create(pathOf("ServiceAccount", namespace), body);
  } catch (error) {
    if (!isRefusal(error, 409)) throw error;
    const path = pathOf("ServiceAccount", namespace, name);
    const account = await api.get(path);
    if (account && isOurs(account)) await note(api, path, account, names.user(runId), "yes");
  }
}

export async function leaveServiceAccount(
  api: Api,
  namespace: string,
  name: string,
  runId: string,
): Promise<void> {
  const path = pathOf("ServiceAccount", namespace, name);
  const before = await api.get(path);
  if (!before || !isOurs(before) || isTerminating(before)) return;
  const after = await note(api, path, before, names.user(runId), null);
  if (Object.keys(annotationsOf(after)).some((key) => names.isUser(key))) return;
  const preconditions = { uid: uidOf(after), resourceVersion: revisionOf(after) };
  await api.remove(path, { preconditions }).catch((error: unknown) => {
    // Another run has taken it up in this moment: it is theirs.
    if (!isRefusal(error, 409)) throw error;
  });
}

function note(
  api: Api,
  path: string,
  { metadata }: JsonObject,
  key: string,
  value: string | null,
): Promise<JsonObject> {
  const uid = uidOf({ metadata: metadata ?? null });
  return api.patch(path, { metadata: { uid, annotations: { [key]: value } } });
}

const isOurs = (account: JsonObject): boolean => labelOf(account, labels.managedBy) === manager;

function annotationsOf(account: JsonObject): Readonly<Record<string, string>> {
  const found = Object.entries(object(account, "metadata", "annotations") ?? {});
  return Object.fromEntries(
    found.flatMap(([key, value]) => (typeof value === "string" ? [[key, value] as const] : [])),
  );
}
