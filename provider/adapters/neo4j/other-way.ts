/**
 * Whether a server that does not answer as its target says would answer the other way: plain instead of TLS, or TLS
 * instead of plain. Neo4j closes such a connection without a word, as a server in trouble does: only asking tells.
 * Invariants: no byte of a login is sent, and nothing is believed of the answer but how it was given.
 */
import type { Duplex } from "node:stream";
import { connect } from "node:tls";
import { RestoreFault } from "../../workflow/faults.js";
import type { Neo4jEndpoint } from "../../workflow/ports.js";

const limit = 2_000;

/** Bolt's greeting with the versions 5.8 to 5.0 and 4.4 to 4.2; the answer is the version that was chosen. */
const greeting = Buffer.from("6060b0170008080500020404".padEnd(40, "0"), "hex");
const answerBytes = 4;

export async function answersOtherwise(open: () => Promise<Duplex>, tls: boolean): Promise<boolean> {
  let stream: Duplex;
  try {
    stream = await open();
  } catch {
    // Why it did not answer is known already, from the way it should have.
    return false;
  }
  const timer = setTimeout(() => stream.destroy(), limit);
  try {
    return await (tls ? answersPlain(stream) : answersTls(stream));
  } finally {
    clearTimeout(timer);
    stream.destroy();
  }
}

export function notAsSaid({ pod, tls }: Neo4jEndpoint): RestoreFault {
  const message = tls
    ? `Neo4j in pod ${pod} speaks no TLS, and spec.tls of its target says that it does: set server.bolt.tls_level of the server to REQUIRED, or correct spec.tls.mode.`
    : `Neo4j in pod ${pod} speaks TLS only, and spec.tls of its target says that it has none: set spec.tls.mode: cert-manager there, or correct server.bolt.tls_level of the server.`;
  return new RestoreFault("terminal", "CertificateRefused", message);
}

function answersPlain(stream: Duplex): Promise<boolean> {
  return new Promise((resolve) => {
    stream.once("data", (bytes: Buffer) =>
      resolve(bytes.length === answerBytes && bytes.readUInt16BE(0) === 0),
    );
    stream.on("error", () => resolve(false));
    stream.once("end", () => resolve(false));
    stream.once("close", () => resolve(false));
    stream.write(greeting);
  });
}

/** A certificate that is not believed was shown all the same. */
function answersTls(stream: Duplex): Promise<boolean> {
  const socket = connect({ socket: stream });
  return new Promise((resolve) => {
    socket.once("secureConnect", () => resolve(true));
    socket.on("error", () => resolve(Boolean(socket.authorizationError)));
    socket.once("close", () => resolve(false));
  });
}
