/** Situations that the operator can meet, for the tests of what it decides. */
import { finalizer, type Scene, type Task } from "../../../provider/faces/operator/decide.js";
import { requestOf } from "../../../provider/faces/operator/request.js";
import { runIdentity } from "../../../provider/plan/identity.js";
import type { RestoreView } from "../../../provider/compose.js";
import type { JsonObject } from "../../../provider/plan/observation.js";
import type { Standing } from "../../../provider/runtime/engine.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";

export const documentOf = (spec: JsonObject = {}, annotations: JsonObject = {}): JsonObject => ({
  metadata: { name: "r", namespace: "neo4j", annotations },
  spec: {
    clusterRef: "solo",
    databaseName: "orders",
    source: { type: "backup", backupRef: "nightly" },
    ...spec,
  },
});

export const viewOf = (more: Partial<RestoreView> = {}): RestoreView => ({
  namespace: "neo4j",
  name: "r",
  uid: "u",
  revision: "1",
  generation: 2,
  deleting: false,
  finalizers: [finalizer],
  document: documentOf(),
  status: undefined,
  ...more,
});

export function requestIn(document: object): RestoreRequest {
  const asked = requestOf(document);
  if (!asked.ok) throw new Error(asked.problems.join());
  return asked.request;
}

export const request = requestIn(documentOf());
export const other = requestIn(documentOf({ source: { type: "backup", backupRef: "weekly" } }));
export const standingOf = (more: Partial<Standing> = {}, of = request): Standing => ({
  runId: "run",
  identity: runIdentity(of, "neo4j"),
  active: false,
  locked: false,
  attempt: 1,
  status: { phase: "Completed" },
  ...more,
});
export const incomplete: Standing["status"] = {
  phase: "Failed",
  conditions: [
    { type: "Ready", status: "False", reason: "RollbackIncomplete", message: "", lastTransitionTime: "t" },
  ],
};
export const taskOf = (more: Partial<Task> = {}): Task => ({
  work: "run",
  request,
  asked: "nothing",
  ...more,
});

export const foreign = "neo4j.com/restore-finalizer";

export function scene(more: Partial<Scene> = {}): Scene {
  const view = "view" in more ? more.view : viewOf();
  return {
    view,
    asked: view && requestOf(view.document),
    standing: undefined,
    task: undefined,
    observed: undefined,
    orphanSince: undefined,
    drivenUntil: undefined,
    removed: false,
    ahead: undefined,
    lacking: undefined,
    now: 1_000_000,
    ...more,
  };
}
