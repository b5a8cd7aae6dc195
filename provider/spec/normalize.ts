// The document as the user means it, before it is judged: null is the same as not written (`options:` with nothing
// after it), and what an API server adds to a stored resource is not the user's.
// Invariants: never throws, whatever comes in (also cycles); plain objects and lists are copied, the rest kept.

const SERVER_METADATA = new Set([
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "finalizers",
  "generation",
  "managedFields",
  "ownerReferences",
  "resourceVersion",
  "selfLink",
  "uid",
]);

export function normalize(input: unknown): unknown {
  const copy = withoutNulls(input, new Map());
  if (!isPlainObject(copy)) return copy;
  delete copy["status"];
  const metadata = copy["metadata"];
  if (isPlainObject(metadata)) {
    for (const key of SERVER_METADATA) delete metadata[key];
  }
  return copy;
}

/** `copies` remembers what is copied already, so that shared parts stay shared and cycles end. */
function withoutNulls(value: unknown, copies: Map<unknown, unknown>): unknown {
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    copies.set(value, copy);
    for (const item of value as readonly unknown[]) copy.push(withoutNulls(item, copies));
    return copy;
  }
  if (!isPlainObject(value)) return value;
  const copy: Record<string, unknown> = {};
  copies.set(value, copy);
  for (const [key, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue;
    // Not an assignment: the key may be "__proto__".
    Object.defineProperty(copy, key, {
      value: withoutNulls(member, copies),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
