/**
 * The examples run as they are, by the real Pulumi engine and, as YAML, by the command line and by the operator; the lab
 * is in place of a user's cluster and clouds. What is a user's own (instance, buckets, endpoints, images) comes from
 * their configuration.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { parse } from "yaml";
import { debianReference, installRestoreKind, openStore, toolsReference } from "../../tools/lab/index.js";
import type { Store, StoreKind } from "../../tools/lab/index.js";
import { command } from "./command.js";
import { expectNothingRemains, expectServing } from "./expectations.js";
import { runPod } from "./helper-pod.js";
import { shippedIdentity, type Identity } from "./identity.js";
import { abandon, createFrom, OperatorProcess, untilPhase } from "./operator-stage.js";
import { PulumiProject } from "./pulumi-project.js";
import { backups, kubeconfig, Stage, target } from "./stage.js";
import { StoreStage } from "./store-stage.js";
import { twinOf } from "./twin.js";

jest.setTimeout(600_000);

let stage: Stage;
let project: PulumiProject;
let stores: Readonly<Record<StoreKind, StoreStage>>;
let operator: OperatorProcess;
let identity: Identity;
beforeAll(async () => {
  const bucket = `examples-${randomBytes(4).toString("hex")}`;
  const open = (kind: StoreKind): Promise<Store> => openStore(kind, bucket, () => undefined);
  const [s3, gcs, azure] = [await open("s3"), await open("gcs"), await open("azure")];
  const { trust } = azure;
  const env = { ...gcs.env, ...azure.env };
  stage = await Stage.open({ store: { env, ...(trust ? { trust } : {}) } });
  stores = {
    s3: new StoreStage(stage, s3),
    gcs: new StoreStage(stage, gcs),
    azure: new StoreStage(stage, azure),
  };
  await stores.s3.secret("aws-restore-credentials");
  await stores.gcs.secret("gcs-restore-credentials");
  await stores.gcs.secret("gcs-dr-credentials");
  await stores.azure.secret("azure-restore-credentials");
  project = await PulumiProject.open({ KUBECONFIG: kubeconfig });
  await installRestoreKind(stage.cluster);
  identity = await shippedIdentity(stage);
  const settings = { TOOLS_IMAGE: toolsReference };
  operator = OperatorProcess.start(stage.namespace, identity.kubeconfig, undefined, settings);
  await operator.says("leads");
}, 400_000);
afterAll(async () => {
  project.remove();
  await operator.stop();
  identity.forget();
  await abandon(stage);
  await stage.close();
});

type Config = Readonly<Record<string, string>>;

/** The program with this configuration ends well, the database serves these marks again, and so it does by its twin. */
async function expectUp(example: string, database: string, config: Config, marks: readonly string[]) {
  const { namespace } = stage;
  await project.useExample(example, { namespace, cluster: target, ...config });
  expect(await project.pulumi("preview")).toMatchObject({ code: 0 });
  expect(await project.up()).toMatchObject({ code: 0 });
  const { metadata, status } = project.restored()?.outputs ?? {};
  expect(status?.phase).toBe("Completed");
  await expectServing(stage, database, marks);
  await expectNothingRemains(stage, metadata?.name ?? "");

  await expectTwin(twinOf(example, { namespace, ...config }), database, marks);
}

interface Written {
  readonly metadata: { readonly name: string };
}

