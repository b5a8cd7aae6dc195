/**
 * The journal's Secret: the request as JSON, which may hold passwords in statements and values.
 * It is written only when it changed, and on creation only over what was there when the name was won.
 */
import { createHash } from "node:crypto";
import type { JsonObject } from "../../plan/observation.js";
import { journalName } from "../../plan/names.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { Api } from "./api.js";
import { object, revisionOf } from "./json.js";
import { pathOf } from "./paths.js";
import { decoded } from "./secrets.js";

const key = "request.json";

export async function readRequest(api: Api, namespace: string, name: string): Promise<string> {
  const secret = await api.get(pathOf("Secret", namespace, journalName(name)));
  const request = decoded(object(secret, "data") ?? {})[key];
  if (request !== undefined) return request;
  throw new RestoreFault(
    "terminal",
    "JournalUnreadable",
    `The journal of ${name} in ${namespace} lacks ${secret ? `key ${key} in` : ""} its Secret ${journalName(name)}.`,
  );
}

export interface Requests {
  create(namespace: string, name: string, request: string, metadata: JsonObject): Promise<void>;
  update(namespace: string, name: string, request: string, metadata: JsonObject): Promise<void>;
}

export function createRequests(api: Api): Requests {
  /** Digest of what we wrote last, so that an unchanged request costs no call. */
  const written = new Map<string, string>();

  const store = async (namespace: string, name: string, request: string, metadata: JsonObject) => {
    const path = pathOf("Secret", namespace, journalName(name));
    const there = await api.get(path);
    const { finalizers: _, annotations: __, ...own } = metadata;
    const secret = { apiVersion: "v1", kind: "Secret", type: "Opaque", stringData: { [key]: request } };
    if (!there) await api.create(pathOf("Secret", namespace), { ...secret, metadata: own });
    else await api.replace(path, { ...secret, metadata: { ...own, resourceVersion: revisionOf(there) } });
    written.set(path, digest(request));
  };

  return {
    create: store,
    async update(namespace, name, request, metadata) {
      const path = pathOf("Secret", namespace, journalName(name));
      if (written.get(path) !== digest(request)) await store(namespace, name, request, metadata);
    },
  };
}

function digest(request: string): string {
  return createHash("sha256").update(request).digest("hex");
}
