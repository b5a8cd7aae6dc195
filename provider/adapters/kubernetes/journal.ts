/**
 * The journal of a restore: a ConfigMap with state and status, a Secret of the same name with the request, and one with
 * what must be given back (journal-kept.ts).
 * Invariants: the ConfigMap's revision decides who may write, and the Secret is only written by whoever won it;
 * no revision means "there must be none yet". A ConfigMap without state is an unfinished first save, and
 * counts as none. While a run is active a finalizer keeps the ConfigMap, also when somebody deletes it.
 */
import { most, sizeOf } from "../../plan/bounds.js";
import type { JsonObject } from "../../plan/observation.js";
import { annotations, finalizer, journalName, labels, manager, objectName } from "../../plan/names.js";
import { RestoreFault, tooLarge } from "../../workflow/faults.js";
import type { JournalPort, JournalView, PackedKept } from "../../workflow/ports.js";
import { absent, type Api } from "./api.js";
import type { KubernetesConnection } from "./connection.js";
import { isRefusal } from "./errors.js";
import { attemptOf, isCancelRequested, keys } from "./journal-map.js";
import { createKeptSecrets } from "./journal-kept.js";
import { createRequests, readRequest } from "./journal-request.js";
import { annotationOf, count, object, parseObject, revisionOf, text, texts, uidOf } from "./json.js";
import { readLedger, writeLedger } from "./ledger.js";
import { createLeases } from "./lease.js";
import { pathOf } from "./paths.js";
import { retryOnConflict } from "./retry-on-conflict.js";

type Saved = Parameters<JournalPort["save"]>[2];

export function createJournal({ api }: KubernetesConnection): JournalPort {
  const requests = createRequests(api);
  const leases = createLeases(api);
  const secrets = createKeptSecrets(api);
  /** What the state there refers to, and what has been written for the next one: neither is asked for again. */
  const referred = new Map<string, string>();
  const writtenKept = new Map<string, string>();
  /** The user's labels that a journal bears: one that is taken out of the document is taken off, others' stay. */
  const worn = new Map<string, readonly string[]>();
  const pathTo = (namespace: string, name: string): string =>
    pathOf("ConfigMap", namespace, journalName(name));

  /** Before the state that refers to it. */
  const saveKept = async (namespace: string, name: string, kept: PackedKept, metadata: JsonObject) => {
    const path = pathTo(namespace, name);
    if (writtenKept.get(path) === kept.digest) return;
    await secrets.write(namespace, name, kept, referred.get(path), metadata);
    writtenKept.set(path, kept.digest);
  };

  return {
    view: (namespace, name) => view(api, namespace, name),

    async load(namespace, name) {
      const there = await view(api, namespace, name);
      if (!there) return undefined;
      const request = await readRequest(api, namespace, name);
      const path = pathTo(namespace, name);
      worn.set(path, Object.keys(labelsOf(request)));
      const digest = keptRefOf(there.state).digest;
      if (digest !== undefined) referred.set(path, digest);
      return { ...there, request };
    },

    async save(namespace, name, record, { revision, active }) {
      expectBounded(name, record);
      const path = pathTo(namespace, name);
      const metadata = metadataOf(namespace, name, record, active);
      const data = { [keys.state]: record.state, [keys.status]: record.status };
      try {
        if (revision === undefined) {
          const shell = await begin(api, path, namespace, metadata);
          await requests.create(namespace, name, record.request, metadata);
          await secrets.prepare(namespace, name, metadata);
          if (record.kept) await saveKept(namespace, name, record.kept, metadata);
          return revisionOf(await writeWith(api, path, revisionOf(shell), metadata, data));
        }
        if (record.kept) await saveKept(namespace, name, record.kept, metadata);
        const off = Object.fromEntries((worn.get(path) ?? []).map((label) => [label, null]));
        const relabelled = { ...metadata, labels: { ...off, ...object(metadata, "labels") } };
        const written = await writeWith(api, path, revision, relabelled, data);
        worn.set(path, Object.keys(labelsOf(record.request)));
        if (record.kept) referred.set(path, record.kept.digest);
        await requests.update(namespace, name, record.request, metadata);
        return revisionOf(written);
      } catch (error) {
        throw isRefusal(error, 404, 409) ? conflict(namespace, name, error) : error;
      }
    },

    async requestCancel(namespace, name) {
      const map = await api.get(pathTo(namespace, name));
      if (!map) return;
      const cancel = { [annotations.cancel]: attemptOf(map) };
      await api
        .patch(pathTo(namespace, name), { metadata: { annotations: cancel } })
        .catch(absent(undefined));
    },

    async remove(namespace, name) {
      await releaseFinalizer(api, namespace, name);
      const map = await api.get(pathTo(namespace, name));
      const { pieces } = keptRefOf(text(map, "data", keys.state) ?? "{}");
      await secrets.remove(namespace, name, pieces ?? 1);
      await Promise.all([
        api.remove(pathTo(namespace, name)),
        api.remove(pathOf("Secret", namespace, journalName(name))),
        api.remove(pathOf("Lease", namespace, journalName(name))),
      ]);
    },

    kept: (...what) => secrets.read(...what),
    async keep(namespace, name, runId, kept) {
      const own = { [labels.managedBy]: manager, [labels.restore]: objectName(name), [labels.run]: runId };
      const metadata = { namespace, labels: own };
      await secrets.write(namespace, name, kept, referred.get(pathTo(namespace, name)), metadata);
    },
    ledger: (ref, database) => readLedger(api, ref, database),
    writeLedger: (...what) => writeLedger(api, ...what),
    lease: (...what) => leases.take(...what),
    renewLease: (...what) => leases.renew(...what),
    driver: (...at) => leases.sign(...at),
    releaseLease: (...what) => leases.release(...what),
  };
}

