/**
 * Where the stories of one file are told: a namespace of the lab with one standalone Neo4j in it, and the product's
 * own engine over it. Every story takes databases and restores of its own names, so that the costly part, a JVM, is
 * shared. What tests assert is read from the world (Bolt, API server, volume), never from calls.
 */
import { randomBytes } from "node:crypto";
import { createKubernetesPort, connectKubernetes } from "../../provider/adapters/kubernetes/index.js";
import { openEngine } from "../../provider/compose.js";
import type { Engine, Progress, RunOptions, RunReport } from "../../provider/runtime/engine.js";
import { parseRestore, type RestoreRequest } from "../../provider/spec/parse.js";
import type { ConnectionArgs, Neo4jRestoreSpec, RestoreDocument } from "../../provider/spec/types.js";
import type { KubernetesPort } from "../../provider/workflow/ports.js";
import {
  connect,
  createBackup,
  createEnterpriseCluster,
  createStandalone,
  ensureNamespace,
  runCypher,
} from "../../tools/lab/index.js";
import type { ClusterRequest } from "../../tools/lab/index.js";
import type { Backup, BackupType, Cluster, Form, Row } from "../../tools/lab/index.js";
import { layout } from "../../tools/lab/layout.js";
import { expectNothingForbidden } from "./forbidden.js";
import { directIdentity, type Identity } from "./identity.js";

export const kubeconfig = layout().kubeconfig;
export const target = "graph";
/** The claim that all backups of a stage lie on. */
export const backups = "backups";
/** And the one with what follows them, where a story has it. */
export const logs = "logs";
const owner = "story";

export interface Wish extends Partial<Neo4jRestoreSpec> {
  readonly name: string;
  readonly trigger?: string;
  readonly connection?: ConnectionArgs;
}

export interface Going {
  readonly ended: Promise<RunReport>;
  /** What was told so far. */
  readonly told: readonly Progress[];
}

type Work = (engine: Engine, options: RunOptions) => Promise<RunReport>;

export class Stage {
  private constructor(
    readonly namespace: string,
    readonly cluster: Cluster,
    readonly engine: Engine,
    private readonly port: KubernetesPort & { close(): Promise<void> },
    /** Whose permissions the engine has. */
    readonly identity: Identity,
  ) {}

  /** @param options `servers` makes it a cluster of so many */
  static async open(options: Omit<ClusterRequest, "name" | "namespace"> = {}): Promise<Stage> {
    const namespace = `story-${randomBytes(4).toString("hex")}`;
    const cluster = await connect();
    await ensureNamespace(cluster, namespace);
    const identity = await directIdentity({ cluster, namespace });
    const stage = new Stage(
      namespace,
      cluster,
      await openEngine({ kubeconfig: identity.kubeconfig }),
      createKubernetesPort(await connectKubernetes({ kubeconfig })),
      identity,
    );
    const request = { name: target, namespace, ...options };
    await (options.servers === undefined ? createStandalone : createEnterpriseCluster)(cluster, request);
    return stage;
  }

  /** A call that the documented Role forbids fails its stories. The namespace goes with everything in it; nobody waits for that. */
  async close(): Promise<void> {
    await this.engine.close();
    this.identity.forget();
    await this.port.close();
    const { core } = this.cluster;
    // Journals of runs that a failed story left active would keep the namespace for ever.
    for (const map of (await core.listNamespacedConfigMap({ namespace: this.namespace })).items) {
      const name = map.metadata?.name ?? "";
      if ((map.metadata?.finalizers ?? []).length === 0) continue;
      const body = [{ op: "remove", path: "/metadata/finalizers" }];
      await core.patchNamespacedConfigMap({ name, namespace: this.namespace, body });
    }
    await core.deleteNamespace({ name: this.namespace });
    await expectNothingForbidden(this.namespace);
  }

  cypher(database: string, statement: string, parameters = {}): Promise<readonly Row[]> {
    return runCypher(this.cluster, {
      namespace: this.namespace,
      target,
      database,
      statement,
      parameters,
    });
  }

  /** A new database with some weight and one mark to know it by. */
  async database(name: string, mark: string): Promise<void> {
    await this.cypher("system", "CREATE DATABASE $name WAIT", { name });
    await this.cypher(name, "UNWIND range(1, 500) AS n CREATE (:Order {number: n})");
    await this.mark(name, mark);
  }

  async mark(database: string, mark: string): Promise<void> {
    await this.cypher(database, "CREATE (:Mark {text: $mark})", { mark });
  }

  /** The marks that the database bears, in order. */
  async marks(database: string): Promise<readonly string[]> {
    const rows = await this.cypher(database, "MATCH (m:Mark) RETURN m.text AS text ORDER BY text");
    return rows.map((row) => String(row["text"]));
  }

  backup(name: string, database: string, form: Form = "head", type: BackupType = "FULL"): Promise<Backup> {
    return createBackup(this.cluster, {
      name,
      database,
      form,
      type,
      target,
      claim: backups,
      namespace: this.namespace,
    });
  }

  /** As a user would write it, in YAML or a program. */
  document({ name, trigger, connection, ...spec }: Wish): RestoreDocument {
    return {
      metadata: { name, namespace: this.namespace },
      ...(trigger === undefined ? {} : { trigger }),
      ...(connection === undefined ? {} : { connection }),
      spec: {
        clusterRef: target,
        databaseName: name,
        source: { type: "backup", backupRef: name },
        ...spec,
      },
    };
  }

  request(wish: Wish): RestoreRequest {
    const parsed = parseRestore(this.document(wish));
    if (!parsed.ok) throw new Error(parsed.issues.map(({ message }) => message).join("\n"));
    return parsed.request;
  }

  restore(wish: Wish): Promise<RunReport> {
    return this.begin((engine, options) => engine.run(this.request(wish), options)).ended;
  }

  /** Any work of the engine, by name: undo, discard. */
  on(name: string, verb: "undo" | "discard" | "resume"): Promise<RunReport> {
    const ref = { name, namespace: this.namespace };
    return this.begin((engine, options) => engine[verb](ref, options)).ended;
  }

  begin(work: Work): Going {
    const told: Progress[] = [];
    const options: RunOptions = { ...this.options, onProgress: (progress) => void told.push(progress) };
    return { ended: work(this.engine, options), told };
  }

  readonly options: RunOptions = {
    owner,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };

  /** Runs a program in the server's container. */
  async exec(...argv: readonly string[]): Promise<string> {
    const answer = await this.port.exec(this.namespace, await this.pod(), "neo4j", argv);
    if (answer.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${answer.stderr}`);
    return answer.stdout;
  }

  /** The standalone's, or a cluster's first. */
  private async pod(): Promise<string> {
    const { items } = await this.cluster.core.listNamespacedPod({ namespace: this.namespace });
    const first = `${target}-server-0`;
    return items.some(({ metadata }) => metadata?.name === first) ? first : `${target}-0`;
  }

  /** Makes the stand-in misbehave from now on; a name that ends in .once: one time. */
  async fault(name: string, value: string): Promise<void> {
    const script = 'mkdir -p /data/.standin && printf %s "$2" > "/data/.standin/$1"';
    await this.exec("sh", "-c", script, "sh", name, value);
  }

  async behave(): Promise<void> {
    await this.exec("rm", "-rf", "/data/.standin");
  }
}
