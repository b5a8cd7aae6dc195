/**
 * Neo4jRestore resources as whoever asks for a restore writes them, by server-side apply: spec and owner are the
 * program's, what others wrote beside them stays. Invariants: every write is for one uid; a resource of another owner
 * is never made ours by force; a field that the server's definition does not know is refused, never dropped.
 */
import { createHash } from "node:crypto";
import type { JsonObject } from "../../plan/observation.js";
import { annotations, manager } from "../../plan/names.js";
import { RestoreFault } from "../../workflow/faults.js";
import type {
  ResourceContent,
  ResourceLine,
  ResourcePort,
  ResourceRef,
  ResourceView,
} from "../../workflow/resource-ports.js";
import { absent, type Api } from "./api.js";
import { createSignal } from "./changes.js";
import type { KubernetesConnection } from "./connection.js";
import { isRefusal } from "./errors.js";
import { annotationOf, objects, text, uidOf } from "./json.js";
import { group, groupPath, resources, restoresIn, type RestorePaths } from "./paths.js";
import { commonView, finalizerPatch } from "./restore-view.js";
import { retryOnConflict } from "./retry-on-conflict.js";
import { watch } from "./watch.js";

const [, plural] = resources.Neo4jRestore;

/** @param apiVersion of the resources; the usual group unless told */
export function createResourcePort(
  { api, defaultNamespace }: KubernetesConnection,
  apiVersion?: string,
): ResourcePort {
  const paths = restoresIn(apiVersion?.split("/", 1)[0] ?? group);
  const path = ({ namespace, name }: ResourceRef): string => paths.path(namespace, name);
  return {
    defaultNamespace,
    async read(at) {
      const found = await api.get(path(at));
      return found && viewOf(found);
    },
    async apply(at, uid, content) {
      const query = {
        fieldManager: managerOf(content.owner),
        // What exists is ours by now; what is to be made meets nobody, or it is somebody else's.
        force: String(uid !== undefined),
        fieldValidation: "Strict",
      };
      try {
        return viewOf(await api.apply(path(at), query, bodyOf(paths, at, uid, content)));
      } catch (error) {
        if (isRefusal(error, 409) || isAnother(error)) return undefined;
        if (isRefusal(error, 404)) await expectKind(api, paths);
        throw undeclared(error) ?? error;
      }
    },
    async remove(at, uid) {
      await api.remove(path(at), { preconditions: { uid } }).catch(gone);
    },
    async annotate(at, uid, added) {
      await api.patch(path(at), { metadata: { uid, annotations: added } }).catch(gone);
    },
    async unmark(at, uid, finalizer) {
      await retryOnConflict(async () => {
        const there = await api.get(path(at));
        if (!there || uidOf(there) !== uid) return;
        await api.patch(path(at), finalizerPatch(there, finalizer, false)).catch(absent(undefined));
      });
    },
    follow: ({ namespace, name }) => lineTo(api, paths.collection(namespace), name),
  };
}

/** A manager of its own: with kubectl's usual one another operator's definition would be replaced without a word. */
const applyDefinition = `kubectl apply --server-side --field-manager=${manager} -f provider/deploy/crd.yaml`;

/** A field that the definition does not know: the server tells it as a failure of its own, so it would be tried again. */
function undeclared(error: unknown): RestoreFault | undefined {
  if (!isRefusal(error, 500) || error.evidence?.text?.includes("field not declared in schema") !== true)
    return undefined;
  const update = `The definition is older than this program: ${applyDefinition}.`;
  return new RestoreFault("terminal", "KubernetesRefused", `${error.message}. ${update}`, { cause: error });
}

/** Not there, or another one of that name: the one that was meant is gone. */
function gone(error: unknown): void {
  if (!isRefusal(error, 404, 409) && !isAnother(error)) throw error;
}

/** Where another one of that name is there by now, its uid is told as an invalid change. */
const isAnother = (error: unknown): boolean =>
  isRefusal(error, 422) && error.evidence?.text?.includes("metadata.uid: Invalid value") === true;

/** One for each owner, so that of two who make the same resource at once the second is refused. */
function managerOf(owner: string): string {
  return `${manager}-${createHash("sha256").update(owner).digest("hex").slice(0, 8)}`;
}

function bodyOf(
  { version: apiVersion }: RestorePaths,
  { namespace, name }: ResourceRef,
  uid: string | undefined,
  content: ResourceContent,
): JsonObject {
  const body = {
    apiVersion,
    kind: "Neo4jRestore",
    metadata: {
      namespace,
      name,
      ...(uid === undefined ? {} : { uid }),
      labels: content.labels,
      annotations: { ...content.annotations, [annotations.owner]: content.owner },
    },
    spec: content.spec,
  };
  return JSON.parse(JSON.stringify(body)) as JsonObject;
}

/** Not found may also mean the namespace: that stays the server's own word. */
async function expectKind(api: Api, { version: apiVersion }: RestorePaths): Promise<void> {
  const served = await api.get(groupPath(apiVersion));
  if (objects(served, "resources").some((one) => text(one, "name") === plural)) return;
  throw new RestoreFault(
    "terminal",
    "OperatorMissing",
    `The cluster at ${api.server} does not know the kind Neo4jRestore (${apiVersion}), which mode operator needs. ` +
      `Install its definition and the operator: ${applyDefinition} (docs/operator.md); or write mode: direct.`,
  );
}

function lineTo(api: Api, path: string, name: string): ResourceLine {
  const news = createSignal();
  const stop = new AbortController();
  const query = { fieldSelector: `metadata.name=${name}` };
  const ended = watch(api, path, query, () => news.raise(), stop.signal);
  return {
    changed: news.next,
    end: () => {
      stop.abort();
      return ended;
    },
  };
}

function viewOf(resource: JsonObject): ResourceView {
  return { ...commonView(resource), owner: annotationOf(resource, annotations.owner) };
}
