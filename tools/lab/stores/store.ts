// `store s3|gcs|azure`: a bucket in a real server of that protocol, reachable from pods. The server is started
// when it is first asked for and lives as long as the lab.

import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { StorageLocation } from "../../../provider/spec/types.js";
import { codeOf, readIfThere } from "../../resolve/files.js";
import { run } from "../../resolve/run.js";
import type { Log } from "../../resolve/tool.js";
import { layout, type Layout } from "../layout.js";
import { withLock } from "../lock.js";
import { endWhole, isAlive, parseProcessId, type ProcessId } from "../processes.js";
import { findSandbox, startDaemon } from "../sandbox.js";
import { storeDaemons } from "./daemons.js";
import { aws, azure, google, ports, storeFolder, type StoreKind } from "./kinds.js";
import { resolveStore } from "./programs.js";

export interface Store {
  readonly kind: StoreKind;
  readonly bucket: string;
  /** How a source names it, but for the Secret. */
  readonly storage: StorageLocation;
  /** What a Secret with a good login holds. */
  readonly login: Readonly<Record<string, string>>;
  /** What the stand-in's and the tools image's containers need beside that; real stores need none of it. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the store speaks TLS: a trust store for `javax.net.ssl.trustStore`, and the same as PEM. */
  readonly trust?: { readonly pkcs12: Buffer; readonly pem: string };
  /** Azure: a Secret that holds the account's key instead. */
  readonly accountKey?: Readonly<Record<string, string>>;
}

export async function openStore(kind: StoreKind, bucket: string, log: Log): Promise<Store> {
  const lab = layout();
  const program = await resolveStore(kind, log);
  await withLock(lab.at("stores", `${kind}.lock`), log, () => ensureRunning(lab, kind, program));
  await makeBucket(lab, kind, bucket);
  return described(lab, kind, bucket);
}

async function ensureRunning(lab: Layout, kind: StoreKind, program: string): Promise<void> {
  const record = path.join(storeFolder(lab, kind), "daemons.jsonl");
  const lines = ((await readIfThere(record)) ?? "").split("\n");
  const before = lines.flatMap((line) => parseProcessId(line) ?? []);
  const alive = await Promise.all(before.map(isAlive));
  if (lines.includes(complete) && alive.every(Boolean)) return;
  for (const process of before) await endWhole(process); // half a store is none
  const sandbox = await findSandbox(lab);
  if (!sandbox) throw new Error("There is no lab yet: npm run lab -- up");
  await prepare(lab, kind);
  const daemons = storeDaemons(lab, kind, program);
  const ended = new AbortController();
  const started: ProcessId[] = [];
  for (const daemon of daemons) {
    const stop = (): void =>
      ended.abort(new Error(`${daemon.name} ended; see ${lab.logs}/${daemon.name}.log`));
    started.push(await startDaemon(lab, sandbox, daemon, stop));
    await writeFile(record, recordOf(started));
  }
  const outside = kind === "azure" ? [ports.azure.inner, ports.azure.outer] : [ports[kind].outer];
  for (const port of outside) await listening(lab.labAddress, port, ended.signal);
  await writeFile(record, `${recordOf(started)}\n${complete}`);
}

/** The record's last line: everything runs and answers. */
const complete = "complete";
const recordOf = (processes: readonly ProcessId[]): string =>
  processes.map((id) => JSON.stringify(id)).join("\n");

/** Folders, and the keys that logins and TLS go by. */
async function prepare(lab: Layout, kind: StoreKind): Promise<void> {
  const at = (name: string): string => path.join(storeFolder(lab, kind), name);
  for (const folder of ["data", "attributes"]) await mkdir(at(folder), { recursive: true });
  if (kind === "gcs") {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    await writeFile(at("private.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  }
  if (kind === "azure") {
    const files = ["-keyout", at("server.key"), "-out", at("server.pem"), "-days", "30"];
    const name = ["-subj", "/CN=lab", "-addext", `subjectAltName=IP:${lab.labAddress}`];
    await run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...files, ...name]);
    const into = ["-keystore", at("trust.p12"), "-storetype", "PKCS12", "-storepass", trustPassword];
    await run("keytool", ["-importcert", "-noprompt", "-alias", "lab", "-file", at("server.pem"), ...into]);
  }
}

export const trustPassword = "changeit";

/** Nothing tells from outside when a port opens, so this asks. */
async function listening(host: string, port: number, ended: AbortSignal): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    ended.throwIfAborted();
    const socket = connect(port, host);
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (codeOf(error) !== "ECONNREFUSED") throw error;
    } finally {
      socket.destroy();
    }
    await delay(100);
  }
  throw new Error(`nothing listens on ${host}:${port} after a minute`);
}

