/**
 * The components, told by the real Pulumi engine on the lab: the shipped Deployment runs from the operator's image, in a
 * group of its own, and restores a packed backup, which it stages with its own image; nothing changes a second time; all
 * of it goes again. The plugin for Kubernetes' kinds is a stand-in.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type * as k8s from "@kubernetes/client-node";
import type { Neo4jRestoreStatus, RestoreSource } from "../../provider/spec/types.js";
import { removeAndWait } from "../../tools/lab/cluster.js";
import { apply, bringOperatorImage, debianReference } from "../../tools/lab/index.js";
import { placeKubernetesStandin } from "../../tools/pulumi/index.js";
import { expectServing } from "./expectations.js";
import { runPod } from "./helper-pod.js";
import { restoreJob } from "./look.js";
import { PulumiProject } from "./pulumi-project.js";
import { backups, kubeconfig, Stage, target } from "./stage.js";

jest.setTimeout(400_000);

const plugins = mkdtempSync(path.join(tmpdir(), "neo4j-restore-plugins-"));
let stage: Stage;
let project: PulumiProject;
let image = "";
beforeAll(async () => {
  stage = await Stage.open();
  image = await bringOperatorImage({}, (line) => console.log(line));
  await placeKubernetesStandin(plugins);
  project = await PulumiProject.open({ KUBECONFIG: kubeconfig }, [plugins]);
}, 600_000);
afterAll(async () => {
  project.remove();
  await stage.close();
  rmSync(plugins, { recursive: true });
});

const groupOf = (story: string): string => `${story}.${stage.namespace}.example.com`;

function program(apiGroup: string, name: string): string {
  const { namespace } = stage;
  const settings = { image, namespace, watchNamespaces: [namespace], logLevel: "debug" };
  const storage = { type: "pvc", pvc: { name: backups } } as const;
  const source: RestoreSource = {
    type: "pitr",
    pitr: {
      baseBackup: { type: "storage", storage, backupPath: name },
      compression: { algorithm: "gzip" },
    },
  };
  const restore = {
    metadata: { name, namespace },
    spec: { clusterRef: target, databaseName: name, source, force: true },
  };
  return `
const { Neo4jRestore } = require("pulumi-neo4j-restore");
const { Neo4jRestoreCrd, Neo4jRestoreOperator } = require("pulumi-neo4j-restore/operator");
const crd = new Neo4jRestoreCrd("kind", ${JSON.stringify({ apiGroup })});
const operator = new Neo4jRestoreOperator("operator", { crd, ...${JSON.stringify(settings)} });
const { apiVersion } = operator;
new Neo4jRestore("restore", { apiVersion, mode: "operator", ...${JSON.stringify(restore)} }, { dependsOn: operator });
exports.namespace = operator.namespace;
`;
}

test("up: kind, operator and a restore; up again: nothing; destroy: all of it goes", async () => {
  const name = "components";
  const group = groupOf("restore");
  await stage.database(name, "monday");
  const { folder, artifact } = await stage.backup(name, name);
  await runPod(stage, {
    image: debianReference,
    argv: ["gzip", `/backup/${folder}/${artifact}`],
    claims: { "/backup": backups },
  });
  await stage.mark(name, "tuesday");
  project.program(program(group, name));

  const first = await project.up();
  expect(first.code === 0 ? "done" : first.output).toBe("done");
  const { status } = await stage.cluster.objects.read<
    k8s.KubernetesObject & { readonly status?: Neo4jRestoreStatus }
  >({
    apiVersion: `${group}/v1beta1`,
    kind: "Neo4jRestore",
    metadata: { name, namespace: stage.namespace },
  });
  expect(status).toMatchObject({ phase: "Completed" });
  expect(status?.backupInfo?.backupPath).toMatch(/\.backup\.gz$/);
  await expectServing(stage, name, ["monday"]);
  await expectConfined();
  const { spec } = await restoreJob(stage, name);
  expect(spec?.template.spec?.initContainers).toMatchObject([{ image }]);

  const again = await project.up();
  expect(again).toMatchObject({ code: 0 });
  expect(again.output).toMatch(/Resources:\s+\d+ unchanged/);

  expect(await project.destroy()).toMatchObject({ code: 0 });
  const { items } = await stage.cluster.core.listNamespacedPod({
    namespace: stage.namespace,
    labelSelector: "app.kubernetes.io/component=operator",
  });
  expect(items).toEqual([]);
  await expect(stage.cluster.objects.read(definitionOf(group))).rejects.toMatchObject({ code: 404 });
  await expectServing(stage, name, ["monday"]);
});

test("another operator's kind of that name stays as it is, told by the preview and by up", async () => {
  const group = groupOf("original");
  const { metadata } = definitionOf(group);
  const names = { kind: "Neo4jRestore", plural: "neo4jrestores" };
  const schema = { openAPIV3Schema: { type: "object" } };
  const versions = [{ name: "v1alpha1", served: true, storage: true, schema }];
  const theirs = { ...definitionOf(group), spec: { group, names, scope: "Namespaced", versions } };
  await apply(stage.cluster, theirs);
  const before = await stage.cluster.objects.read(definitionOf(group));
  project.program(program(group, "refused"));
  for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
    const { code, output } = await project.pulumi(...command);
    expect(code).not.toBe(0);
    expect(output).toContain(
      `ForeignDefinition: the cluster has a custom resource definition ${metadata.name}`,
    );
    expect(output).toContain("(written by neo4j-restore-lab, ");
    expect(output).toContain("Serve a group of your own beside it (apiGroup, for example restore.neo4j.com)");
    expect(output).not.toMatch(/^\s+at /m);
  }
  const after = await stage.cluster.objects.read(definitionOf(group));
  expect(after.metadata?.resourceVersion).toBe(before.metadata?.resourceVersion);
  await removeAndWait(stage.cluster, definitionOf(group));
  await project.destroy();
});

const definitionOf = (group: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `neo4jrestores.${group}` },
});

/** The pod runs as the manifests say: as nobody, on a root that it can't write, with what its ServiceAccount may. */
async function expectConfined(): Promise<void> {
  const { items } = await stage.cluster.core.listNamespacedPod({
    namespace: stage.namespace,
    labelSelector: "app.kubernetes.io/component=operator",
  });
  const [pod] = items;
  expect(pod?.spec).toMatchObject({
    serviceAccountName: "neo4j-restore-operator",
    securityContext: { runAsNonRoot: true, runAsUser: 65532 },
    containers: [{ image, securityContext: { readOnlyRootFilesystem: true } }],
  });
  expect(pod?.status?.containerStatuses?.[0]?.restartCount).toBe(0);
}
