/**
 * The README's way for a user who has kubectl and nothing else, word for word: install, restore, look, undo, uninstall.
 * The operator works in all namespaces, by the ClusterRole that is shipped; so the story has the lab for itself.
 */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { bringOperatorImage } from "../../tools/lab/index.js";
import { expectNothingRemains, expectServing } from "../cluster/expectations.js";
import { kubeconfig, Stage } from "../cluster/stage.js";
import { findKubectl, kubectlIn, type Said } from "../kubectl.js";

jest.setTimeout(300_000);

const root = path.join(__dirname, "..", "..");
const folder = mkdtempSync(path.join(tmpdir(), "neo4j-restore-kubectl-"));
const write = (file: string, content: unknown): void =>
  writeFileSync(path.join(folder, file), stringify(content));
const install = ["apply", "--server-side", "--field-manager=pulumi-neo4j-restore", "-k", "."];
const operator = ["-n", "neo4j-restore-system"];
const definition = "crd/neo4jrestores.neo4j.neo4j.com";

let stage: Stage;
let kubectl: (...args: readonly string[]) => Said;
beforeAll(async () => {
  stage = await Stage.open();
  const image = await bringOperatorImage({}, (line) => console.log(line));
  const [newName = "", newTag = ""] = image.split(/:(?=[^:]+$)/);
  // A checkout beside the file, as the README has it; kustomize follows no link out of its folder but to a folder.
  symlinkSync(path.join(root, "provider"), path.join(folder, "provider"));
  write("kustomization.yaml", {
    resources: ["provider/deploy"],
    images: [{ name: "neo4j-restore-operator", newName, newTag }],
  });
  kubectl = kubectlIn(folder, { kubectl: await findKubectl(), kubeconfig });
}, 600_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await stage.close();
});

function done(said: Said): string {
  expect(said.code === 0 ? "done" : said.err).toBe("done");
  return said.out;
}

test("another operator's definition is not replaced: a conflict, and it is as it was", () => {
  const shipped = parse(readFileSync(path.join(root, "provider/deploy/crd.yaml"), "utf8")) as {
    readonly spec: { readonly names: object };
  };
  const theirs = {
    ...shipped,
    spec: { ...shipped.spec, names: { ...shipped.spec.names, shortNames: ["theirs"] } },
  };
  write("theirs.yaml", theirs);
  done(kubectl("apply", "-f", "theirs.yaml"));
  done(kubectl("wait", definition, "--for=condition=established", "--timeout=60s"));
  const before = done(kubectl("get", definition, "-o", "yaml"));
  const refused = kubectl(...install);
  expect(refused.code).not.toBe(0);
  expect(refused.err).toContain("conflict");
  expect(done(kubectl("get", definition, "-o", "yaml"))).toBe(before);
  done(kubectl("delete", "-f", "provider/deploy/operator.yaml"));
  expect(done(kubectl("get", definition, "-o", "yaml"))).toBe(before);
  done(kubectl("delete", definition));
});

test("installed, restored, undone and uninstalled with kubectl alone", async () => {
  const name = "orders";
  const [resource, at] = [`n4jr/${name}`, ["-n", stage.namespace]];
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
  write("restore.yaml", {
    apiVersion: "neo4j.neo4j.com/v1beta1",
    kind: "Neo4jRestore",
    ...stage.document({ name, force: true, options: { keepPrevious: "1h" } }),
  });

  done(kubectl(...install));
  done(kubectl(...operator, "rollout", "status", "deployment/neo4j-restore-operator", "--timeout=200s"));
  done(kubectl("apply", "-f", "restore.yaml"));
  done(kubectl(...at, "wait", resource, "--for=jsonpath={.status.phase}=Completed", "--timeout=200s"));
  expect(done(kubectl("get", "n4jr", "--all-namespaces"))).toMatch(/ORDERS|orders +graph.* Completed /i);
  await expectServing(stage, name, ["monday"]);
  await expectNothingRemains(stage, name);

  const inside = [...operator, "exec", "deployment/neo4j-restore-operator", "--", "neo4j-restore"];
  done(kubectl(...inside, "undo", name, ...at));
  await expectServing(stage, name, ["monday", "tuesday"]);

  done(kubectl("delete", "-f", "restore.yaml", "--timeout=100s"));
  done(kubectl("delete", "-k", ".", "--timeout=100s"));
  expect(kubectl("get", definition).err).toContain("NotFound");
  expect(kubectl("get", "clusterrole/neo4j-restore-operator").err).toContain("NotFound");
  await expectServing(stage, name, ["monday", "tuesday"]);
});
