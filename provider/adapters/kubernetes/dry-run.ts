/**
 * Asks the API server for an object without making it. A Job is taken although its pod would be refused, so its
 * pod is asked for as well, as the Job controller would make it: owned by the Job, for policies that want an owner.
 */
import type { JsonObject } from "../../plan/observation.js";
import type { Api } from "./api.js";
import { type ApiRefusal, isRefusal } from "./errors.js";
import { nameOf, object, text } from "./json.js";
import { isResourceKind, pathOf, withQuery } from "./paths.js";

export async function wouldRefuse(api: Api, manifest: JsonObject): Promise<string | undefined> {
  const answers = await Promise.all([manifest, ...podOf(manifest)].map((one) => refused(api, one)));
  const words = answers.filter((answer) => answer !== undefined);
  return words.length > 0 ? words.join("; ") : undefined;
}

function podOf(job: JsonObject): readonly JsonObject[] {
  const template = object(job, "spec", "template");
  const namespace = text(job, "metadata", "namespace");
  if (!template || namespace === undefined) return [];
  const name = nameOf(job);
  // No Job has this uid; it is looked at by policies only.
  const owner = { apiVersion: "batch/v1", kind: "Job", name, uid: "dry-run", controller: true };
  const metadata = { ...object(template, "metadata"), name, namespace, ownerReferences: [owner] };
  return [{ ...template, apiVersion: "v1", kind: "Pod", metadata }];
}

async function refused(api: Api, manifest: JsonObject): Promise<string | undefined> {
  const kind = text(manifest, "kind") ?? "";
  const namespace = text(manifest, "metadata", "namespace");
  if (!isResourceKind(kind) || namespace === undefined)
    throw new TypeError(`not a namespaced manifest of a known kind: ${kind} ${nameOf(manifest)}`);
  try {
    await api.create(withQuery(pathOf(kind, namespace), { dryRun: "All" }), manifest);
    return undefined;
  } catch (error) {
    if (saysNothing(error)) return undefined;
    if (isRefusal(error, 400, 403, 422)) return error.evidence?.text ?? error.message;
    throw error;
  }
}

/** One of that name is there, which is asked last of all; or a webhook is in the way that knows no dry run. */
function saysNothing(error: unknown): error is ApiRefusal {
  return (
    (isRefusal(error, 409) && error.statusReason === "AlreadyExists") ||
    (isRefusal(error, 400) && error.statusReason === "BadRequest")
  );
}
