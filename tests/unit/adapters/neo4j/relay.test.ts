/** The relay on real loopback sockets, with streams of our own in place of pods. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { PassThrough, type Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { openRelay, type Relay } from "../../../../provider/adapters/neo4j/relay.js";

let relay: Relay | undefined;

afterEach(() => relay?.close());

async function dial(open: () => Promise<Duplex>): Promise<Socket> {
  relay = await openRelay(open);
  const socket = connect(relay.port, "127.0.0.1");
  socket.on("error", () => socket.destroy());
  await once(socket, "connect");
  return socket;
}

test("carries bytes both ways, also those sent before the stream was there", async () => {
  let hand: (stream: Duplex) => void = () => undefined;
  const socket = await dial(() => new Promise((resolve) => (hand = resolve)));
  socket.write("early ");
  await new Promise(setImmediate);
  hand(new PassThrough());
  socket.end("late");
  expect(await text(socket)).toBe("early late");
});

test("each connection gets a stream of its own", async () => {
  const streams: PassThrough[] = [];
  const socket = await dial(() => {
    streams.push(new PassThrough());
    return Promise.resolve(streams[streams.length - 1] as PassThrough);
  });
  const other = connect(relay?.port ?? 0, "127.0.0.1");
  socket.write("one");
  other.write("two");
  expect(String((await once(socket, "data"))[0])).toBe("one");
  expect(String((await once(other, "data"))[0])).toBe("two");
  expect(streams).toHaveLength(2);
});

test("a stream that breaks ends the connection and says why", async () => {
  const stream = new PassThrough();
  const socket = await dial(() => Promise.resolve(stream));
  socket.write("x");
  await once(socket, "data");
  stream.destroy(new Error("pod is gone"));
  await once(socket, "close");
  expect(relay?.failure()).toEqual({ opening: false, error: new Error("pod is gone") });
});

test("a stream that cannot be opened ends the connection and says why", async () => {
  const socket = await dial(() => Promise.reject(new Error("no such pod")));
  await once(socket.resume(), "close");
  expect(relay?.failure()).toEqual({ opening: true, error: new Error("no such pod") });
});

test("a connection that ends takes its stream along", async () => {
  const stream = new PassThrough();
  const socket = await dial(() => Promise.resolve(stream));
  socket.write("x");
  await once(socket, "data");
  socket.destroy();
  await once(stream, "close");
});

test("a connection that ended before its stream came takes it along as well", async () => {
  const stream = new PassThrough();
  let hand: (stream: Duplex) => void = () => undefined;
  const asked = new Promise<void>((resolveAsked) => {
    void dial(() => {
      resolveAsked();
      return new Promise((resolve) => (hand = resolve));
    }).then((socket) => socket.destroy());
  });
  await asked;
  const closed = once(stream, "close");
  setImmediate(() => setImmediate(() => hand(stream)));
  await closed;
});

test("closing cuts what is open and stops listening", async () => {
  const socket = await dial(() => Promise.resolve(new PassThrough()));
  socket.write("x");
  await once(socket, "data");
  relay?.close();
  await once(socket, "close");
  const late = connect(relay?.port ?? 0, "127.0.0.1");
  const [error] = (await once(late, "error").catch((reason: unknown) => [reason])) as [unknown];
  expect(error).toMatchObject({ code: "ECONNREFUSED" });
});

test("an end that comes from the other side is told from silence", async () => {
  const stream = new PassThrough();
  const socket = await dial(() => Promise.resolve(stream));
  socket.write("x");
  await once(socket, "data");
  expect(relay?.ended()).toBe(false);
  stream.end();
  await once(socket, "close");
  expect(relay?.ended()).toBe(true);
});
