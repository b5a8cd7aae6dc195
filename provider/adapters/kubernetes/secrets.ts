/** Secrets: their key names for checks; their values only for the connection to Neo4j, never in a view. */
import type { SecretView } from "../../plan/observation.js";
import type { Api } from "./api.js";
import type { KubernetesConnection } from "./connection.js";
import { object } from "./json.js";
import { pathOf } from "./paths.js";

export async function secretViews(
  api: Api,
  namespace: string,
  names: readonly string[],
): Promise<readonly SecretView[]> {
  return Promise.all(
    names.map(async (name) => {
      const secret = await api.get(pathOf("Secret", namespace, name));
      return { name, exists: secret !== undefined, keys: Object.keys(object(secret, "data") ?? {}) };
    }),
  );
}

/** The decoded values of a Secret; undefined where it does not exist. */
export async function readSecret(
  connection: KubernetesConnection,
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const secret = await connection.api.get(pathOf("Secret", namespace, name));
  return secret && decoded(object(secret, "data") ?? {});
}

export function decoded(data: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(String(value), "base64").toString("utf8")]),
  );
}
