/**
 * A byte stream to a port of a pod, forwarded by the API server: what a laptop outside the cluster has.
 * Ends when either side ends; the pod's refusal (nobody listens) comes out as an error of the stream.
 */
import { Duplex } from "node:stream";
import type WebSocket from "ws";
import { RestoreFault } from "../../workflow/faults.js";
import type { KubernetesConnection } from "./connection.js";
import { pathOf } from "./paths.js";
import { onMessage, openWebSocket } from "./websocket.js";

const channels = { data: 0, error: 1 } as const;

export async function openPodStream(
  connection: KubernetesConnection,
  namespace: string,
  pod: string,
  port: number,
): Promise<Duplex> {
  const path = `${pathOf("Pod", namespace, pod, "portforward")}?ports=${port}`;
  const socket = await openWebSocket(connection.transport, path);
  return new PodStream(socket, `port ${port} of pod ${pod}`);
}

class PodStream extends Duplex {
  /** Each channel begins with the port's number in two bytes, which may come alone. */
  private readonly skip = new Map<number, number>([
    [channels.data, 2],
    [channels.error, 2],
  ]);

  constructor(
    private readonly socket: WebSocket,
    private readonly where: string,
  ) {
    super();
    onMessage(socket, (channel, content) => this.receive(channel, content));
    socket.on("error", (cause) => this.destroy(this.fault(cause.message, cause)));
    socket.on("close", () => this.push(null));
  }

  private receive(channel: number, content: Buffer): void {
    const skipped = Math.min(this.skip.get(channel) ?? 0, content.length);
    this.skip.set(channel, (this.skip.get(channel) ?? 0) - skipped);
    const data = content.subarray(skipped);
    if (data.length === 0) return;
    if (channel === channels.error) this.destroy(this.fault(data.toString("utf8")));
    // A reader that falls behind holds up the socket, and with it the server.
    else if (channel === channels.data && !this.push(data)) this.socket.pause();
  }

  override _read(): void {
    if (this.socket.isPaused) this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.socket.send(Buffer.concat([Buffer.of(channels.data), chunk]), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.socket.close();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.socket.terminate();
    done(error);
  }

  private fault(why: string, cause?: unknown): RestoreFault {
    return new RestoreFault("retry", "KubernetesUnreachable", `The line to ${this.where} broke: ${why}`, {
      evidence: { text: why },
      cause,
    });
  }
}
