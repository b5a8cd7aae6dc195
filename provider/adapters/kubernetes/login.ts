/**
 * The credentials of each call, as client-node resolves them: a token, a certificate, what an authenticator answers.
 * Invariants: one login at a time, however many calls wait for it; it ends within its limit; only faults come out.
 */
import type https from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import { RestoreFault } from "../../workflow/faults.js";
import { describe } from "./errors.js";

/** An authenticator may have its user log in with a browser, in milliseconds. */
const limit = 180_000;

/** Of client-node's KubeConfig. */
export interface Credentials {
  applyToHTTPSOptions(options: https.RequestOptions): Promise<void>;
}

export type Login = () => Promise<https.RequestOptions>;

/** @param current those in force now: they may be read again. */
export function createLogin(server: string, current: () => Credentials, limitMs = limit): Login {
  let pending: Promise<https.RequestOptions> | undefined;

  const login = async (): Promise<https.RequestOptions> => {
    const options: https.RequestOptions = {};
    const over = new AbortController();
    try {
      await Promise.race([current().applyToHTTPSOptions(options), silence(limitMs, over.signal)]);
      return options;
    } catch (cause) {
      throw failed(server, cause);
    } finally {
      over.abort();
    }
  };

  return () => (pending ??= login().finally(() => (pending = undefined)));
}

/** Never resolves; that it is called off is nobody's error any more, because the race is over by then. */
async function silence(limitMs: number, signal: AbortSignal): Promise<never> {
  await delay(limitMs, undefined, { signal });
  throw new Error(`the authenticator did not answer within ${limitMs / 1_000} s`);
}

/** Worth another try: an authenticator asks someone over a network. */
function failed(server: string, cause: unknown): RestoreFault {
  const why = describe(cause).trim() || "the authenticator failed and said nothing";
  return new RestoreFault(
    "retry",
    "KubernetesUnreachable",
    `There are no credentials for the Kubernetes API at ${server}: ${why}`,
    { evidence: { text: why }, cause },
  );
}
