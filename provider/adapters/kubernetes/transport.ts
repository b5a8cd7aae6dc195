/**
 * HTTP to the API server with the kubeconfig's credentials, as client-node resolves them.
 * Own and small, because the generated client drops fields it does not know, opens a connection per call and
 * waits for ever. Invariants: every call ends within its limit; only faults come out of it; after credentials that were
 * refused the next call goes with those that are where these were found, to the same server.
 */
import http from "node:http";
import https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { bounded, most } from "../../plan/bounds.js";
import { RestoreFault, tooLarge } from "../../workflow/faults.js";
import { refusal, unreachable } from "./errors.js";
import { withoutLogin } from "./kubeconfig.js";
import { createLogin, type Login } from "./login.js";

export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
}

export interface Transport {
  readonly server: string;
  /** The same for messages: without a login that stands in it. */
  readonly shown: string;
  /** The body of a 2xx answer; anything else is a refusal. */
  call(call: Call): Promise<string>;
  /** The open answer to a GET, for a watch. Ends with the signal. */
  open(path: string, signal: AbortSignal): Promise<http.IncomingMessage>;
  /** What a websocket to the same server needs: credentials and TLS settings. */
  readonly options: Login;
  /** The fault of an answer that is none; after refused credentials the next call goes with those of then. */
  readonly refused: (call: string, status: number, body: string) => RestoreFault;
}

interface Bounds {
  /** Without one, the call's own limit. */
  readonly signal?: AbortSignal;
  /** Milliseconds of silence. */
  readonly timeout?: number;
}

const shrink = "Look with kubectl at what is asked for there, and remove what is not needed";

const limit = 30_000;
/** A watch is silent for long; the server ends it after five minutes, so more means that the line is dead. */
const silence = 330_000;

/** @param renewed the same access to the same server, read again; undefined where there is none. */
export function createTransport(given: KubeConfig, renewed: () => KubeConfig | undefined): Transport {
  let config = given;
  const cluster = config.getCurrentCluster();
  const server = cluster?.server ?? "";
  const agents = new Agents();

  const shown = withoutLogin(server);
  const options = createLogin(shown, () => config);

  const send = async (call: Call, bounds: Bounds = {}): Promise<http.IncomingMessage> => {
    const url = new URL(server + call.path);
    const base = await options();
    // From here on: a login has a limit of its own.
    const { signal = AbortSignal.timeout(limit), ...others } = bounds;
    // A proxy's agent is client-node's own; without one, connections are kept and shared.
    const agent =
      cluster?.proxyUrl === undefined && url.protocol === "https:" ? agents.for(base) : base.agent;
    const headers = {
      ...headersOf(base),
      accept: "application/json, */*",
      ...(call.contentType ? { "content-type": call.contentType } : {}),
      ...(call.body === undefined ? {} : { "content-length": Buffer.byteLength(call.body) }),
    };
    return new Promise((resolve, reject) => {
      const client = url.protocol === "https:" ? https : http;
      const request = client.request(
        url,
        { ...base, agent, headers, method: call.method, signal, ...others },
        resolve,
      );
      request.on("error", reject);
      request.on("timeout", () => request.destroy(new Error("the connection fell silent")));
      request.end(call.body);
    });
  };

  const name = (call: Call): string => `${call.method} ${call.path}`;
  const unanswered =
    (call: Call) =>
    (cause: unknown): never => {
      throw cause instanceof RestoreFault ? cause : unreachable(name(call), shown, cause);
    };

  const refused: Transport["refused"] = (call, status, body) => {
    if (status === 401) config = renewed() ?? config;
    return refusal(call, status, body);
  };

  return {
    server,
    shown,
    options,
    refused,
    async call(call) {
      const { status, body } = await collect(name(call), () => send(call)).catch(unanswered(call));
      if (status < 200 || status > 299) throw refused(name(call), status, body);
      return body;
    },
    async open(path, signal) {
      const call: Call = { method: "GET", path };
      const response = await send(call, { signal, timeout: silence }).catch(unanswered(call));
      if (response.statusCode === 200) return response;
      const body = await read(name(call), response).catch(unanswered(call));
      throw refused(name(call), response.statusCode ?? 0, body);
    },
  };
}

/** client-node fills a plain object of single values; the type allows more. */
export function headersOf({ headers }: https.RequestOptions): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]));
}

async function collect(
  call: string,
  send: () => Promise<http.IncomingMessage>,
): Promise<{ status: number; body: string }> {
  const response = await send();
  return { status: response.statusCode ?? 0, body: await read(call, response) };
}

/** An answer as text. One that is too large is not read to its end, and asked for once more it would be as large. */
export async function read(call: string, response: http.IncomingMessage): Promise<string> {
  response.setEncoding("utf8");
  let body = "";
  for await (const chunk of response) {
    body += String(chunk);
    if (body.length > most.answer)
      throw tooLarge(`The answer to ${bounded(call, most.name)}`, undefined, most.answer, shrink);
  }
  return body;
}

/** One keep-alive agent per set of TLS settings: client certificates may be renewed while we run. */
class Agents {
  private current: { readonly key: string; readonly agent: https.Agent } | undefined;

  for(options: https.RequestOptions): https.Agent {
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
    const settings = Object.fromEntries(
      Object.entries({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    const id = JSON.stringify(settings);
    if (this.current?.key !== id) {
      this.current = { key: id, agent: new https.Agent({ ...settings, keepAlive: true }) };
    }
    return this.current.agent;
  }
}
