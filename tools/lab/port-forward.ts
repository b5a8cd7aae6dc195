// A port of a pod as a port of this machine, through the API server: how clients outside the cluster reach it.

import { createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import * as k8s from "@kubernetes/client-node";
import { messageOf } from "../resolve/tool.js";

export interface Forward {
  readonly port: number;
  readonly close: () => Promise<void>;
}

export async function forwardPort(
  config: k8s.KubeConfig,
  namespace: string,
  pod: string,
  port: number,
): Promise<Forward> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    connect(config, namespace, pod, port, socket).catch((error: unknown) =>
      socket.destroy(new Error(`no stream to ${pod}:${port}: ${messageOf(error)}`)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

async function connect(
  config: k8s.KubeConfig,
  namespace: string,
  pod: string,
  port: number,
  socket: Socket,
): Promise<void> {
  const stream = await new k8s.PortForward(config).portForward(namespace, pod, [port], socket, null, socket);
  if (typeof stream === "function") return; // only with retries, which we don't ask for
  stream.onclose = () => socket.destroy();
  socket.on("close", () => stream.close());
  if (socket.destroyed) stream.close();
}
