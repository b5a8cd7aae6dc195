/**
 * Neo4jRestore resources, as the operator works on them: what changes, one of them, its finalizer, its status.
 * Invariants: every write carries the revision that was read, so nothing is written over an edit; a resource of
 * another uid than meant is left alone; absence is undefined.
 */
import type { JsonObject } from "../../plan/observation.js";
import { annotations, labels, manager } from "../../plan/names.js";
import type { Neo4jRestoreStatus } from "../../spec/types.js";
import { absent, type Api } from "./api.js";
import type { KubernetesConnection } from "./connection.js";
import { isRefusal } from "./errors.js";
import {
  annotationOf,
  count,
  isTerminating,
  labelOf,
  nameOf,
  object,
  present,
  revisionOf,
  text,
  texts,
  uidOf,
} from "./json.js";
import { collectionPath, groupVersion, pathOf } from "./paths.js";
import { retryOnConflict } from "./retry-on-conflict.js";
import { watch } from "./watch.js";

export interface RestoreKey {
  readonly namespace: string;
  readonly name: string;
}

export interface RestoreView extends RestoreKey {
  readonly uid: string;
  readonly generation: number;
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
  /** The failed end after which it is to be tried again. */
  readonly retry?: string;
  /** Its run is to be left as it is. */
  readonly letGo?: boolean;
  /** The resource as it stands, for the parser. */
  readonly document: unknown;
  readonly status: Neo4jRestoreStatus | undefined;
}

/** Something worth telling about a restore; the same one told twice is told once. */
export interface RestoreEvent {
  /** Tells one occurrence from another. */
  readonly id: string;
  readonly warning: boolean;
  readonly reason: string;
  readonly message: string;
}

export interface RestoreResources {
  /**
   * Calls back with each restore that may have changed: its resource or its journal. Undefined: the line was
   * down, so anything may have. Ends with the signal. No namespaces means all of them.
   */
  watch(
    namespaces: readonly string[],
    onChange: (changed: RestoreKey | undefined) => void,
    signal: AbortSignal,
  ): Promise<void>;
  get(key: RestoreKey): Promise<RestoreView | undefined>;
  /** Sets or takes away one finalizer. */
  mark(view: RestoreView, finalizer: string, present: boolean): Promise<void>;
  writeStatus(view: RestoreView, status: Neo4jRestoreStatus): Promise<void>;
  tell(view: RestoreView, event: RestoreEvent): Promise<void>;
}

export function createRestoreResources({ api }: KubernetesConnection): RestoreResources {
  return {
    async watch(namespaces, onChange, signal) {
      const places = namespaces.length === 0 ? [undefined] : namespaces;
      const journals = { labelSelector: `${labels.managedBy}=${manager}` };
      await Promise.all(
        places.flatMap((place) => [
          watch(api, collectionPath("Neo4jRestore", place), {}, (o) => onChange(o && keyOf(o)), signal),
          watch(
            api,
            collectionPath("ConfigMap", place),
            journals,
            (map) => {
              const key = map && journalKeyOf(map);
              if (key) onChange(key);
            },
            signal,
          ),
        ]),
      );
    },

    async get({ namespace, name }) {
      const resource = await api.get(pathOf("Neo4jRestore", namespace, name));
      return resource && viewOf(resource);
    },

    async mark(view, finalizer, present) {
      await write(api, view, (there) => {
        const others = texts(there, "metadata", "finalizers").filter((entry) => entry !== finalizer);
        const finalizers = present ? [...others, finalizer] : others;
        const metadata = { resourceVersion: revisionOf(there), finalizers };
        return api.patch(pathOf("Neo4jRestore", view.namespace, view.name), { metadata });
      });
    },

    async writeStatus(view, status) {
      await write(api, view, (there) =>
        api.replace(pathOf("Neo4jRestore", view.namespace, view.name, "status"), {
          ...there,
          status: JSON.parse(JSON.stringify(status)) as JsonObject,
        }),
      );
    },

    async tell(view, event) {
      const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
      const { namespace, name, uid } = view;
      const body = {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: `${name}.${event.id}`, namespace },
        involvedObject: { apiVersion: groupVersion, kind: "Neo4jRestore", name, namespace, uid },
        type: event.warning ? "Warning" : "Normal",
        reason: event.reason,
        message: event.message.slice(0, 1000),
        source: { component: "neo4j-restore" },
        reportingComponent: "neo4j-restore",
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      };
      await api.create(pathOf("Event", namespace), body).catch((error: unknown) => {
        // Told before; or the namespace is going, and nobody will read it.
        if (!isRefusal(error, 409, 403)) throw error;
      });
    },
  };
}

/** On the same resource, as it stands now; nothing where it is gone. */
async function write(
  api: Api,
  view: RestoreView,
  change: (there: JsonObject) => Promise<JsonObject>,
): Promise<void> {
  await retryOnConflict(async () => {
    const there = await api.get(pathOf("Neo4jRestore", view.namespace, view.name));
    if (there && uidOf(there) === view.uid) await change(there).catch(absent(undefined));
  });
}

const keyOf = (resource: JsonObject): RestoreKey => ({
  namespace: text(resource, "metadata", "namespace") ?? "",
  name: nameOf(resource),
});

/** The label holds the name whole: restores of the operator have names of at most 63 characters. */
function journalKeyOf(map: JsonObject): RestoreKey | undefined {
  const name = labelOf(map, labels.restore);
  return name === undefined ? undefined : { ...keyOf(map), name };
}

function viewOf(resource: JsonObject): RestoreView {
  const status = object(resource, "status");
  return {
    ...keyOf(resource),
    uid: uidOf(resource),
    generation: count(resource, "metadata", "generation") ?? 0,
    deleting: isTerminating(resource),
    finalizers: texts(resource, "metadata", "finalizers"),
    ...present("retry", annotationOf(resource, annotations.retry)),
    letGo: annotationOf(resource, annotations.letGo) === "true",
    document: resource,
    status: status as unknown as Neo4jRestoreStatus | undefined,
  };
}
