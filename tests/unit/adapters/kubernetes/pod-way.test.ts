/** Which way leads to a pod: its own address from inside, the API server's port-forward where that does not carry. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { PassThrough, type Duplex } from "node:stream";
import { createPodWay } from "../../../../provider/adapters/kubernetes/index.js";
import { json, startFakeServer, type FakeServer } from "./fake-server.js";

const at = "/api/v1/namespaces/neo4j/pods/graph-0";
let api: FakeServer;
const listening: Server[] = [];
const open: Duplex[] = [];

beforeEach(async () => {
  api = await startFakeServer();
  api.answers.set(at, json({ metadata: { name: "graph-0" }, status: { podIP: "127.0.0.1" } }));
});
afterEach(async () => {
  open.splice(0).forEach((stream) => stream.destroy());
  const closed = listening.splice(0).map((server) => once(server.close(), "close"));
  await Promise.all(closed);
  await api.close();
});

async function listen(serve: (socket: Socket) => void, port = 0): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy()); // of a client that left
    serve(socket);
  });
  listening.push(server.listen(port, "127.0.0.1"));
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Opens the way once, and tells which one it was. */
async function ways(inside: boolean): Promise<(port: number) => Promise<readonly [string, Duplex]>> {
  const forwarded = new Set<Duplex>();
  const way = createPodWay({ ...(await api.connect()), inside }, () => {
    const stream = new PassThrough();
    forwarded.add(stream);
    return Promise.resolve(stream);
  });
  return async (port) => {
    const stream = await way("neo4j", "graph-0", port);
    open.push(stream);
    return [forwarded.has(stream) ? "forwarded" : "direct", stream];
  };
}

test("from inside: straight to the pod, and what it says arrives", async () => {
  const port = await listen((socket) => socket.end("hello"));
  const [way, stream] = await (await ways(true))(port);
  expect(way).toBe("direct");
  expect(String((await once(stream, "data"))[0])).toBe("hello");
});

test("from outside: forwarded, and the pod's address is not even asked for", async () => {
  const port = await listen((socket) => socket.end("hello"));
  expect((await (await ways(false))(port))[0]).toBe("forwarded");
  expect(api.requests).not.toContain(`GET ${at}`);
});

test("nobody listens, as when a server starts: forwarded this time, straight once it does", async () => {
  const port = await listen(() => undefined);
  const [server] = listening.splice(0);
  server?.close();
  const way = await ways(true);
  expect((await way(port))[0]).toBe("forwarded");
  await listen((socket) => socket.end("hello"), port);
  expect((await way(port))[0]).toBe("direct");
});

test("taken and ended without a word, as a mesh does: forwarded from then on", async () => {
  const port = await listen((socket) => socket.destroy());
  const way = await ways(true);
  const [first, stream] = await way(port);
  expect(first).toBe("direct");
  stream.on("error", () => undefined).resume();
  if (!stream.closed) await once(stream, "close");
  expect((await way(port))[0]).toBe("forwarded");
});

test("no address, or no such pod: forwarded, which has the words for it", async () => {
  const way = await ways(true);
  api.answers.set(at, json({ metadata: { name: "graph-0" } }));
  expect((await way(1))[0]).toBe("forwarded");
  api.answers.delete(at);
  expect((await way(1))[0]).toBe("forwarded");
});
