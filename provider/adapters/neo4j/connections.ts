/**
 * One link per endpoint, kept open and opened anew after trouble.
 * Invariants: work begins only on a server that has just answered, so that a connection lost before is known
 * to have done nothing; a link with trouble gets no new work but is not closed under the work of others;
 * a login that was refused is not offered again within a minute (three refusals lock the user).
 */
import { performance } from "node:perf_hooks";
import type { Duplex } from "node:stream";
import type { Driver } from "neo4j-driver";
import { RestoreFault } from "../../workflow/faults.js";
import type { Reason } from "../../workflow/reasons.js";
import type { Neo4jEndpoint } from "../../workflow/ports.js";
import { type Login, type ReadSecret, readLogin } from "./credentials.js";
import { type Attempt, statusCode, toFault } from "./driver-faults.js";
import { answersOtherwise, notAsSaid } from "./other-way.js";
import { readAuthority, secure } from "./secure.js";
import { closeLink, greet, type Link, openLink, within } from "./link.js";

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

interface Refusal {
  readonly login: Login;
  readonly fault: RestoreFault;
  readonly at: number;
}

const refusalLasts = 60_000;

export function createConnections(openStream: OpenStream, readSecret: ReadSecret): Connections {
  const links = new Map<string, Promise<Link>>();
  const refusals = new Map<string, Refusal>();
  /** Servers that answered as their target says: where they fall silent they are down, however often they are asked. */
  const asSaid = new Set<string>();

  const open = async (endpoint: Neo4jEndpoint, key: string): Promise<Link> => {
    const login = await readLogin(readSecret, endpoint);
    const refusal = refusals.get(key);
    if (refusal && sameLogin(refusal.login, login) && performance.now() - refusal.at < refusalLasts) {
      throw refusal.fault;
    }
    return openLink(() => openWay(endpoint), login);
  };

  const openWay = async (endpoint: Neo4jEndpoint): Promise<Duplex> => {
    const { namespace, pod, port, tls } = endpoint;
    if (!tls) return openStream(namespace, pod, port);
    // Read anew each time: authorities are rotated.
    const authority = await readAuthority(readSecret, namespace, tls.caSecret);
    return secure(await openStream(namespace, pod, port), { pod, authority, tls });
  };

  const isOtherwise = ({ namespace, pod, port, tls }: Neo4jEndpoint): Promise<boolean> =>
    answersOtherwise(() => openStream(namespace, pod, port), tls !== undefined);

  /** One opening serves all who ask meanwhile; one that failed serves nobody after. */
  const borrow = async (endpoint: Neo4jEndpoint, key: string): Promise<Link> => {
    const opening = links.get(key) ?? open(endpoint, key);
    links.set(key, opening);
    try {
      const link = await opening;
      link.users += 1;
      return link;
    } catch (error) {
      if (links.get(key) === opening) links.delete(key);
      throw error;
    }
  };

  const giveBack = async (link: Link): Promise<void> => {
    link.users -= 1;
    if (link.retired && link.users === 0) await closeLink(link);
  };

  /** What the failure means for the calls after this one. */
  const learn = (key: string, link: Link, fault: RestoreFault): void => {
    if (fault.kind === "terminal" && fault.reason === "AuthenticationFailed") {
      refusals.set(key, { login: link.login, fault, at: performance.now() });
    }
    if (fault.reason === "Neo4jRefused" || fault.reason === "TooLarge" || link.retired) return;
    link.retired = true;
    links.delete(key);
  };

  /** A link whose server has just answered. */
  const connect = async (endpoint: Neo4jEndpoint, key: string, attempt: Attempt): Promise<Link> => {
    const kept = links.has(key);
    const link = await borrow(endpoint, key);
    try {
      await greet(link);
      asSaid.add(key);
      return link;
    } catch (error) {
      const fault = explain(error, link, { ...attempt, lost: "retry" });
      learn(key, link, fault);
      await giveBack(link);
      // It may have broken long ago, when the pod was replaced: only a new one tells about the server.
      if (kept && fault.reason === "ServerUnreachable") return connect(endpoint, key, attempt);
      const closed = fault.reason === "ServerUnreachable" && link.relay.ended();
      throw closed && !asSaid.has(key) && (await isOtherwise(endpoint)) ? notAsSaid(endpoint) : fault;
    }
  };

  return {
    async use<T>(endpoint: Neo4jEndpoint, task: Task<T>): Promise<T> {
      const key = keyOf(endpoint);
      const attempt: Attempt = { ...task, server: endpoint.pod };
      const link = await connect(endpoint, key, attempt);
      try {
        return await within(task.limit, task.work(link.driver));
      } catch (error) {
        const fault = explain(error, link, attempt);
        learn(key, link, fault);
        throw fault;
      } finally {
        await giveBack(link);
      }
    },

    async close(): Promise<void> {
      const openings = [...links.values()];
      links.clear();
      for (const opened of await Promise.allSettled(openings)) {
        if (opened.status === "fulfilled") await closeLink(opened.value);
      }
    },
  };
}

/** What happened to the stream explains more than a closed connection; trouble on the way is not Neo4j's. */
function explain(error: unknown, { relay }: Link, attempt: Attempt): RestoreFault {
  // What came of a good answer.
  if (error instanceof RestoreFault && error.reason === "TooLarge") return error;
  const failure = relay.failure();
  if (failure === undefined || statusCode(error) !== undefined) return toFault(error, attempt);
  const noWay = failure.opening && attempt.lost === "retry";
  return noWay && isOfTheWay(failure.error) ? failure.error : toFault(failure.error, attempt);
}

/** Kubernetes did not carry the stream, or who answered there was not believed. */
const wayReasons: readonly Reason[] = [
  "KubernetesUnreachable",
  "KubernetesUnauthorized",
  "CertificateRefused",
  "SecretNotFound",
];

function isOfTheWay(error: unknown): error is RestoreFault {
  return error instanceof RestoreFault && wayReasons.includes(error.reason);
}

function keyOf({ namespace, pod, port, tls, credentials }: Neo4jEndpoint): string {
  const { secret, usernameKey, passwordKey } = credentials;
  return JSON.stringify([namespace, pod, port, tls, secret, usernameKey, passwordKey]);
}

function sameLogin(one: Login, other: Login): boolean {
  return one.username === other.username && one.password === other.password;
}
