/**
 * Waiting for change: watches of a namespace's kinds, shared by all who wait (a hundred restores need no more
 * connections than one). A subscription remembers a change until it is asked, so none is missed in between.
 * Watches live while someone is subscribed, and end with close().
 */
import type { JsonObject } from "../../plan/observation.js";
import { labels, manager } from "../../plan/names.js";
import type { Api } from "./api.js";
import { pathOf, type Query, type ResourceKind } from "./paths.js";
import { watch } from "./watch.js";

type Matches = (changed: JsonObject) => boolean;

export interface Subscription {
  /** Resolves at the next change, at once if there was one since the last call, or when the signal aborts. */
  readonly next: (signal: AbortSignal) => Promise<void>;
  readonly end: () => void;
}

export interface Changes {
  subscribe(namespace: string, kinds: readonly ResourceKind[], matches: Matches): Subscription;
  close(): Promise<void>;
}

/** Of ConfigMaps only ours matter, and a namespace may have many others. */
const selectors: Partial<Record<ResourceKind, Query>> = {
  ConfigMap: { labelSelector: `${labels.managedBy}=${manager}` },
};

interface Stream {
  readonly listeners: Set<(changed: JsonObject | undefined) => void>;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

export function createChanges(api: Api): Changes {
  const streams = new Map<string, Stream>();

  const open = (namespace: string, kind: ResourceKind): Stream => {
    const path = pathOf(kind, namespace);
    const there = streams.get(path);
    if (there) return there;
    const listeners: Stream["listeners"] = new Set();
    const stop = new AbortController();
    const tell = (changed: JsonObject | undefined): void =>
      listeners.forEach((listener) => listener(changed));
    const ended = watch(api, path, selectors[kind] ?? {}, tell, stop.signal);
    const stream = { listeners, stop, ended };
    streams.set(path, stream);
    return stream;
  };

  const leave = (path: string, listener: (changed: JsonObject | undefined) => void): void => {
    const stream = streams.get(path);
    stream?.listeners.delete(listener);
    if (!stream || stream.listeners.size > 0) return;
    stream.stop.abort();
    streams.delete(path);
  };

  return {
    subscribe(namespace, kinds, matches) {
      const signal = createSignal();
      const listener = (changed: JsonObject | undefined): void => {
        if (!changed || matches(changed)) signal.raise();
      };
      for (const kind of kinds) open(namespace, kind).listeners.add(listener);
      return {
        next: signal.next,
        end: () => kinds.forEach((kind) => leave(pathOf(kind, namespace), listener)),
      };
    },
    async close() {
      const open = [...streams.values()];
      streams.clear();
      open.forEach((stream) => stream.stop.abort());
      await Promise.all(open.map((stream) => stream.ended));
    },
  };
}

/** A flag that one waits for; raising it early is remembered. */
export function createSignal(): { raise: () => void; next: (signal: AbortSignal) => Promise<void> } {
  let raised = false;
  const waiters = new Set<() => void>();
  return {
    raise() {
      raised = true;
      waiters.forEach((wake) => wake());
    },
    async next(signal) {
      if (!raised && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiters.delete(wake);
            signal.removeEventListener("abort", wake);
            resolve();
          };
          waiters.add(wake);
          signal.addEventListener("abort", wake);
        });
      }
      raised = false;
    },
  };
}
