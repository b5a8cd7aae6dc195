/**
 * A connection to one cluster: its API, the default namespace, and where it came from.
 * Made only after the server has answered once; everything else in this folder takes it as given.
 */
import type { ConnectionArgs } from "../../spec/types.js";
import { RestoreFault } from "../../workflow/faults.js";
import { createApi, type Api } from "./api.js";
import { isRefusal } from "./errors.js";
import { loadKubeConfig, reloadKubeConfig } from "./kubeconfig.js";
import { createTransport, type Transport } from "./transport.js";

export interface KubernetesConnection {
  readonly api: Api;
  readonly transport: Transport;
  readonly defaultNamespace: string;
  /** File, context and server, for messages. */
  readonly origin: string;
  /** By the ServiceAccount of the pod that this process runs in: other pods are reached by their addresses. */
  readonly inside: boolean;
}

/** @param tell what will be acted on ("context prod, server api.example.com:6443"), before anything is asked of it. */
export async function connectKubernetes(
  connection: ConnectionArgs | undefined,
  tell: (place: string) => void = () => undefined,
): Promise<KubernetesConnection> {
  const loaded = loadKubeConfig(connection);
  const { config, origin, inside, place } = loaded;
  tell(place);
  const transport = createTransport(config, () => reloadKubeConfig(connection, loaded));
  const api = createApi(transport);
  await api.get("/version").catch((error: unknown) => {
    // A server that keeps its version to itself has answered all the same.
    if (isRefusal(error, 403)) return;
    throw withOrigin(error, origin);
  });
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace?.trim();
  return { api, transport, defaultNamespace: namespace || "default", origin, inside };
}

function withOrigin(error: unknown, origin: string): unknown {
  if (!(error instanceof RestoreFault)) return error;
  const reason = error.reason === "KubernetesUnauthorized" ? error.reason : "KubernetesUnreachable";
  return new RestoreFault(error.kind, reason, `${error.message} (tried: ${origin})`, {
    ...(error.evidence ? { evidence: error.evidence } : {}),
    cause: error,
  });
}
