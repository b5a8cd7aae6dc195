/** A line that has died is ended, one that is only quiet or paused is not: against a real websocket server. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import WebSocket, { WebSocketServer } from "ws";
import { keepHeartbeat } from "../../../../provider/adapters/kubernetes/heartbeat.js";

const rhythm = { every: 10, unanswered: 10 };
const open = new Set<WebSocketServer>();

afterEach(() => {
  for (const server of open) {
    for (const client of server.clients) client.terminate();
    server.close();
  }
  open.clear();
});

/** A client with a heartbeat, and the server's end of its line. */
async function line(autoPong: boolean): Promise<{ readonly near: WebSocket; readonly far: WebSocket }> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, autoPong });
  open.add(server);
  await once(server, "listening");
  const connected = once(server, "connection");
  const near = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(near, "open");
  keepHeartbeat(near, rhythm);
  const [far] = (await connected) as [WebSocket];
  return { near, far };
}

/** So many pings later: longer than a dead line would be kept. */
async function pings(far: WebSocket, count: number): Promise<void> {
  for (let heard = 0; heard < count; heard += 1) await once(far, "ping");
}

const enough = 3 * rhythm.unanswered;

test("a line on which nothing comes back is ended", async () => {
  const { near } = await line(false);
  const [code] = (await once(near, "close")) as [number];
  expect(code).toBe(1006);
});

test("a quiet line on which pings are answered is kept", async () => {
  const { near, far } = await line(true);
  await pings(far, enough);
  expect(near.readyState).toBe(WebSocket.OPEN);
});

test("a line that answers no ping but brings messages is kept", async () => {
  const { near, far } = await line(false);
  far.on("ping", () => far.send("progress"));
  await pings(far, enough);
  expect(near.readyState).toBe(WebSocket.OPEN);
});

test("a reader that has paused the line is not taken for its death", async () => {
  const { near } = await line(true);
  near.pause();
  await new Promise((resolve) => setTimeout(resolve, enough * rhythm.every));
  expect(near.readyState).toBe(WebSocket.OPEN);
  near.resume();
});
