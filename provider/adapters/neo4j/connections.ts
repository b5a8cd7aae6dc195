/**
 * One driver per endpoint, kept open and opened anew after trouble.
 * Invariants: work begins only on a server that has just answered, so that a connection lost before is known
 * to have done nothing; a driver with trouble gets no new work but is not closed under the work of others;
 * a login that was refused is not offered again within a minute (three refusals lock the user).
 */
import { performance } from "node:perf_hooks";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import neo4j, { type Driver } from "neo4j-driver";
import { RestoreFault } from "../../workflow/faults.js";
import type { Neo4jEndpoint } from "../../workflow/ports.js";
import { type Login, type ReadSecret, readLogin } from "./credentials.js";
import { type Attempt, statusCode, toFault } from "./driver-faults.js";
import { openRelay, type Relay } from "./relay.js";

/** A stream to a port of a pod, through the API server or directly. */
export type OpenStream = (namespace: string, pod: string, port: number) => Promise<Duplex>;

export interface Task<T> extends Omit<Attempt, "server"> {
  /** Milliseconds; undefined: as long as it takes while the connection lives. */
  readonly limit: number | undefined;
  work(driver: Driver): Promise<T>;
}

export interface Connections {
  use<T>(endpoint: Neo4jEndpoint, task: Task<T>): Promise<T>;
  close(): Promise<void>;
}

interface Link {
  readonly driver: Driver;
  readonly relay: Relay;
  readonly login: Login;
  users: number;
  retired: boolean;
}

interface Refusal {
  readonly login: Login;
  readonly fault: RestoreFault;
  readonly at: number;
}

const connectLimit = 5_000;
const refusalLasts = 60_000;

export function createConnections(openStream: OpenStream, readSecret: ReadSecret): Connections {
  const links = new Map<string, Promise<Link>>();
  const refusals = new Map<string, Refusal>();

  const openLink = async (endpoint: Neo4jEndpoint, key: string): Promise<Link> => {
    const login = await readLogin(readSecret, endpoint);
    const refusal = refusals.get(key);
    if (refusal && sameLogin(refusal.login, login) && performance.now() - refusal.at < refusalLasts) {
      throw refusal.fault;
    }
    const relay = await openRelay(() => openStream(endpoint.namespace, endpoint.pod, endpoint.port));
    return { driver: openDriver(relay.port, login), relay, login, users: 0, retired: false };
  };

  const link = (endpoint: Neo4jEndpoint, key: string): Promise<Link> => {
    const existing = links.get(key);
    if (existing) return existing;
    const opening = openLink(endpoint, key);
    links.set(key, opening);
    return opening;
  };

  return {
    async use<T>(endpoint: Neo4jEndpoint, task: Task<T>): Promise<T> {
      const key = keyOf(endpoint);
      const opening = link(endpoint, key);
      const forget = (): void => {
        if (links.get(key) === opening) links.delete(key);
      };
      const used = await opening.catch((error: unknown) => {
        forget();
        throw error;
      });
      used.users += 1;
      let attempt: Attempt = { ...task, server: endpoint.pod, lost: "retry" };
      try {
        await within(connectLimit, used.driver.getServerInfo());
        attempt = { ...attempt, lost: task.lost };
        return await within(task.limit, task.work(used.driver));
      } catch (error) {
        const fault = explain(error, used.relay, attempt);
        if (fault.kind === "terminal" && fault.reason === "AuthenticationFailed") {
          refusals.set(key, { login: used.login, fault, at: performance.now() });
        }
        if (fault.reason !== "Neo4jRefused") {
          used.retired = true;
          forget();
        }
        throw fault;
      } finally {
        used.users -= 1;
        if (used.retired && used.users === 0) await shut(used);
      }
    },

    async close(): Promise<void> {
      const openings = [...links.values()];
      links.clear();
      for (const opened of await Promise.allSettled(openings)) {
        if (opened.status === "fulfilled") await shut(opened.value);
      }
    },
  };
}

function openDriver(port: number, { username, password }: Login): Driver {
  return neo4j.driver(`bolt://127.0.0.1:${port}`, neo4j.auth.basic(username, password), {
    maxConnectionPoolSize: 5,
    connectionTimeout: connectLimit,
    connectionAcquisitionTimeout: connectLimit,
    // Retrying is the workflow's business: it counts attempts.
    disableAutoCommitRetries: true,
    // Beyond the safe range this gives infinity, which rows.ts drops.
    disableLosslessIntegers: true,
    telemetryDisabled: true,
    userAgent: "pulumi-neo4j-restore",
  });
}

/** The relay first: a driver says goodbye on each connection, and a dead one would not take it. */
async function shut({ relay, driver }: Link): Promise<void> {
  relay.close();
  await driver.close();
}

/** What happened to the stream explains more than a closed connection; Kubernetes' own trouble is not Neo4j's. */
function explain(error: unknown, relay: Relay, attempt: Attempt): RestoreFault {
  const failure = relay.failure();
  if (failure === undefined || statusCode(error) !== undefined) return toFault(error, attempt);
  const noWay = failure.opening && attempt.lost === "retry";
  return noWay && isKubernetesTrouble(failure.error) ? failure.error : toFault(failure.error, attempt);
}

function isKubernetesTrouble(error: unknown): error is RestoreFault {
  return error instanceof RestoreFault && error.reason === "KubernetesUnreachable";
}

/** Gives up on an answer that does not come; closing the driver then ends the wait for it. */
async function within<T>(limit: number | undefined, answer: Promise<T>): Promise<T> {
  if (limit === undefined) return answer;
  const timer = new AbortController();
  const expiry = delay(limit, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no answer within ${limit / 1000} s`);
  });
  try {
    return await Promise.race([answer, expiry]);
  } finally {
    timer.abort();
  }
}

function keyOf({ namespace, pod, port, credentials }: Neo4jEndpoint): string {
  const { secret, usernameKey, passwordKey } = credentials;
  return [namespace, pod, port, secret, usernameKey, passwordKey].join(" ");
}

function sameLogin(one: Login, other: Login): boolean {
  return one.username === other.username && one.password === other.password;
}
