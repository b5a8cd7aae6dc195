/**
 * Reads a login from a Secret of either published form: a user name and a password under keys of their own,
 * or both in NEO4J_AUTH as the images take it. Invariant: no value of the Secret appears in a message.
 */
import { RestoreFault } from "../../workflow/faults.js";
import type { Neo4jEndpoint } from "../../workflow/ports.js";

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** The decoded values of a Secret, or undefined where there is no such Secret. */
export type ReadSecret = (
  namespace: string,
  name: string,
) => Promise<Readonly<Record<string, string>> | undefined>;

const combinedKey = "NEO4J_AUTH";

export async function readLogin(readSecret: ReadSecret, endpoint: Neo4jEndpoint): Promise<Login> {
  const { secret, usernameKey, passwordKey } = endpoint.credentials;
  const where = `Secret ${endpoint.namespace}/${secret}`;
  const values = await readSecret(endpoint.namespace, secret);
  if (!values) {
    throw new RestoreFault(
      "waiting",
      "SecretNotFound",
      `${where} with Neo4j's login does not exist; create it.`,
    );
  }
  const username = values[usernameKey];
  const password = values[passwordKey];
  if (username && password) return { username, password };
  const combined = values[combinedKey] === undefined ? undefined : splitLogin(values[combinedKey]);
  if (combined) return combined;
  throw new RestoreFault(
    "waiting",
    "SecretNotFound",
    `${where} has no login: give it the keys ${usernameKey} and ${passwordKey}, or ${combinedKey} as user/password.`,
  );
}

/** Splits at the first "/": a password may contain more of them, a user name none. */
function splitLogin(value: string): Login | undefined {
  const slash = value.indexOf("/");
  if (slash < 1 || slash === value.length - 1) return undefined;
  return { username: value.slice(0, slash), password: value.slice(slash + 1) };
}
