/**
 * The stage of the examples: they run as they are, by the real Pulumi engine and, as YAML, by the command line and by the
 * operator; the lab is in place of a user's cluster and clouds. What is a user's own (instance, buckets, endpoints,
 * images) comes from their configuration.
 */
import { randomBytes } from "node:crypto";
import { parse } from "yaml";
import { installRestoreKind, openStore, toolsReference } from "../../tools/lab/index.js";
import type { Store, StoreKind } from "../../tools/lab/index.js";
import { command } from "./command.js";
import { expectNothingRemains, expectServing } from "./expectations.js";
import { shippedIdentity, type Identity } from "./identity.js";
import { abandon, createFrom, OperatorProcess, untilPhase } from "./operator-stage.js";
import { PulumiProject } from "./pulumi-project.js";
import { kubeconfig, Stage, target } from "./stage.js";
import { StoreStage } from "./store-stage.js";
import { twinOf } from "./twin.js";

export type Config = Readonly<Record<string, string>>;
export type Stores = Readonly<Record<StoreKind, StoreStage>>;

interface Written {
  readonly metadata: { readonly name: string };
}

export class ExamplesStage {
  private constructor(
    readonly stage: Stage,
    readonly stores: Stores,
    private readonly project: PulumiProject,
    private readonly identity: Identity,
    private readonly operator: OperatorProcess,
  ) {}

  static async open(): Promise<ExamplesStage> {
    const bucket = `examples-${randomBytes(4).toString("hex")}`;
    const open = (kind: StoreKind): Promise<Store> => openStore(kind, bucket, () => undefined);
    const [s3, gcs, azure] = [await open("s3"), await open("gcs"), await open("azure")];
    const { trust } = azure;
    const env = { ...gcs.env, ...azure.env };
    const stage = await Stage.open({ store: { env, ...(trust ? { trust } : {}) } });
    const stores = {
      s3: new StoreStage(stage, s3),
      gcs: new StoreStage(stage, gcs),
      azure: new StoreStage(stage, azure),
    };
    await stores.s3.secret("aws-restore-credentials");
    await stores.gcs.secret("gcs-restore-credentials");
    await stores.gcs.secret("gcs-dr-credentials");
    await stores.azure.secret("azure-restore-credentials");
    const project = await PulumiProject.open({ KUBECONFIG: kubeconfig });
    await installRestoreKind(stage.cluster);
    const identity = await shippedIdentity(stage);
    const settings = { TOOLS_IMAGE: toolsReference };
    const operator = OperatorProcess.start(stage.namespace, identity.kubeconfig, undefined, settings);
    await operator.says("leads");
    return new ExamplesStage(stage, stores, project, identity, operator);
  }

  async close(): Promise<void> {
    this.project.remove();
    await this.operator.stop();
    this.identity.forget();
    await abandon(this.stage);
    await this.stage.close();
  }

  /** The program with this configuration ends well, the database serves these marks again, and so it does by its twin. */
  async expectUp(example: string, database: string, config: Config, marks: readonly string[]): Promise<void> {
    const { project, stage } = this;
    const { namespace } = stage;
    await project.useExample(example, { namespace, cluster: target, ...config });
    expect(await project.pulumi("preview")).toMatchObject({ code: 0 });
    expect(await project.up()).toMatchObject({ code: 0 });
    const { metadata, status } = project.restored()?.outputs ?? {};
    expect(status?.phase).toBe("Completed");
    await expectServing(stage, database, marks);
    await expectNothingRemains(stage, metadata?.name ?? "");

    await this.expectTwin(twinOf(example, { namespace, ...config }), database, marks);
  }

  async drop(database: string): Promise<void> {
    await this.stage.cypher("system", "DROP DATABASE $database", { database });
  }

  /** It asks for just that, so nothing is done; with a trigger the command line, and then the operator, does it again. */
  private async expectTwin(twin: string, database: string, marks: readonly string[]): Promise<void> {
    const { stage } = this;
    const run = async (...flags: readonly string[]) => command(["run", "-f", "-", ...flags], twin).ended;
    const { code, out } = await run();
    expect([code, out]).toEqual([0, expect.stringContaining("Nothing was done")]);

    await stage.mark(database, "before its twin");
    expect(await run("--trigger", "by its twin")).toMatchObject({ code: 0 });
    await expectServing(stage, database, marks);

    await stage.mark(database, "before the operator");
    // A program's connection is the operator's own affair.
    const { connection: _ours, ...resource } = parse(twin) as Written & { readonly connection?: unknown };
    await createFrom(stage, resource, "by the operator");
    await untilPhase(stage, resource.metadata.name, "Completed");
    await expectServing(stage, database, marks);
  }
}

/** Where a program finds its artifacts, by its own configuration. */
export function inStore({ bucket, storage: { cloud } }: Store): Config {
  if (cloud?.endpointURL === undefined) return { bucket };
  return { bucket, endpoint: cloud.endpointURL, pathStyle: "true" };
}
