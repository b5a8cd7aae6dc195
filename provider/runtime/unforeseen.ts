/**
 * Errors that nobody foresaw, of ours or of a library, as faults: a process that ended over one in the middle of a
 * restore would leave the database out of service. They are tried again like any lost answer, and then lead into the
 * way back like any failure. Invariant: only the words of the operating system are told; those of other errors may
 * quote what they stumbled over, which may be a secret.
 */
import { bounded, most } from "../plan/bounds.js";
import { RestoreFault, type FaultKind } from "../workflow/faults.js";
import type { Ports } from "../workflow/ports.js";

/** The same ports, out of which only faults come. */
export function faultsOnly(ports: Ports): Ports {
  return {
    ...ports,
    // It may have been done: what must not happen twice is not asked for again.
    kubernetes: guarded(ports.kubernetes, "outcomeUnknown"),
    neo4j: guarded(ports.neo4j, "outcomeUnknown"),
    journal: guarded(ports.journal, "terminal"),
  };
}

export function unforeseen(error: unknown, kind: FaultKind): RestoreFault {
  if (error instanceof RestoreFault) return error;
  const text = bounded(describe(error), most.name);
  const options = { evidence: { text }, cause: error };
  return new RestoreFault(kind, "UnforeseenError", `an error that nobody foresaw: ${text}`, options);
}

function guarded<Port extends object>(port: Port, kind: FaultKind): Port {
  return new Proxy(port, {
    get: (target, key): unknown => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        try {
          return await (Reflect.apply(member, target, args) as unknown);
        } catch (error) {
          throw unforeseen(error, kind);
        }
      };
    },
  });
}

/** Such as `TypeError in podsOfJob (jobs.js:140:12)`, or `EMFILE: too many open files`. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if ("syscall" in error) return error.message;
  const [, place] = /^ +at (.+)$/m.exec(error.stack ?? "") ?? [];
  return place === undefined
    ? error.name
    : `${error.name} in ${place.replace(/(?:file:\/\/)?[^ (]*[/\\]/g, "")}`;
}
