/**
 * A heartbeat for websockets: a command or a stream on a line that has died (a laptop that slept, a firewall that
 * forgot) would be waited for until its own limit, with the database out of service meanwhile.
 * Invariant: whatever arrives is a sign of life; a reader that has paused the line is not taken for its death.
 */
import type WebSocket from "ws";

export interface Rhythm {
  /** Milliseconds between two pings. */
  readonly every: number;
  /** So many pings in a row without any sign, and the line is ended. Counted, so that a process that slept tries on. */
  readonly unanswered: number;
}

/** kubectl's own, a minute in all, so that no proxy sees anything new. */
const usual: Rhythm = { every: 5_000, unanswered: 12 };

/** Ends the socket, as if it had been cut, once nothing comes back any more. */
export function keepHeartbeat(socket: WebSocket, { every, unanswered }: Rhythm = usual): void {
  let sent = 0;
  const heard = (): void => {
    sent = 0;
  };
  const timer = setInterval(() => {
    if (socket.isPaused) heard();
    else if (sent >= unanswered) socket.terminate();
    else {
      sent += 1;
      socket.ping();
    }
  }, every);
  timer.unref();
  socket.on("pong", heard).on("message", heard);
  socket.once("close", () => clearInterval(timer));
}
