// Certificates for a run, as cert-manager would issue them: an authority and what it signs, made by openssl.

import { isIP } from "node:net";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { run } from "../resolve/run.js";

/** PEM. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority extends Pair {
  /** A certificate for these DNS names or addresses and no others; `expired`: it ended yesterday. */
  issue(names: readonly string[], options?: { readonly expired?: boolean }): Promise<Pair>;
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export async function createAuthority(name: string): Promise<Authority> {
  const own = await inFolder(async (at) => {
    const files = ["-keyout", at("ca.key"), "-out", at("ca.crt")];
    await run("openssl", ["req", "-x509", ...newKey, ...files, "-subj", `/CN=${name}`, "-days", "2"]);
    return { certificate: await pem(at("ca.crt")), key: await pem(at("ca.key")) };
  });
  return { ...own, issue: (names, options = {}) => issue(own, names, options.expired === true) };
}

async function issue(authority: Pair, names: readonly string[], expired: boolean): Promise<Pair> {
  return inFolder(async (at) => {
    await writeFile(at("ca.crt"), authority.certificate);
    await writeFile(at("ca.key"), authority.key, { mode: 0o600 });
    const alternatives = `subjectAltName=${names.map((name) => `${isIP(name) ? "IP" : "DNS"}:${name}`).join(",")}`;
    const request = [...newKey, "-keyout", at("tls.key"), "-out", at("tls.csr")];
    await run("openssl", ["req", "-new", ...request, "-subj", "/O=lab", "-addext", alternatives]);
    const signed = ["-in", at("tls.csr"), "-CA", at("ca.crt"), "-CAkey", at("ca.key"), "-out", at("tls.crt")];
    const days = expired ? "-1" : "1";
    await run("openssl", ["x509", "-req", ...signed, "-copy_extensions", "copy", "-days", days]);
    return { certificate: await pem(at("tls.crt")), key: await pem(at("tls.key")) };
  });
}

const pem = (file: string): Promise<string> => readFile(file, "utf8");

/** Keys lie on disk no longer than openssl needs them. */
async function inFolder<T>(work: (at: (name: string) => string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "neo4j-restore-certificates-"));
  try {
    return await work((name) => path.join(folder, name));
  } finally {
    await rm(folder, { recursive: true });
  }
}
