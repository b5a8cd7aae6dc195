// Documents for the tests of the spec: a valid one, and what parsing says about a changed one.

import { parseRestore } from "../../../provider/spec/parse.js";

/** A valid restore with some fields of its spec replaced. */
export function restore(spec: object = {}, beside: object = {}): object {
  return {
    metadata: { name: "r" },
    spec: {
      clusterRef: "graph",
      databaseName: "orders",
      source: { type: "backup", backupRef: "nightly" },
      ...spec,
    },
    ...beside,
  };
}

export function withSource(source: object): object {
  return restore({ source });
}

export function withStorage(storage: object): object {
  return withSource({ type: "storage", storage });
}

export function withPitr(pitr: object): object {
  return withSource({
    type: "pitr",
    pointInTime: "2025-01-04T12:30:00Z",
    pitr: { baseBackup: { type: "backup", backupRef: "daily" }, ...pitr },
  });
}

export function withOptions(options: object): object {
  return restore({ options });
}

/** The messages of every refusal; empty where the document is accepted. */
export function refusals(document: unknown): readonly string[] {
  const result = parseRestore(document);
  return result.ok ? [] : result.issues.map(({ message }) => message);
}

/** The messages of every warning of an accepted document. */
export function warnings(document: unknown): readonly string[] {
  const result = parseRestore(document);
  if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join("\n"));
  return result.warnings.map(({ message }) => message);
}
