/**
 * TLS over the stream to a pod. The driver has no server-name option and would check the address it dials, so the
 * server is verified here: by the target's own authority, for one of its Service's names.
 * Invariants: no byte of the driver's goes through before the server is verified; there is no way to switch it off.
 */
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { checkServerIdentity, connect, type PeerCertificate } from "node:tls";
import type { TlsView } from "../../plan/observation.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { ReadSecret } from "./credentials.js";

const authorityKey = "ca.crt";
const handshakeLimit = 5_000;

export interface Server {
  readonly pod: string;
  /** PEM of the authorities that may have issued the server's certificate. */
  readonly authority: string;
  readonly tls: TlsView;
}

export async function readAuthority(
  readSecret: ReadSecret,
  namespace: string,
  secret: string,
): Promise<string> {
  const authority = (await readSecret(namespace, secret))?.[authorityKey]?.trim();
  if (authority) return authority;
  throw new RestoreFault(
    "waiting",
    "SecretNotFound",
    `Secret ${namespace}/${secret} has no ${authorityKey}, the authority that issued Neo4j's certificate: put it there.`,
  );
}

/** @returns the stream within, once the server is verified. */
export async function secure(stream: Duplex, server: Server): Promise<Duplex> {
  const { names } = server.tls;
  const socket = connect({
    socket: stream,
    ca: server.authority,
    servername: names[0],
    checkServerIdentity: (_, certificate) => mismatch(names, certificate),
  });
  socket.once("close", () => stream.destroy());
  const giveUp = (): void => void socket.destroy(new Error("it did not answer as a TLS server in 5 s"));
  socket.setTimeout(handshakeLimit, giveUp);
  try {
    await once(socket, "secureConnect");
    socket.off("timeout", giveUp).setTimeout(0);
    return socket;
  } catch (error) {
    socket.destroy();
    throw refusal(error, server);
  }
}

/** Valid for one of the names is enough: which of them a certificate bears is the issuer's choice. */
function mismatch(names: readonly string[], certificate: PeerCertificate): Error | undefined {
  const errors = names.map((name) => checkServerIdentity(name, certificate));
  return errors.includes(undefined) ? undefined : errors[0];
}

/** OpenSSL's words for a certificate that was seen and not believed. */
const fixes: Readonly<Record<string, (server: Server) => string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: ({ tls }) =>
    `is not valid for ${tls.names.join(" or ")}: have it issued for the first of these names`,
  CERT_HAS_EXPIRED: () => "has expired: renew it, and restart Neo4j where it does not reload it",
  CERT_NOT_YET_VALID: () => "is not valid yet: correct its dates, or the clock here",
  CERT_SIGNATURE_FAILURE: foreign,
  DEPTH_ZERO_SELF_SIGNED_CERT: foreign,
  SELF_SIGNED_CERT_IN_CHAIN: foreign,
  UNABLE_TO_GET_ISSUER_CERT: foreign,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: foreign,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: foreign,
};

function foreign({ tls }: Server): string {
  return `was not issued by the authority in ${authorityKey} of Secret ${tls.caSecret}: put the issuing authority there`;
}

/** Anything but a certificate that was not believed (nobody listens, no TLS spoken) is told as it is. */
function refusal(error: unknown, server: Server): unknown {
  const code = codeOf(error);
  const fix = fixes[code];
  if (!fix) return error;
  return new RestoreFault(
    "terminal",
    "CertificateRefused",
    `The TLS certificate of Neo4j in pod ${server.pod} ${fix(server)}.`,
    { evidence: { text: code }, cause: error },
  );
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
