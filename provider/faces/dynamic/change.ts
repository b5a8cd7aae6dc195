// What a change of the program means for a restore. Pure; which fields define a run is the plan's to say.
// Invariants: nothing here needs valid documents (a state may be older than today's rules); values that a preview
// doesn't know yet count as changed, so that it never promises less than `up` may do.

import { canonical, changeOf, targetFields } from "../../plan/identity.js";
import { normalizeDatabaseName } from "../../spec/database-name.js";
import { API_VERSION, TRIGGER_ANNOTATION } from "../../spec/defaults.js";
import type { RestoreRequest } from "../../spec/parse.js";
import { modeOf, refOf, textAt, valueAt, type Properties } from "./properties.js";

/**
 * replace: another target, so another restore; again: the same target restored once more; record: to be noted, and
 * taken up by an unfinished run; none: nothing to do.
 */
export type Change = "replace" | "again" | "record" | "none";

export interface Difference {
  readonly change: Change;
  /** The properties that make it a replacement. */
  readonly replaces: readonly string[];
}

const meaning = { target: "replace", run: "again", other: "record", nothing: "none" } as const;

/** The program's names of the plan's target fields. */
const targetProperties = ["metadata.name", "metadata.namespace", "spec.clusterRef", "spec.databaseName"];

/** Compares what the state holds (outputs of the resource with this id) with what the program says now. */
export function compare(id: string, olds: Properties, news: Properties): Difference {
  const inForce = refOf(id).namespace;
  const [before, after] = [view(olds), view(news)];
  // Writing out the namespace that was in force anyway moves nothing.
  const old = after.namespace === inForce ? { ...before, namespace: inForce } : before;
  const moved = otherGroup(olds, news);
  const change = moved ? "replace" : meaning[changeOf(old, after)];
  const [oldTarget, newTarget] = [targetFields(old), targetFields(after)];
  const replaces = targetProperties.filter((_, at) => canonical(oldTarget[at]) !== canonical(newTarget[at]));
  return { change, replaces: moved ? [...replaces, "apiVersion"] : replaces };
}

/** An operator of another group has a resource of its own; the direct driver has none. */
function otherGroup(olds: Properties, news: Properties): boolean {
  const versions = [olds, news].map((one) => textAt(one, "apiVersion") ?? API_VERSION);
  return modeOf(news) === "operator" && modeOf(olds) === "operator" && versions[0] !== versions[1];
}

/** A document in the shape of a request, as it is: for comparing only. */
function view(properties: Properties): RestoreRequest {
  const { metadata, spec, connection, mode, trigger } = properties;
  const database = textAt(spec, "databaseName");
  return {
    name: valueAt(metadata, "name"),
    namespace: valueAt(metadata, "namespace"),
    labels: valueAt(metadata, "labels"),
    annotations: valueAt(metadata, "annotations"),
    trigger: trigger ?? valueAt(metadata, "annotations", TRIGGER_ANNOTATION),
    spec:
      database === undefined ? spec : { ...(spec as object), databaseName: normalizeDatabaseName(database) },
    connection,
    mode: mode ?? "direct",
  } as RestoreRequest;
}
