/**
 * The way to a port of a pod. From inside the cluster to the pod's own address; where that does not carry (a network
 * policy, a mesh that lets only its own in), and from outside, forwarded by the API server.
 * Invariant: the same bytes go either way; a way that does not carry costs one attempt, not the restore.
 */
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { KubernetesConnection } from "./connection.js";
import { text } from "./json.js";
import { pathOf } from "./paths.js";
import { openPodStream } from "./pod-stream.js";

/** A pod that is there answers within this time, in milliseconds; a policy that drops packets never does. */
const patience = 2_000;
/** How long a pod that could not be reached directly is not tried that way again. */
const detourLasts = 300_000;

export type PodWay = (namespace: string, pod: string, port: number) => Promise<Duplex>;

export function createPodWay(
  connection: KubernetesConnection,
  forward: typeof openPodStream = openPodStream,
): PodWay {
  /** Until when, by pod. */
  const detours = new Map<string, number>();
  return async (namespace, pod, port) => {
    const key = `${namespace}/${pod}`;
    if (!connection.inside || (detours.get(key) ?? 0) > performance.now())
      return forward(connection, namespace, pod, port);
    const avoid = (): void => void detours.set(key, performance.now() + detourLasts);
    const found = await connection.api.get(pathOf("Pod", namespace, pod));
    const address = text(found, "status", "podIP");
    const direct = address === undefined ? undefined : await dial(address, port, avoid);
    return direct ?? forward(connection, namespace, pod, port);
  };
}

/** @param avoid is called where the address does not carry; a port on which nobody listens says nothing about that. */
function dial(host: string, port: number, avoid: () => void): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true, timeout: patience });
    const failed = (error?: NodeJS.ErrnoException): void => {
      if (error?.code !== "ECONNREFUSED") avoid();
      socket.destroy();
      resolve(undefined);
    };
    const silent = (): void => failed();
    socket.once("error", failed);
    socket.once("timeout", silent);
    socket.once("connect", () => {
      socket.off("error", failed).off("timeout", silent).setTimeout(0);
      // A proxy on the way takes the connection and ends it.
      socket.once("close", () => {
        if (socket.bytesRead === 0) avoid();
      });
      resolve(socket);
    });
  });
}
