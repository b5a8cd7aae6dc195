/** Resources that were never checked: the kind's older version, with a schema that lets everything in. */
import { connectKubernetes } from "../../provider/adapters/kubernetes/index.js";
import { absent } from "../../provider/adapters/kubernetes/api.js";
import { nameOf, objects } from "../../provider/adapters/kubernetes/json.js";
import type { JsonObject } from "../../provider/plan/observation.js";
import { group } from "../../tools/lab/objects/kinds.js";
import { eventually } from "../contract/kubernetes/lab.js";
import { kubeconfig, type Stage } from "./stage.js";

const kind = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/neo4jrestores.${group}`;
const older: JsonObject = {
  name: "v1alpha0",
  served: true,
  storage: false,
  subresources: { status: {} },
  schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
};

/** Other stories may put the shipped kind back at any moment: then the version is added again. */
export async function createUnchecked(stage: Stage, name: string, spec: JsonObject): Promise<void> {
  const { api } = await connectKubernetes({ kubeconfig });
  await eventually(async () => {
    const there = (await api.get(kind)) ?? {};
    const versions = objects(there, "spec", "versions");
    if (!versions.some((version) => nameOf({ metadata: version }) === older["name"]))
      await api.patch(kind, { spec: { versions: [...versions, older] } });
    const apiVersion = `${group}/v1alpha0`;
    const body = { apiVersion, kind: "Neo4jRestore", metadata: { name }, spec };
    // The version is served a moment after the definition was taken.
    return api
      .create(`/apis/${apiVersion}/namespaces/${stage.namespace}/neo4jrestores`, body)
      .catch(absent(undefined));
  });
}
