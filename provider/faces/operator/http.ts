/**
 * What Kubernetes and Prometheus ask the operator: is it alive, is it ready, how is it doing. It only answers GET on
 * three paths, so it needs no more than Node's own server.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Answers {
  /** Undefined: ready; else what is wrong. */
  readonly unready: () => string | undefined;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
}

export interface Served {
  readonly port: number;
  readonly close: () => Promise<void>;
}

export async function serve(port: number, answers: Answers): Promise<Served> {
  const server = createServer((request, response) => {
    const send = (status: number, text: string, type = "text/plain"): void => {
      response.writeHead(status, { "content-type": type }).end(text);
    };
    switch (request.url) {
      case "/healthz":
        // Who answers is alive. A process that could not go on by itself ends instead: when its Lease is lost, and by an
        // error that nobody expects (Node ends at one). Whatever else is in its way it tries again: /readyz tells of that.
        send(200, "ok");
        return;
      case "/readyz": {
        const complaint = answers.unready();
        send(complaint === undefined ? 200 : 503, complaint ?? "ok");
        return;
      }
      case "/metrics":
        answers.metrics().then(
          ({ text, type }) => send(200, text, type),
          (error: unknown) => send(500, String(error)),
        );
        return;
      default:
        send(404, "there are /healthz, /readyz and /metrics");
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
