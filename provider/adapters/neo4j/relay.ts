/**
 * Carries the driver's connections to a pod: a loopback port, and for each connection accepted there a stream
 * of its own. TLS, where a target needs it, is part of `open` (tls.connect over the pod's stream): the driver
 * itself only ever dials plain loopback. Invariant: when one side of a connection ends, so does the other.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";

export interface Relay {
  readonly port: number;
  /** Why the last stream failed: the driver only sees that its connection was closed. */
  failure(): StreamFailure | undefined;
  /** The other side ended the last stream, well or not: it does more than keep silent. */
  ended(): boolean;
  /** Cuts every connection and stops listening. */
  close(): void;
}

export interface StreamFailure {
  /** The way to the pod was not there; otherwise it was and broke, or the pod refused. */
  readonly opening: boolean;
  readonly error: unknown;
}

export async function openRelay(open: () => Promise<Duplex>): Promise<Relay> {
  const sockets = new Set<Socket>();
  let failure: StreamFailure | undefined;
  let ended = false;

  const carry = async (socket: Socket): Promise<void> => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // A reset by the driver needs no word; "close" follows and ends the stream.
    socket.on("error", () => socket.destroy());
    try {
      const stream = await open();
      failure = undefined;
      ended = false;
      stream.once("end", () => (ended = true));
      join(socket, stream, (error) => (failure = { opening: false, error }));
    } catch (error) {
      failure = { opening: true, error };
      socket.destroy();
    }
  };

  const server = createServer({ noDelay: true }, (socket) => void carry(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    failure: () => failure,
    ended: () => ended || failure !== undefined,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function join(socket: Socket, stream: Duplex, onFailure: (error: Error) => void): void {
  stream.on("error", onFailure);
  stream.once("close", () => socket.destroy());
  socket.once("close", () => stream.destroy());
  if (socket.destroyed) stream.destroy();
  else socket.pipe(stream).pipe(socket);
}
