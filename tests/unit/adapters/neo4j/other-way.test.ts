/** How a server answers that does not speak as its target says, on real loopback sockets. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { answersOtherwise, notAsSaid } from "../../../../provider/adapters/neo4j/other-way.js";
import type { Neo4jEndpoint } from "../../../../provider/workflow/ports.js";

let server: Server | undefined;

afterEach(() => server?.close());

/** The way to a server that meets each connection like this. */
async function way(meet: (socket: Socket) => void): Promise<() => Promise<Duplex>> {
  server = createServer(meet).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return () => Promise.resolve(connect(port, "127.0.0.1"));
}

const answer =
  (bytes: string) =>
  (socket: Socket): void =>
    void socket.once("data", () => socket.end(Buffer.from(bytes, "hex")));

test.each([
  ["a version of Bolt", answer("00000804"), true],
  ["no version in common", answer("00000000"), true],
  ["HTTP", answer(Buffer.from("HTTP/1.1 400 Bad Request").toString("hex")), false],
  ["an alert of TLS", answer("15030300020246"), false],
  ["nothing, and the end", (socket: Socket) => void socket.once("data", () => socket.end()), false],
  ["a reset", (socket: Socket) => void socket.once("data", () => socket.resetAndDestroy()), false],
  ["nothing at all", () => undefined, false],
])("asked for plain Bolt it answers %s", async (_, meet, expected) => {
  expect(await answersOtherwise(await way(meet), true)).toBe(expected);
});

test.each([
  ["a version of Bolt", answer("00000804"), false],
  ["nothing, and the end", (socket: Socket) => void socket.once("data", () => socket.end()), false],
])("asked for TLS it answers %s", async (_, meet, expected) => {
  expect(await answersOtherwise(await way(meet), false)).toBe(expected);
});

test("no way there is no answer", async () => {
  expect(await answersOtherwise(() => Promise.reject(new Error("refused")), true)).toBe(false);
});

test("what is told names both settings", () => {
  const plain: Neo4jEndpoint = {
    ...{ namespace: "shop", pod: "graph-0", port: 7687 },
    credentials: { secret: "admin", usernameKey: "username", passwordKey: "password" },
  };
  const withTls = { ...plain, tls: { caSecret: "graph-tls", names: ["graph-service.shop.svc"] } };
  expect(notAsSaid(plain).toData()).toEqual({
    ...{ kind: "terminal", reason: "CertificateRefused" },
    message:
      "Neo4j in pod graph-0 speaks TLS only, and spec.tls of its target says that it has none: set spec.tls.mode: cert-manager there, or correct server.bolt.tls_level of the server.",
  });
  expect(notAsSaid(withTls).message).toBe(
    "Neo4j in pod graph-0 speaks no TLS, and spec.tls of its target says that it does: set server.bolt.tls_level of the server to REQUIRED, or correct spec.tls.mode.",
  );
});
