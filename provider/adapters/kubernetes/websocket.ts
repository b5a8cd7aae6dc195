/**
 * Websockets to a pod's exec and portforward, with Kubernetes' channel protocol: the first byte of each
 * message names the channel. A refused handshake is a fault with the server's own text.
 */
import WebSocket from "ws";
import { RestoreFault } from "../../workflow/faults.js";
import { unreachable } from "./errors.js";
import { keepHeartbeat } from "./heartbeat.js";
import { headersOf, read, type Transport } from "./transport.js";

const protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
const handshakeTimeout = 15_000;

export async function openWebSocket(transport: Transport, path: string): Promise<WebSocket> {
  const options = await transport.options();
  const { headers: _, auth, ...tls } = options;
  const url = transport.server.replace(/^http/, "ws") + path;
  const socket = new WebSocket(url, protocols, {
    ...tls,
    handshakeTimeout,
    perMessageDeflate: false,
    ...(auth ? { auth } : {}),
    headers: headersOf(options),
  });
  return new Promise((resolve, reject) => {
    const call = `open ${path.split("?")[0] ?? path}`;
    const fail = (cause: unknown): void =>
      reject(cause instanceof RestoreFault ? cause : unreachable(call, transport.shown, cause));
    socket.on("error", fail);
    socket.once("open", () => {
      socket.off("error", fail);
      // The first messages may come with the handshake, before anybody listens.
      socket.pause();
      keepHeartbeat(socket);
      resolve(socket);
    });
    socket.once("unexpected-response", (_request, response) => {
      const told = (body: string): void => reject(transport.refused(call, response.statusCode ?? 0, body));
      read(call, response).then(told, fail);
    });
  });
}

/** Begins to read: calls back with channel and content of each message. */
export function onMessage(socket: WebSocket, receive: (channel: number, content: Buffer) => void): void {
  socket.on("message", (data: WebSocket.RawData) => {
    const message = toBuffer(data);
    const channel = message[0];
    if (channel !== undefined) receive(channel, message.subarray(1));
  });
  socket.resume();
}

function toBuffer(data: WebSocket.RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
