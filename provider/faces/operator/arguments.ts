/** The operator's command line and environment. Everything that is wrong is told at once, with what is allowed. */
import { parseArgs } from "node:util";
import { isNativeError } from "node:util/types";
import type { PodRef } from "../../compose.js";
import { API_GROUP } from "../../spec/defaults.js";
import { judgeApiGroup } from "../../spec/judges.js";
import { levels, type Level } from "./log.js";

export interface Settings {
  /** Where restores are looked for; none means everywhere. */
  readonly namespaces: readonly string[];
  /** Where the leader's Lease lies; undefined: the pod's own namespace. */
  readonly leaderNamespace: string | undefined;
  /** Of the resources that are looked after. */
  readonly apiGroup: string;
  readonly port: number;
  readonly logLevel: Level;
  /** What stages backups (connection.toolsImage), which no resource can name; undefined: its own image. */
  readonly toolsImage: string | undefined;
  /** The pod that it runs in; undefined: in none, as far as is known. */
  readonly pod: PodRef | undefined;
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
}

export type SettingsAnswer =
  { readonly ok: true; readonly settings: Settings } | { readonly ok: false; readonly message: string };

export const usage = `Usage: neo4j-restore-operator [options]

  --namespace NAME         look after restores in this namespace only; may be repeated  (WATCH_NAMESPACE, with commas)
  --leader-namespace NAME  namespace of the Lease that decides which replica works      (POD_NAMESPACE)
  --api-group GROUP        group of the Neo4jRestore resources that it serves           (API_GROUP)
                           default ${API_GROUP}
  --port NUMBER            port of /metrics, /healthz and /readyz; 0 takes any; default 8080
  --log-level LEVEL        ${levels.join(", ")}; default info                            (LOG_LEVEL)
  --tools-image IMAGE      the image that stages backups, built from image/tools          (TOOLS_IMAGE)
                           default: its own, read from its pod                            (POD_NAME, POD_NAMESPACE)
  --kubeconfig FILE        default: as kubectl finds it, or the pod's ServiceAccount
  --context NAME           context of the kubeconfig
`;

export function readSettings(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SettingsAnswer {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        namespace: { type: "string", multiple: true },
        "leader-namespace": { type: "string" },
        "api-group": { type: "string" },
        port: { type: "string" },
        "log-level": { type: "string" },
        "tools-image": { type: "string" },
        kubeconfig: { type: "string" },
        context: { type: "string" },
      },
    });
    const level = values["log-level"] ?? env["LOG_LEVEL"] ?? "info";
    const logLevel = levels.find((known) => known === level);
    const apiGroup = values["api-group"] ?? env["API_GROUP"] ?? API_GROUP;
    const unfit = judgeApiGroup(apiGroup);
    const port = Number(values.port ?? "8080");
    const problems = [
      ...(unfit ? [`--api-group ${apiGroup}: ${unfit.problem}; ${unfit.allowed} is allowed`] : []),
      ...(logLevel ? [] : [`--log-level ${level}: one of ${levels.join(", ")} is allowed`]),
      ...(Number.isInteger(port) && port >= 0 && port < 65_536
        ? []
        : [`--port ${values.port ?? ""}: a number from 0 to 65535 is allowed`]),
    ];
    if (!logLevel || problems.length > 0) return { ok: false, message: problems.join("\n") };
    const namespaces = (values.namespace ?? (env["WATCH_NAMESPACE"] ?? "").split(","))
      .map((name) => name.trim())
      .filter((name) => name !== "");
    return {
      ok: true,
      settings: {
        namespaces: [...new Set(namespaces)],
        leaderNamespace: values["leader-namespace"] ?? env["POD_NAMESPACE"],
        apiGroup,
        port,
        logLevel,
        // A manifest that leaves the value empty names none.
        toolsImage: values["tools-image"] ?? (env["TOOLS_IMAGE"] || undefined),
        pod: podOf(env),
        kubeconfig: values.kubeconfig,
        context: values.context,
      },
    };
  } catch (error) {
    // Not instanceof: parseArgs is Node's own, and its errors may come from another realm.
    if (!isNativeError(error) || !("code" in error)) throw error;
    return { ok: false, message: error.message };
  }
}

function podOf({
  POD_NAMESPACE: namespace,
  POD_NAME: name,
}: Readonly<Record<string, string | undefined>>): PodRef | undefined {
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}
