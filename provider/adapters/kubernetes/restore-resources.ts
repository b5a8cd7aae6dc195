/**
 * Neo4jRestore resources, as the operator works on them: what changes, one of them, its finalizer, its status.
 * Invariants: every write carries the revision that was read, so nothing is written over an edit; a resource of
 * another uid than meant is left alone; absence is undefined.
 */
import type { JsonObject } from "../../plan/observation.js";
import { annotations, labels, manager } from "../../plan/names.js";
import type { Neo4jRestoreStatus } from "../../spec/types.js";
import type { RestoreFault } from "../../workflow/faults.js";
import { absent, type Api } from "./api.js";
import type { KubernetesConnection } from "./connection.js";
import { isRefusal } from "./errors.js";
import { releaseFinalizer } from "./journal.js";
import { annotationOf, isTerminating, labelOf, nameOf, present, text, texts, uidOf } from "./json.js";
import {
  collectionPath,
  group as neo4jGroup,
  namespacePath,
  pathOf,
  restoresIn,
  type Query,
  type RestorePaths,
} from "./paths.js";
import { commonView, finalizerPatch, type CommonView } from "./restore-view.js";
import { retryOnConflict } from "./retry-on-conflict.js";
import { watch } from "./watch.js";

export interface RestoreKey {
  readonly namespace: string;
  readonly name: string;
}

export interface RestoreView extends RestoreKey, CommonView {
  /** The failed end after which it is to be tried again. */
  readonly retry?: string;
  /** Its run is to be left as it is. */
  readonly letGo?: boolean;
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
   * down, so anything may have. Ends with the signal. No namespaces means all of them. A line that can't be had
   * is tried again and again: `onLine` tells why, and undefined once it is there.
   */
  watch(
    namespaces: readonly string[],
    onChange: (changed: RestoreKey | undefined) => void,
    onLine: (line: string, trouble: RestoreFault | undefined) => void,
    signal: AbortSignal,
  ): Promise<void>;
  get(key: RestoreKey): Promise<RestoreView | undefined>;
  /**
   * Sets or takes away one finalizer. It is not set where the finalizers have changed since the view: whether to
   * work on it is to be decided anew, and the watch tells of that change.
   */
  mark(view: RestoreView, finalizer: string, present: boolean): Promise<void>;
  /** @returns false where the API server takes no status, since the resource itself does not fit its schema (any more). */
  writeStatus(view: RestoreView, status: Neo4jRestoreStatus): Promise<boolean>;
  tell(view: RestoreView, event: RestoreEvent): Promise<void>;
  /** Whether the namespace is being deleted: nothing can be made in it any more, and everything in it goes. */
  isGoing(namespace: string): Promise<boolean>;
  /** Takes away what keeps the journal of an active run. */
  letJournalGo(key: RestoreKey): Promise<void>;
}

/** @param group of the API that the resources are of */
export function createRestoreResources({ api }: KubernetesConnection, group = neo4jGroup): RestoreResources {
  const at = restoresIn(group);
  return {
    async watch(namespaces, onChange, onLine, signal) {
      const places = namespaces.length === 0 ? [undefined] : namespaces;
      const journals = { labelSelector: `${labels.managedBy}=${manager}` };
      await Promise.all(
        places.flatMap((place) => {
          const follow = (path: string, query: Query, tell: (o: JsonObject | undefined) => void) =>
            watch(api, path, query, tell, signal, (trouble) => onLine(path, trouble));
          return [
            follow(at.collection(place), {}, (o) => onChange(o && keyOf(o))),
            follow(collectionPath("ConfigMap", place), journals, (map) => {
              const key = map && journalKeyOf(map);
              if (key) onChange(key);
            }),
          ];
        }),
      );
    },

    async get({ namespace, name }) {
      const resource = await api.get(at.path(namespace, name));
      return resource && viewOf(resource);
    },

    async mark(view, finalizer, present) {
      const seen = view.finalizers.join();
      await write(api, at, view, async (there) => {
        if (present && texts(there, "metadata", "finalizers").join() !== seen) return there;
        return api.patch(at.path(view.namespace, view.name), finalizerPatch(there, finalizer, present));
      });
    },

    async writeStatus(view, status) {
      const path = at.path(view.namespace, view.name, "status");
      const body = JSON.parse(JSON.stringify(status)) as JsonObject;
      try {
        await write(api, at, view, (there) => api.replace(path, { ...there, status: body }));
        return true;
      } catch (error) {
        if (isRefusal(error, 422)) return false;
        throw error;
      }
    },

    async tell(view, event) {
      const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
      const { namespace, name, uid } = view;
      const body = {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: `${name}.${event.id}`, namespace },
        involvedObject: { apiVersion: at.version, kind: "Neo4jRestore", name, namespace, uid },
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

    async isGoing(namespace) {
      try {
        return isTerminating((await api.get(namespacePath(namespace))) ?? {});
      } catch (error) {
        // With a Role for this namespace alone that goes as well: what is begun then is refused, and says so.
        if (isRefusal(error, 403)) return false;
        throw error;
      }
    },

    letJournalGo: ({ namespace, name }) => releaseFinalizer(api, namespace, name),
  };
}

/** On the resource as it was seen, or where another was faster as it stands now; nothing where it is gone. */
async function write(
  api: Api,
  at: RestorePaths,
  view: RestoreView,
  change: (there: JsonObject) => Promise<JsonObject>,
): Promise<void> {
  let seen: JsonObject | undefined = view.document;
  await retryOnConflict(async () => {
    const there = seen ?? (await api.get(at.path(view.namespace, view.name)));
    seen = undefined;
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
  return {
    ...keyOf(resource),
    ...commonView(resource),
    ...present("retry", annotationOf(resource, annotations.retry)),
    letGo: annotationOf(resource, annotations.letGo) === "true",
  };
}
