/** A loopback HTTP server that answers as told: enough of an API server for reading, refusing and watching. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  connectKubernetes,
  type KubernetesConnection,
} from "../../../../provider/adapters/kubernetes/index.js";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface FakeServer {
  readonly url: string;
  readonly requests: string[];
  /** By path, without the query. */
  readonly answers: Map<string, Answer>;
  connect(): Promise<KubernetesConnection>;
  close(): Promise<void>;
}

export const json =
  (body: object, status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

export const status = (code: number, message: string, reason = ""): Answer =>
  json({ kind: "Status", status: "Failure", message, reason, code }, code);

export async function startFakeServer(): Promise<FakeServer> {
  const requests: string[] = [];
  const answers = new Map<string, Answer>([["/version", json({ major: "1" })]]);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://x");
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    (answers.get(url.pathname) ?? status(404, "not found", "NotFound"))(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    answers,
    connect: () => connectKubernetes({ kubeconfig: kubeconfig(url) }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function kubeconfig(server: string, namespace = "apps", token = "s3cret"): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user: { token } }],
    contexts: [{ name: "here", context: { cluster: "c", user: "u", namespace } }],
    "current-context": "here",
  });
}
