/** The operator as a process of its own beside a stage, and its resources as kubectl would handle them. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type * as k8s from "@kubernetes/client-node";
import { TRIGGER_ANNOTATION } from "../../provider/spec/defaults.js";
import type { Neo4jRestoreSpec, Neo4jRestoreStatus } from "../../provider/spec/types.js";
import { waitFor } from "../../tools/lab/index.js";
import { group, version } from "../../tools/lab/objects/kinds.js";
import { programs } from "./programs.js";
import { kubeconfig, type Stage, type Wish } from "./stage.js";

const root = path.join(__dirname, "..", "..");
const main = "provider/faces/operator/main.ts";
const plural = "neo4jrestores";

type Place = Pick<Stage, "cluster" | "namespace">;

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [key: string]: unknown;
}

export class OperatorProcess {
  readonly lines: LogLine[] = [];
  private readonly listeners = new Set<() => void>();

  private constructor(private readonly child: ChildProcess) {
    const { stdout, stderr } = child;
    if (!stdout || !stderr) throw new Error("an operator without output");
    createInterface(stdout).on("line", (line) => {
      this.lines.push(JSON.parse(line) as LogLine);
      this.listeners.forEach((listener) => listener());
    });
    createInterface(stderr).on("line", (message) => this.lines.push({ level: "stderr", message }));
  }

  /**
   * @param sources where those of another version lie
   * @param settings as variables of its environment
   */
  static start(
    namespace: string,
    kubeconfigFile = kubeconfig,
    sources?: string,
    settings: Readonly<Record<string, string>> = {},
  ): OperatorProcess {
    const place = ["--namespace", namespace, "--leader-namespace", namespace, "--log-level", "debug"];
    const program =
      sources === undefined ? [programs.operator] : ["--import", "tsx", path.join(sources, main)];
    const args = [...program, ...place, "--port", "0", "--kubeconfig", kubeconfigFile];
    return new OperatorProcess(
      spawn(process.execPath, args, {
        ...{ cwd: root, stdio: ["ignore", "pipe", "pipe"] },
        env: { ...process.env, ...settings },
      }),
    );
  }

  /** A line that was or will be said. */
  async says(message: string): Promise<LogLine> {
    return this.tells((line) => line.message === message);
  }

  /** The first line about that. */
  async tellsWith(field: string): Promise<LogLine> {
    return this.tells((line) => field in line);
  }

  /** That it has come to one of these steps of a restore, in whatever words. */
  async enters(restore: string, ...steps: readonly string[]): Promise<void> {
    await this.tells((line) => line["restore"] === restore && steps.includes(String(line["step"])));
  }

  /** That it has looked at this revision of a resource, and done what was due at once. */
  async looked(restore: string, revision: string | undefined): Promise<void> {
    await this.tells((line) => line["restore"] === restore && line["revision"] === revision);
  }

  private async tells(holds: (line: LogLine) => boolean): Promise<LogLine> {
    for (;;) {
      const found = this.lines.find(holds);
      if (found) return found;
      await new Promise<void>((resolve) => {
        const heard = (): void => {
          this.listeners.delete(heard);
          resolve();
        };
        this.listeners.add(heard);
      });
    }
  }

  /** A path of its HTTP server: status and text. */
  async get(where: string): Promise<readonly [number, string]> {
    const { port } = await this.says("waiting to lead");
    const response = await fetch(`http://127.0.0.1:${Number(port)}${where}`);
    return [response.status, await response.text()];
  }

  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** As Kubernetes ends a pod; its exit code. */
  async stop(): Promise<number | null> {
    return this.end("SIGTERM");
  }

  /** Its exit code, once it has ended by itself. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
    return this.child.exitCode;
  }

  private async end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exit = once(this.child, "exit");
    this.child.kill(signal);
    await exit;
    return this.child.exitCode;
  }
}

export interface Resource extends k8s.KubernetesObject {
  readonly metadata: k8s.V1ObjectMeta;
  readonly spec: Neo4jRestoreSpec;
  readonly status?: Neo4jRestoreStatus;
}

/** `kubectl create -f`. */
export async function create(
  stage: Stage,
  wish: Wish,
  metadata: { readonly finalizers?: readonly string[] } = {},
): Promise<void> {
  const { trigger, ...document } = stage.document(wish);
  await createFrom(stage, { ...document, metadata: { ...document.metadata, ...metadata } }, trigger);
}

