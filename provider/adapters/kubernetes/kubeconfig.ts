/**
 * Finds the cluster and the user to work as: given content or path and context, else as kubectl does it
 * (KUBECONFIG, ~/.kube/config), else the pod's own ServiceAccount. Nothing is contacted here.
 * What is wrong with it is said with what was tried; a kubeconfig's content is never part of a message.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import type { ConnectionArgs } from "../../spec/types.js";
import { RestoreFault } from "../../workflow/faults.js";
import { describe } from "./errors.js";

export interface LoadedConfig {
  readonly config: KubeConfig;
  /** What was read, for messages: "file /home/me/.kube/config, context prod, server https://…". */
  readonly origin: string;
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

export function loadKubeConfig(connection: ConnectionArgs | undefined): LoadedConfig {
  const config = new KubeConfig();
  const source = load(config, connection?.kubeconfig);
  if (connection?.context !== undefined) config.setCurrentContext(connection.context);
  const context = config.getCurrentContext();
  const cluster = config.getCurrentCluster();
  if (!config.getContextObject(context) || !cluster) {
    const known = config.getContexts().map((entry) => entry.name);
    throw invalid(
      context ? `${source} has no usable context "${context}"` : `${source} names no current context`,
      known.length > 0 ? `it has: ${known.join(", ")}` : "it has none",
    );
  }
  if (!URL.canParse(cluster.server)) throw invalid(`${source}, context ${context}`, "its server is no URL");
  allowPlainHttp(config);
  const origin = `${source}, context ${context}, server ${cluster.server}`;
  return { config, origin, inside: source === serviceAccount };
}

function load(config: KubeConfig, given: string | undefined): string {
  if (given === undefined) return loadDefault(config);
  // A path has one line and no colon-space; YAML and JSON have either several lines or braces.
  const isContent = /[\n{]|: /.test(given);
  const source = isContent ? "the given kubeconfig" : `file ${resolve(expand(given))}`;
  return attempt(source, () =>
    isContent ? config.loadFromString(given) : config.loadFromFile(resolve(expand(given))),
  );
}

function loadDefault(config: KubeConfig): string {
  const files = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  if (files.length > 0)
    return attempt(`file ${files.join(", ")} (KUBECONFIG)`, () => config.loadFromDefault());
  const home = join(homedir(), ".kube", "config");
  if (existsSync(home)) return attempt(`file ${home}`, () => config.loadFromFile(home));
  if (process.env["KUBERNETES_SERVICE_HOST"]) {
    return attempt(serviceAccount, () => config.loadFromCluster());
  }
  throw invalid(
    "No kubeconfig was found",
    `connection.kubeconfig and KUBECONFIG are unset, ${home} does not exist, and this is no pod`,
  );
}

function attempt(source: string, read: () => void): string {
  try {
    read();
    return source;
  } catch (cause) {
    // A parser's message quotes the content, which may hold a token: only its first line, without the quote.
    throw invalid(`${source} cannot be read`, describe(cause).split("\n")[0] ?? "", cause);
  }
}

function expand(path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

/** kubectl speaks plain HTTP where the kubeconfig says so; client-node wants it said a second time. */
function allowPlainHttp(config: KubeConfig): void {
  const current = config.getCurrentCluster();
  config.clusters = config.clusters.map((cluster) =>
    cluster.name === current?.name && cluster.server.startsWith("http:")
      ? { ...cluster, skipTLSVerify: true }
      : cluster,
  );
}

function invalid(what: string, why: string, cause?: unknown): RestoreFault {
  return new RestoreFault("terminal", "KubernetesUnreachable", `${what}: ${why}.`, { cause });
}