/** It asks for just that, so nothing is done; with a trigger the command line, and then the operator, does it again. */
async function expectTwin(twin: string, database: string, marks: readonly string[]) {
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

async function drop(database: string): Promise<void> {
  await stage.cypher("system", "DROP DATABASE $database", { database });
}

/** Database and Neo4jBackup as the program names them. */
test.each([
  ["simple", "testdb", "daily-test-backup"],
  ["standalone", "app-db", "dev-daily-backup"],
])("%s", async (example, database, backup) => {
  await stage.database(database, "monday");
  await stage.backup(backup, database);
  await stage.mark(database, "tuesday");
  await expectUp(example, database, {}, ["monday"]);
  await drop(database);
});

/** Until the check's argv can be a script of the image, one that reaches Neo4j as the variable names it. */
const check = 'at=$(echo "$NEO4J_URI" | cut -c 9-); exec 3<> "/dev/tcp/$(echo "$at" | tr : /)"';
const checked = { checkImage: debianReference, checkCommand: JSON.stringify(["bash", "-c", check]) };

/** The folder of the artifacts as storage.path and backupPath of the program make it; an exact one is told. */
test.each<readonly [string, StoreKind, string, string, string, "folder" | "exact", Config]>([
  ["s3", "s3", "dev-app", "snapshots/", "backups/dev-app/backup-20250120-103000", "folder", {}],
  [
    "offline",
    "s3",
    "large-graph",
    "large-graph/",
    "backups/large-graph/backup-20250120-020000",
    "folder",
    {},
  ],
  ["gcs", "gcs", "analytics-db", "weekly/", "backups/analytics-db/backup-20250120-030000", "folder", {}],
  ["azure", "azure", "customer-data", "production/", "backups/customer-data", "exact", checked],
  ["cross-cloud", "gcs", "critical-app", "disaster-recovery/", "backups/critical-app", "exact", checked],
])("%s", async (example, kind, database, root, folder, form, config) => {
  const at = stores[kind];
  await stage.database(database, "monday");
  const artifact = await at.backup(database, folder, root);
  await stage.mark(database, "tuesday");
  const exact = form === "exact" ? { backupPath: `/${folder}/${artifact}` } : {};
  await expectUp(example, database, { ...inStore(at.store), ...exact, ...config }, ["monday"]);
  await drop(database);
});

function inStore({ bucket, storage: { cloud } }: Store): Config {
  if (cloud?.endpointURL === undefined) return { bucket };
  return { bucket, endpoint: cloud.endpointURL, pathStyle: "true" };
}

/** Constant: what follows the base in /backup/FOLDER goes to the bucket, packed and encrypted. */
const ship = `set -e
export HOME=/tmp GNUPGHOME=/tmp/gnupg; mkdir -m 700 "$GNUPGHOME"; cd "/backup/$1"
for file in *.backup; do
  [ "$file" != "$2" ] || continue
  lz4 -q -c "$file" | gpg --batch --quiet --pinentry-mode loopback --passphrase "$3" --symmetric --cipher-algo AES256 -o "/tmp/$file.lz4.gpg"
  rclone --config "" copyto --s3-no-check-bucket "/tmp/$file.lz4.gpg" "logs:$4/$file.lz4.gpg"
  rm "$file"
done
`;

test("pitr", async () => {
  const [database, passphrase] = ["production-db", "a key of many words"];
  const { store } = stores.s3;
  await stage.database(database, "monday");
  const base = await stage.backup("daily-production-backup", database);
  await stage.mark(database, "tuesday");
  const pointInTime = await quietSecond();
  await stage.mark(database, "wednesday");
  await stage.backup("daily-production-backup", database, "head", "DIFF");
  await runPod(stage, {
    image: toolsReference,
    argv: [
      "/bin/sh",
      "-c",
      ship,
      "ship",
      base.folder,
      base.artifact,
      passphrase,
      `${store.bucket}/production/logs`,
    ],
    claims: { "/backup": backups },
    env: {
      ...{ RCLONE_CONFIG_LOGS_TYPE: "s3", RCLONE_CONFIG_LOGS_PROVIDER: "Other" },
      RCLONE_CONFIG_LOGS_ENDPOINT: store.storage.cloud?.endpointURL ?? "",
      RCLONE_CONFIG_LOGS_FORCE_PATH_STYLE: "true",
      RCLONE_CONFIG_LOGS_ACCESS_KEY_ID: store.login["AWS_ACCESS_KEY_ID"] ?? "",
      RCLONE_CONFIG_LOGS_SECRET_ACCESS_KEY: store.login["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  });
  const body = { metadata: { name: "transaction-log-encryption" }, stringData: { key: passphrase } };
  await stage.cluster.core.createNamespacedSecret({ namespace: stage.namespace, body });
  const config = { ...inStore(store), pointInTime, toolsImage: toolsReference };
  await expectUp("pitr", database, config, ["monday", "tuesday"]);
});

/** A second in which nothing happens: the resolution of a point in time. */
async function quietSecond(): Promise<string> {
  const next = Math.floor(Date.now() / 1000) * 1000 + 1000;
  await pause(next + 1000 - Date.now());
  return new Date(next).toISOString().replace(".000Z", "Z");
}
