/**
 * The Secrets with what must be given back: `NAME.kept.0`, and more of them where it is large. A content lies under a
 * key of its own, its digest, beside those of earlier writes. Invariants: what is there is never replaced by another
 * content, so that a driver that was replaced cannot spoil its successor's; what was written is read back.
 */
import { most } from "../../plan/bounds.js";
import type { JsonObject } from "../../plan/observation.js";
import { keptKey, keptName } from "../../plan/names.js";
import { RestoreFault } from "../../workflow/faults.js";
import type { JournalPort, PackedKept } from "../../workflow/ports.js";
import type { Api } from "./api.js";
import { object, revisionOf, text } from "./json.js";
import { pathOf } from "./paths.js";
import { retryOnConflict } from "./retry-on-conflict.js";

/** A Secret takes 1 MiB of decoded data. */
const roomLength = 1_300_000;

type Ref = Parameters<JournalPort["kept"]>[2];

export interface KeptSecrets {
  /** An empty one, so that a quota that has no room for it is met before anything is touched. */
  prepare(namespace: string, name: string, metadata: JsonObject): Promise<void>;
  /** @param current digest that the journal refers to, which stays. */
  write(
    namespace: string,
    name: string,
    kept: PackedKept,
    current: string | undefined,
    metadata: JsonObject,
  ): Promise<void>;
  read(namespace: string, name: string, ref: Ref): Promise<string | undefined>;
  /** @param pieces that there are at least; some of them may be gone. */
  remove(namespace: string, name: string, pieces: number): Promise<void>;
}

export function createKeptSecrets(api: Api): KeptSecrets {
  const path = (namespace: string, name: string, piece: number): string =>
    pathOf("Secret", namespace, keptName(name, piece));

  const put = async (
    namespace: string,
    name: string,
    piece: number,
    data: JsonObject,
    keep: readonly string[],
    metadata: JsonObject,
  ): Promise<void> => {
    const there = await api.get(path(namespace, name, piece));
    const { finalizers: _, annotations: __, ...labelled } = metadata;
    const own = { ...labelled, name: keptName(name, piece) };
    const secret = { apiVersion: "v1", kind: "Secret", type: "Opaque" };
    if (!there) {
      await api.create(pathOf("Secret", namespace), { ...secret, metadata: own, data });
      return;
    }
    const before = object(there, "data") ?? {};
    if (Object.entries(data).every(([key, value]) => before[key] === value)) return;
    const whole = { ...before, ...data };
    const kept = JSON.stringify(whole).length <= roomLength ? whole : { ...only(before, keep), ...data };
    const revised = { ...own, resourceVersion: revisionOf(there) };
    await api.replace(path(namespace, name, piece), { ...secret, metadata: revised, data: kept });
  };

  const read: KeptSecrets["read"] = async (namespace, name, { digest, pieces }) => {
    const secrets = await Promise.all(
      Array.from({ length: pieces }, (_, piece) => api.get(path(namespace, name, piece))),
    );
    const parts = secrets.map((secret) => text(secret, "data", keptKey(digest)));
    return parts.includes(undefined) ? undefined : parts.join("");
  };

  return {
    prepare: (namespace, name, metadata) => put(namespace, name, 0, {}, [], metadata),

    async write(namespace, name, kept, current, metadata) {
      const keep = current === undefined ? [] : [keptKey(current)];
      const pieces = Math.ceil(kept.content.length / most.keptPiece);
      for (let piece = 0; piece < pieces; piece += 1) {
        const part = kept.content.slice(piece * most.keptPiece, (piece + 1) * most.keptPiece);
        await retryOnConflict(() =>
          put(namespace, name, piece, { [keptKey(kept.digest)]: part }, keep, metadata),
        );
      }
      if ((await read(namespace, name, { digest: kept.digest, pieces })) === kept.content) return;
      throw new RestoreFault(
        "retry",
        "KubernetesRefused",
        `Secret ${keptName(name, 0)} in ${namespace} did not stay as written: it holds what must be given back.`,
      );
    },

    read,

    async remove(namespace, name, pieces) {
      let piece = 0;
      // An earlier content may have been larger than the one that is referred to: on, until there is none.
      while ((await api.remove(path(namespace, name, piece))) || piece + 1 < pieces) piece += 1;
    },
  };
}

function only(data: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([key]) => keys.includes(key)));
}
