/**
 * A driver and the relay that carries it to one pod. Invariant: ends relay first, because a driver says goodbye on
 * each connection and a dead one would not take it.
 */
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import neo4j, { type Driver } from "neo4j-driver";
import type { DriverMark } from "../../workflow/ports.js";
import type { Login } from "./credentials.js";
import { userAgentOf } from "./fence.js";
import { openRelay, type Relay } from "./relay.js";

export interface Link {
  readonly driver: Driver;
  readonly relay: Relay;
  readonly login: Login;
  /** Calls that work on it now. */
  users: number;
  /** Gets no new calls, and ends with its last one. */
  retired: boolean;
  /** Earlier drivers' connections were ended; or why they cannot be. */
  fenced?: Promise<string | undefined>;
}

const connectLimit = 5_000;

export async function openLink(
  open: () => Promise<Duplex>,
  login: Login,
  mark: DriverMark | undefined,
): Promise<Link> {
  const relay = await openRelay(open);
  const auth = neo4j.auth.basic(login.username, login.password);
  const driver = neo4j.driver(`bolt://127.0.0.1:${relay.port}`, auth, {
    maxConnectionPoolSize: 5,
    connectionTimeout: connectLimit,
    connectionAcquisitionTimeout: connectLimit,
    // Retrying is the workflow's business: it counts attempts.
    disableAutoCommitRetries: true,
    // Beyond the safe range this gives infinity, which rows.ts drops.
    disableLosslessIntegers: true,
    telemetryDisabled: true,
    userAgent: userAgentOf(mark),
  });
  return { driver, relay, login, users: 0, retired: false };
}

export async function closeLink({ relay, driver }: Link): Promise<void> {
  relay.close();
  await driver.close();
}

/** Resolves when the server has answered: a connection is there, the login accepted. */
export async function greet({ driver }: Link): Promise<void> {
  await within(connectLimit, driver.getServerInfo());
}

/** Gives up on an answer that does not come; closing the driver then ends the wait for it. */
export async function within<T>(limit: number | undefined, answer: Promise<T>): Promise<T> {
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