/** The same, of a document as it is written. */
export async function createFrom(
  stage: Place,
  document: { readonly metadata: object },
  trigger: string | undefined,
): Promise<void> {
  const annotations = trigger === undefined ? {} : { annotations: { [TRIGGER_ANNOTATION]: trigger } };
  const body = {
    apiVersion: `${group}/${version}`,
    kind: "Neo4jRestore",
    ...document,
    metadata: { ...document.metadata, ...annotations },
  };
  await stage.cluster.custom.createNamespacedCustomObject({
    ...{ group, version, plural, namespace: stage.namespace },
    body,
  });
}

/** `kubectl patch --type=json`. */
export async function edit(stage: Place, name: string, at: string, value: unknown): Promise<Resource> {
  const edited: unknown = await stage.cluster.custom.patchNamespacedCustomObject({
    ...{ group, version, plural, namespace: stage.namespace, name },
    body: [
      { op: value === undefined ? "remove" : "add", path: at, ...(value === undefined ? {} : { value }) },
    ],
  });
  return edited as Resource;
}

/** `kubectl delete`, without waiting. */
export async function remove(stage: Place, name: string): Promise<void> {
  await stage.cluster.custom.deleteNamespacedCustomObject({
    ...{ group, version, plural, namespace: stage.namespace, name },
  });
}

export async function read(stage: Stage, name: string): Promise<Resource> {
  const found: unknown = await stage.cluster.custom.getNamespacedCustomObject({
    ...{ group, version, plural, namespace: stage.namespace, name },
  });
  return found as Resource;
}

/** `kubectl wait`. */
export async function until(
  stage: Place,
  name: string,
  what: string,
  holds: (resource: Resource) => boolean,
  timeoutMs = 120_000,
): Promise<Resource> {
  return waitFor<Resource>(stage.cluster.config, {
    what: `${name} to be ${what}`,
    path: `/apis/${group}/${version}/namespaces/${stage.namespace}/${plural}`,
    name,
    timeoutMs,
    done: (resource, deleted) => !deleted && holds(resource),
  });
}

export const untilPhase = (
  stage: Stage,
  name: string,
  phase: string,
  timeoutMs?: number,
): Promise<Resource> =>
  until(
    stage,
    name,
    phase,
    ({ status, metadata }) => status?.phase === phase && status.observedGeneration === metadata.generation,
    timeoutMs,
  );

export async function untilGone(stage: Place, name: string): Promise<void> {
  await waitFor<Resource>(stage.cluster.config, {
    what: `${name} to be gone`,
    path: `/apis/${group}/${version}/namespaces/${stage.namespace}/${plural}`,
    name,
    timeoutMs: 120_000,
    done: (_, deleted) => deleted,
  });
}

/** Reasons of the events about a restore, in order of their making. */
export async function eventsOf(stage: Stage, name: string): Promise<readonly string[]> {
  const { items } = await stage.cluster.core.listNamespacedEvent({
    namespace: stage.namespace,
    fieldSelector: `involvedObject.kind=Neo4jRestore,involvedObject.name=${name}`,
  });
  return items
    .sort((one, other) => Number(one.metadata.resourceVersion) - Number(other.metadata.resourceVersion))
    .map(({ reason = "" }) => reason);
}

/** With nobody left who would, the finalizers of what remains are taken away: they would keep the namespace. */
export async function abandon(stage: Place): Promise<void> {
  const at = { group, version, plural, namespace: stage.namespace };
  const found: unknown = await stage.cluster.custom.listNamespacedCustomObject(at);
  for (const { metadata } of (found as { readonly items: readonly Resource[] }).items)
    if ((metadata.finalizers ?? []).length > 0)
      await edit(stage, metadata.name ?? "", "/metadata/finalizers", undefined);
}
