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
  const copy = withoutNulls(input, new Map(), 0);
  if (!isPlainObject(copy)) return copy;
  const { status: _, metadata, ...rest } = copy;
  if (metadata === undefined) return rest;
  if (!isPlainObject(metadata)) return { ...rest, metadata };
  const written = Object.entries(metadata).filter(([key]) => !SERVER_METADATA.has(key));
  return { ...rest, metadata: Object.fromEntries(written) };
}

/** Far deeper than any document: what lies below can't belong to one. */
const DEEPEST = 100;

/** `copies` remembers what is copied already, so that shared parts stay shared and cycles end. */
function withoutNulls(value: unknown, copies: Map<unknown, unknown>, depth: number): unknown {
  if (depth > DEEPEST) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    copies.set(value, copy);
    for (const item of value as readonly unknown[]) copy.push(withoutNulls(item, copies, depth + 1));
    return copy;
  }
  if (!isPlainObject(value)) return value;
  const copy: Record<string, unknown> = {};
  copies.set(value, copy);
  for (const [key, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue;
    // Not an assignment: the key may be "__proto__".
    Object.defineProperty(copy, key, {
      value: withoutNulls(member, copies, depth + 1),
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
