/**
 * One link per endpoint and driver, kept open and opened anew after trouble; the next driver's takes its place.
 * Invariants: work begins only on a server that has just answered, so that a connection lost before is known
 * to have done nothing, and where no earlier driver has a connection any more; a command is sent at once or not at all; a
 * link with trouble gets no new work but is not closed under the work of others; a login that was refused is not offered
 * again within a minute (three refusals lock the user).
 */
import { performance } from "node:perf_hooks";
import type { Duplex } from "node:stream";
import type { Driver } from "neo4j-driver";
import { between, type Instant } from "../../plan/elapsed.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { Reason } from "../../workflow/reasons.js";
import type { Neo4jEndpoint } from "../../workflow/ports.js";
import { type Login, type ReadSecret, readLogin } from "./credentials.js";
import { type Attempt, statusCode, toFault } from "./driver-faults.js";
import { answersOtherwise, notAsSaid } from "./other-way.js";
import { endEarlier, userAgentOf } from "./fence.js";
import { readAuthority, secure } from "./secure.js";
import { instantNow } from "../clock.js";
import { createClosings } from "./closings.js";
import { closeLink, greet, type Link, openLink, within } from "./link.js";

/** A stream to a port of a pod, through the API server or directly. */
export type OpenStream = (namespace: string, pod: string, port: number) => Promise<Duplex>;

export interface Task<T> extends Omit<Attempt, "server"> {
  /** Milliseconds; undefined: as long as it takes while the connection lives. */
  readonly limit: number | undefined;
  /** When it was decided, where several statements follow from one decision; default: now. */
  readonly decided?: Instant;
  work(driver: Driver): Promise<T>;
}

export interface Connections {
  /** Why earlier drivers' connections there cannot be ended; undefined: they are. */
  fence(endpoint: Neo4jEndpoint, attempt: Omit<Attempt, "server">): Promise<string | undefined>;
  use<T>(endpoint: Neo4jEndpoint, task: Task<T>): Promise<T>;
  close(): Promise<void>;
}

interface Refusal {
  readonly login: Login;
  readonly fault: RestoreFault;
  readonly at: number;
}

const refusalLasts = 60_000;

const fencedWithin = 10_000;

/** With the time that the driver takes for another connection, a command is sent while its Lease lasts (limits.act). */
const sentWithin = 5_000;

