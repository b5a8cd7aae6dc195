// A gate before a store: it checks what the store does not and answers as the real one would where it refuses.

import { request, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** A reply of its own, or undefined: the request is passed on. */
export type Gate = (request: IncomingMessage) => Promise<Reply | undefined>;

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

export const json = (status: number, body: object): Reply => ({
  status,
  type: "application/json",
  body: JSON.stringify(body),
});

export function guarded(gate: Gate, inner: number): RequestListener {
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const reply = await gate(incoming);
    if (reply) outgoing.writeHead(reply.status, { "content-type": reply.type }).end(reply.body);
    else passOn(incoming, outgoing, inner);
  };
  return (incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      console.error(error);
      outgoing.writeHead(500).end();
    });
  };
}

/** With the Host header as it came: it is part of what the client has signed. */
function passOn(incoming: IncomingMessage, outgoing: ServerResponse, inner: number): void {
  const { method, url, headers } = incoming;
  const to = { host: "127.0.0.1", port: inner, method, path: url, headers, setHost: false };
  const onward = request(to, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on("error", (error) => {
    outgoing.destroy(error);
  });
  incoming.pipe(onward);
}
