/**
 * Finds the cluster and the user to work as: given content or path and context, else as kubectl does it
 * (KUBECONFIG, ~/.kube/config), else the pod's own ServiceAccount. Nothing is contacted here.
 * What is wrong with it is said with what was tried; a kubeconfig's content is never part of a message: only the names of
 * its contexts and the chosen one's server.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import type { JsonObject } from "../../plan/observation.js";
import type { ConnectionArgs } from "../../spec/types.js";
import { RestoreFault } from "../../workflow/faults.js";
import { text } from "./json.js";
import { defaultFiles, givenFile, invalid } from "./kubeconfig-files.js";
import type { Parts } from "./kubeconfig-parts.js";
import { tokenFileAuthenticator, withTokenFile } from "./token-file.js";

export interface LoadedConfig {
  readonly config: KubeConfig;
  /** What was read, for messages: "file /home/me/.kube/config, context prod, server https://…". */
  readonly origin: string;
  /** What is acted on, in short: "context prod, server api.example.com:6443". */
  readonly place: string;
  /** The pod's own ServiceAccount. */
  readonly inside: boolean;
}

/** The same context, as it is written now; undefined where it cannot be read or leads to another server. */
export function reloadKubeConfig(
  connection: ConnectionArgs | undefined,
  { config }: LoadedConfig,
): KubeConfig | undefined {
  const context = config.getCurrentContext();
  try {
    const again = loadKubeConfig({ ...connection, context }).config;
    return again.getCurrentCluster()?.server === config.getCurrentCluster()?.server ? again : undefined;
  } catch (error) {
    // A file that is being written; the refusal that led here is what is told.
    if (error instanceof RestoreFault) return undefined;
    throw error;
  }
}

const serviceAccount = "the pod's ServiceAccount";

/** @param root of the file system that the pod's ServiceAccount is mounted in. */
export function loadKubeConfig(connection: ConnectionArgs | undefined, root = ""): LoadedConfig {
  const given = connection?.kubeconfig;
  const files = given === undefined ? defaultFiles() : givenFile(given);
  return files.kind === "found"
    ? fromFiles(files.source, files.parts, connection?.context)
    : fromPod(files.tried, connection?.context, root);
}

function fromFiles(source: string, parts: Parts, wanted: string | undefined): LoadedConfig {
  const context = wanted ?? parts.currentContext;
  const known = [...parts.contexts.keys()].map(onOneLine);
  if (context === undefined) throw invalid(source, `no current context is set${choice(known)}`);
  const chosen = parts.contexts.get(context);
  if (!chosen) throw invalid(source, `there is no context "${onOneLine(context)}"${choice(known)}`);

  const at = `${source}, context ${onOneLine(context)}`;
  for (const key of ["cluster", "user", "namespace"])
    if (typeof (chosen[key] ?? "") !== "string") throw invalid(at, `its ${key} is no text: put it in quotes`);
  const cluster = named(parts.clusters, at, "cluster", text(chosen, "cluster"));
  if (!cluster) throw invalid(at, "it names no cluster");
  // Without a user kubectl asks as nobody; one that is named must be there.
  const user = named(parts.users, at, "user", text(chosen, "user"));
  const server = text(cluster, "server") ?? "";
  const protocol = URL.canParse(server) ? new URL(server).protocol : "";
  if (protocol !== "https:" && protocol !== "http:")
    throw invalid(at, "its server is no URL with https:// or http://");

  const config = new KubeConfig();
  config.addAuthenticator(tokenFileAuthenticator);
  // Of the files only what is used, because client-node refuses them for entries that kubectl minds only when used.
  config.loadFromString(
    JSON.stringify({
      "current-context": context,
      contexts: [{ name: context, context: chosen }],
      clusters: [{ name: text(chosen, "cluster"), cluster }],
      users: user ? [{ name: text(chosen, "user"), user: withTokenFile(user) }] : [],
    }),
  );
  allowPlainHttp(config);
  return {
    config,
    origin: `${at}, server ${withoutLogin(server)}`,
    place: `context ${onOneLine(context)}, server ${new URL(server).host}`,
    inside: false,
  };
}

const mostShown = 20;

function choice(known: readonly string[]): string {
  if (known.length === 0) return ", and there is none";
  const more = known.length > mostShown ? ` and ${known.length - mostShown} more` : "";
  return `; connection.context chooses one of: ${known.slice(0, mostShown).join(", ")}${more}`;
}

function named(
  among: ReadonlyMap<string, JsonObject>,
  at: string,
  what: string,
  name: string | undefined,
): JsonObject | undefined {
  const entry = name === undefined ? undefined : among.get(name);
  if (name !== undefined && !entry)
    throw invalid(at, `the ${what} that it names is not there: add it, or choose another context`);
  return entry;
}

/** As kubectl does where none of the files is there. */
function fromPod(tried: string, wanted: string | undefined, root: string): LoadedConfig {
  const none = (but: string): RestoreFault => invalid("No kubeconfig was found", `${tried}, and ${but}`);
  if (!process.env["KUBERNETES_SERVICE_HOST"] || !process.env["KUBERNETES_SERVICE_PORT"])
    throw none("this is no pod");
  if (!existsSync(join(root, "/var/run/secrets/kubernetes.io/serviceaccount/token")))
    throw none("this pod has no token of a ServiceAccount");
  const config = new KubeConfig();
  config.loadFromCluster(root);
  allowPlainHttp(config);
  const own = config.getCurrentContext();
  if (wanted !== undefined && wanted !== own) throw none(`a pod has no context "${onOneLine(wanted)}"`);
  const server = config.getCurrentCluster()?.server ?? "";
  return {
    config,
    origin: `${serviceAccount}, server ${server}`,
    place: `${serviceAccount}, server ${new URL(server).host}`,
    inside: true,
  };
}

/** kubectl speaks plain HTTP where the kubeconfig says so; client-node wants it said a second time. */
function allowPlainHttp(config: KubeConfig): void {
  config.clusters = config.clusters.map((cluster) =>
    cluster.server.startsWith("http:") ? { ...cluster, skipTLSVerify: true } : cluster,
  );
}

/** A URL may carry a name and a password. */
export function withoutLogin(server: string): string {
  const url = new URL(server);
  if (url.username === "" && url.password === "") return server;
  url.username = url.password = "";
  return url.href;
}

/** A name of somebody else's making, in a line of ours. */
function onOneLine(name: string): string {
  return name.replaceAll(/\p{C}/gu, "?");
}