async function view(api: Api, namespace: string, name: string): Promise<JournalView | undefined> {
  const map = await api.get(pathOf("ConfigMap", namespace, journalName(name)));
  const state = text(map, "data", keys.state);
  if (!map || state === undefined) return undefined;
  return {
    state,
    status: text(map, "data", keys.status) ?? "{}",
    revision: revisionOf(map),
    cancelRequested: isCancelRequested(map),
    owner: annotationOf(map, annotations.owner) ?? "",
  };
}

/** Wins the name with an empty ConfigMap; one that a crash left empty is cleared away first. */
async function begin(api: Api, path: string, namespace: string, metadata: JsonObject): Promise<JsonObject> {
  const there = await api.get(path);
  if (there && text(there, "data", keys.state) === undefined) {
    const preconditions = { uid: uidOf(there), resourceVersion: revisionOf(there) };
    await api.remove(path, { preconditions });
  }
  const { finalizers: _, ...bare } = metadata;
  return api.create(pathOf("ConfigMap", namespace), { apiVersion: "v1", kind: "ConfigMap", metadata: bare });
}

function keptRefOf(state: string): {
  readonly digest: string | undefined;
  readonly pieces: number | undefined;
} {
  const parsed = parseObject(state);
  return { digest: text(parsed, "kept", "digest"), pieces: count(parsed, "kept", "pieces") };
}

function writeWith(
  api: Api,
  path: string,
  resourceVersion: string,
  metadata: JsonObject,
  data: JsonObject,
): Promise<JsonObject> {
  return api.patch(path, { metadata: { ...metadata, resourceVersion }, data });
}

function metadataOf(
  namespace: string,
  name: string,
  record: Parameters<JournalPort["save"]>[2],
  active: boolean,
): JsonObject {
  const runId = text(parseObject(record.state), "runId");
  return {
    name: journalName(name),
    namespace,
    labels: {
      // As on all that a restore makes: the user's own, and ours win.
      ...labelsOf(record.request),
      [labels.managedBy]: manager,
      [labels.restore]: objectName(name),
      ...(runId === undefined ? {} : { [labels.run]: runId }),
    },
    annotations: { [annotations.owner]: record.owner },
    finalizers: active ? [finalizer] : [],
  };
}

function labelsOf(request: string): JsonObject {
  return object(parseObject(request), "labels") ?? {};
}

/** What keeps the ConfigMap while its run is active. */
export async function releaseFinalizer(api: Api, namespace: string, name: string): Promise<void> {
  const path = pathOf("ConfigMap", namespace, journalName(name));
  await retryOnConflict(async () => {
    const map = await api.get(path);
    if (!map || !texts(map, "metadata", "finalizers").includes(finalizer)) return;
    const finalizers = texts(map, "metadata", "finalizers").filter((entry) => entry !== finalizer);
    const metadata = { resourceVersion: revisionOf(map), finalizers };
    await api.patch(path, { metadata }).catch(absent(undefined));
  });
}

/** Whoever writes sheds before (runtime/records.ts): what is larger all the same is a defect, and not outlasted. */
function expectBounded(name: string, record: Saved): void {
  const size = sizeOf(record.state) + sizeOf(record.status);
  if (size > most.journal) throw tooLarge(`The journal of ${name}`, size, most.journal);
}

function conflict(namespace: string, name: string, cause: unknown): RestoreFault {
  return new RestoreFault(
    "retry",
    "JournalConflict",
    `The journal of ${name} in ${namespace} was changed by another process.`,
    { cause },
  );
}