export function createConnections(openStream: OpenStream, readSecret: ReadSecret): Connections {
  const links = new Map<string, Promise<Link>>();
  /** Whose link an address has. */
  const latest = new Map<string, string>();
  const closings = createClosings();
  const refusals = new Map<string, Refusal>();
  /** Servers that answered as their target says: where they fall silent they are down, however often they are asked. */
  const asSaid = new Set<string>();

  const open = async (endpoint: Neo4jEndpoint): Promise<Link> => {
    const login = await readLogin(readSecret, endpoint);
    const refusal = refusals.get(addressOf(endpoint));
    if (refusal && sameLogin(refusal.login, login) && performance.now() - refusal.at < refusalLasts) {
      throw refusal.fault;
    }
    return openLink(() => openWay(endpoint), login, endpoint.mark);
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

  /** The link of another driver ends with its last call. */
  const retireFormer = (address: string, key: string): void => {
    const former = latest.get(address);
    latest.set(address, key);
    if (former === undefined || former === key) return;
    const opened = links.get(former);
    links.delete(former);
    const retire = async (link: Link): Promise<void> => {
      link.retired = true;
      if (link.users === 0) await closeLink(link);
    };
    // Of one that could not be opened, whoever asked for it was told.
    if (opened) closings.begin(opened.then(retire, () => undefined));
  };

  /** One opening serves all who ask meanwhile; one that failed serves nobody after. */
  const borrow = async (endpoint: Neo4jEndpoint, key: string): Promise<Link> => {
    retireFormer(addressOf(endpoint), key);
    const opening = links.get(key) ?? open(endpoint);
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
  const learn = (endpoint: Neo4jEndpoint, link: Link, fault: RestoreFault): void => {
    if (fault.kind === "terminal" && fault.reason === "AuthenticationFailed") {
      refusals.set(addressOf(endpoint), { login: link.login, fault, at: performance.now() });
    }
    if (fault.reason === "Neo4jRefused" || fault.reason === "TooLarge" || link.retired) return;
    link.retired = true;
    links.delete(keyOf(endpoint));
  };

  /** A link whose server has just answered, and where earlier drivers have no connection. */
  const connect = async (endpoint: Neo4jEndpoint, key: string, attempt: Attempt): Promise<Link> => {
    const kept = links.has(key);
    const link = await borrow(endpoint, key);
    try {
      await greet(link);
      asSaid.add(addressOf(endpoint));
      link.fenced ??= endEarlier(link.driver, endpoint.mark).catch((error: unknown) => {
        // Asked again with the next word: a server that was busy once is not left unfenced, nor called silent, for ever.
        delete link.fenced;
        throw error;
      });
      await within(fencedWithin, link.fenced);
      return link;
    } catch (error) {
      const fault = explain(error, link, { ...attempt, lost: "retry" });
      learn(endpoint, link, fault);
      await giveBack(link);
      // It may have broken long ago, when the pod was replaced: only a new one tells about the server.
      if (kept && fault.reason === "ServerUnreachable") return connect(endpoint, key, attempt);
      const closed = fault.reason === "ServerUnreachable" && link.relay.ended();
      throw closed && !asSaid.has(addressOf(endpoint)) && (await isOtherwise(endpoint))
        ? notAsSaid(endpoint)
        : fault;
    }
  };

  return {
    async fence(endpoint, given): Promise<string | undefined> {
      const link = await connect(endpoint, keyOf(endpoint), { ...given, server: endpoint.pod });
      try {
        return await link.fenced;
      } finally {
        await giveBack(link);
      }
    },

    async use<T>(endpoint: Neo4jEndpoint, task: Task<T>): Promise<T> {
      const key = keyOf(endpoint);
      const attempt: Attempt = { ...task, server: endpoint.pod };
      const began = task.decided ?? instantNow();
      const link = await connect(endpoint, key, attempt);
      try {
        // A machine that slept counts as late.
        const waited = between(began, instantNow());
        if (task.lost === "outcomeUnknown" && waited > sentWithin) throw notSent(attempt, waited);
        return await within(task.limit, task.work(link.driver));
      } catch (error) {
        const fault = explain(error, link, attempt);
        learn(endpoint, link, fault);
        throw fault;
      } finally {
        await giveBack(link);
      }
    },

    async close(): Promise<void> {
      const openings = [...links.values()];
      links.clear();
      for (const opened of openings) closings.begin(opened.then(closeLink, () => undefined));
      await closings.end();
    },
  };
}

/** What happened to the stream explains more than a closed connection; trouble on the way is not Neo4j's. */
function explain(error: unknown, { relay }: Link, attempt: Attempt): RestoreFault {
  // What came of a good answer, or of ending another's connections.
  if (error instanceof RestoreFault) return error;
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

function addressOf({ namespace, pod, port, tls, credentials }: Neo4jEndpoint): string {
  const { secret, usernameKey, passwordKey } = credentials;
  return JSON.stringify([namespace, pod, port, tls, secret, usernameKey, passwordKey]);
}

const keyOf = (endpoint: Neo4jEndpoint): string => `${userAgentOf(endpoint.mark)} ${addressOf(endpoint)}`;

function notSent({ action, server }: Attempt, waited: number): RestoreFault {
  return new RestoreFault(
    "retry",
    "ServerUnreachable",
    `Neo4j in pod ${server} took ${Math.round(waited / 1000)} s to be reached: the command to ${action} was not sent any more.`,
  );
}

function sameLogin(one: Login, other: Login): boolean {
  return one.username === other.username && one.password === other.password;
}
