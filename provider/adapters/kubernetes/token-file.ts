/**
 * `tokenFile` of a kubeconfig's user, which client-node does not know: the file is read for each call, because whoever
 * wrote it renews it there.
 */
import { readFile } from "node:fs/promises";
import type https from "node:https";
import type { User } from "@kubernetes/client-node";
import type { JsonObject } from "../../plan/observation.js";
import { text } from "./json.js";

const provider = "neo4j-restore/token-file";

/** The same user in client-node's words; as with kubectl the file wins over a token beside it. */
export function withTokenFile(user: JsonObject): JsonObject {
  // Its own spelling of the same, which kubectl does not know, would be read from the working directory.
  const { tokenFile: _, "token-file": __, ...others } = user;
  const file = text(user, "tokenFile");
  if (file === undefined || "exec" in user || "auth-provider" in user) return others;
  const { token: ___, ...rest } = others;
  return { ...rest, "auth-provider": { name: provider, config: { file } } };
}

export const tokenFileAuthenticator = {
  isAuthProvider: ({ authProvider }: User): boolean =>
    text({ authProvider: authProvider as JsonObject }, "authProvider", "name") === provider,

  async applyAuthentication({ authProvider }: User, options: https.RequestOptions): Promise<void> {
    const file = text(authProvider as JsonObject, "config", "file") ?? "";
    const token = (await readFile(file, "utf8")).trim();
    // client-node hands over an object of its own.
    Object.assign((options.headers ??= {}), { Authorization: `Bearer ${token}` });
  },
};
