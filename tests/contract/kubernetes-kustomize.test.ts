/** The kustomizations that are shipped: what kubectl makes of each is what the components make of the same wishes. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseAllDocuments } from "yaml";
import { restoreDefinition } from "../../provider/deploy/crd.js";
import { operatorManifests } from "../../provider/deploy/manifests.js";
import { version } from "../../package.json";
import { findKubectl } from "../kubectl.js";

const root = path.join(__dirname, "..", "..");
const image = `neo4j-restore-operator:${version}`;
const byName = (object: unknown): string => {
  const { kind, metadata } = object as { kind: string; metadata: { name: string; namespace?: string } };
  return `${kind} ${metadata.namespace ?? ""} ${metadata.name}`;
};
const sorted = (objects: readonly unknown[]): readonly unknown[] =>
  [...objects].sort((one, other) => byName(one).localeCompare(byName(other)));

jest.setTimeout(120_000);

let kubectl = "";
beforeAll(async () => {
  kubectl = await findKubectl();
}, 600_000);

const own = "restore.neo4j.com";
const scratch = mkdtempSync(path.join(tmpdir(), "neo4j-restore-kustomize-"));
afterAll(() => rmSync(scratch, { recursive: true }));

test.each([
  ["as it is", [], undefined, {}],
  ["namespaced", ["namespaced"], undefined, { watchNamespaces: ["neo4j"] }],
  ["own-group", ["own-group"], own, { apiGroup: own }],
  ["replicas", ["replicas"], undefined, { replicas: 2 }],
  ["service-monitor", ["service-monitor"], undefined, { serviceMonitor: { labels: {} } }],
])("%s", (_, components, group, choices) => {
  const rendered = kustomize(components);
  const wished: unknown = JSON.parse(
    JSON.stringify([restoreDefinition(group), ...operatorManifests({ image, ...choices })]),
  );
  expect(sorted(rendered)).toEqual(sorted(wished as readonly unknown[]));
});

test("both together", () => {
  const rendered = kustomize(["namespaced", "own-group"]);
  const role = operatorManifests({ image, watchNamespaces: ["neo4j"], apiGroup: own }).find(
    ({ kind, metadata }) => kind === "Role" && metadata.namespace === "neo4j",
  );
  expect(rendered).toContainEqual(JSON.parse(JSON.stringify(role)));
  expect(rendered.map(byName)).not.toContain("ClusterRole  neo4j-restore-operator");
});

function kustomize(components: readonly string[]): readonly unknown[] {
  const deploy = path.relative(scratch, path.join(root, "provider", "deploy"));
  const places = components.map((name) => path.join(deploy, name));
  writeFileSync(
    path.join(scratch, "kustomization.yaml"),
    JSON.stringify({ resources: [deploy], components: places }),
  );
  const documents = parseAllDocuments(execFileSync(kubectl, ["kustomize", scratch], { encoding: "utf8" }));
  if ("empty" in documents) throw new Error("kubectl rendered nothing");
  return documents.map((document) => document.toJS() as unknown);
}