async function makeBucket(lab: Layout, kind: StoreKind, bucket: string): Promise<void> {
  // Both servers keep a bucket as a folder.
  if (kind !== "azure") await mkdir(path.join(storeFolder(lab, kind), "data", bucket), { recursive: true });
  else await makeContainer(lab, bucket);
}

async function makeContainer(lab: Layout, container: string): Promise<void> {
  const form = new URLSearchParams({
    ...{ grant_type: "client_credentials", scope: "https://storage.azure.com/.default" },
    ...{ client_id: azure.client, client_secret: azure.secret },
  });
  const login = await call(
    lab,
    ports.azure.outer,
    "POST",
    `/${azure.tenant}/oauth2/v2.0/token`,
    {},
    form.toString(),
  );
  const { access_token: token } = JSON.parse(login.body) as { readonly access_token?: string };
  const headers = { authorization: `Bearer ${token ?? ""}`, "x-ms-version": "2024-11-04" };
  const place = `/${azure.account}/${container}?restype=container`;
  const made = await call(lab, ports.azure.inner, "PUT", place, headers, "");
  if (made.status !== 201 && made.status !== 409) throw new Error(`container ${container}: ${made.body}`);
}

async function call(
  lab: Layout,
  port: number,
  method: string,
  place: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const ca = await readFile(path.join(storeFolder(lab, "azure"), "server.pem"));
  const length = { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const options = {
      host: lab.labAddress,
      port,
      method,
      path: place,
      headers: { ...headers, ...length },
      ca,
    };
    const outgoing = request(options, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function described(lab: Layout, kind: StoreKind, bucket: string): Promise<Store> {
  const { outer, inner } = ports[kind];
  const at = (name: string): string => path.join(storeFolder(lab, kind), name);
  switch (kind) {
    case "s3":
      return {
        ...{ kind, bucket, env: {} },
        storage: {
          ...{ type: kind, bucket },
          cloud: { endpointURL: `http://${lab.labAddress}:${outer}`, forcePathStyle: true },
        },
        login: { AWS_ACCESS_KEY_ID: aws.id, AWS_SECRET_ACCESS_KEY: aws.secret, AWS_REGION: "us-east-1" },
      };
    case "gcs": {
      const endpoint = `http://${lab.labAddress}:${outer}`;
      const key = {
        ...{ type: "service_account", project_id: google.project, private_key_id: "lab", client_id: "1" },
        ...{ client_email: google.email, token_uri: `${endpoint}/token` },
        private_key: await readFile(at("private.pem"), "utf8"),
      };
      return {
        ...{ kind, bucket, storage: { type: kind, bucket } },
        login: { GOOGLE_APPLICATION_CREDENTIALS_JSON: JSON.stringify(key) },
        env: {
          GOOGLE_STANDIN_ENDPOINT: endpoint,
          RCLONE_GCS_ENDPOINT: `${endpoint}/storage/v1/`,
        },
      };
    }
    case "azure":
      return {
        ...{ kind, bucket, storage: { type: kind, bucket } },
        login: {
          AZURE_STORAGE_ACCOUNT: azure.account,
          AZURE_TENANT_ID: azure.tenant,
          AZURE_CLIENT_ID: azure.client,
          AZURE_CLIENT_SECRET: azure.secret,
          AZURE_AUTHORITY_HOST: `https://${lab.labAddress}:${outer}/`,
        },
        env: {
          AZURE_STANDIN_ENDPOINT: `https://${lab.labAddress}:${inner}`,
          RCLONE_AZUREBLOB_ENDPOINT: `https://${lab.labAddress}:${inner}/${azure.account}`,
          RCLONE_AZUREBLOB_DISABLE_INSTANCE_DISCOVERY: "true",
        },
        trust: { pkcs12: await readFile(at("trust.p12")), pem: await readFile(at("server.pem"), "utf8") },
        accountKey: { AZURE_STORAGE_ACCOUNT: azure.account, AZURE_STORAGE_KEY: azure.key },
      };
  }
}
