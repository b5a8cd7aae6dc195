/**
 * The claim for temporary files: as the user wrote it, or where the Job itself has found that they would take too
 * much of the data volume. Only the Job sees how large the artifacts are; it ends before it restores, and is made
 * once more with a claim of that size, of the data volume's own storage class.
 */
import { ourLabels, tempClaimName } from "../../plan/names.js";
import type { JsonObject } from "../../plan/observation.js";
import { scriptExit } from "../../plan/script-exit.js";
import { formatQuantity } from "../../spec/quantity.js";
import type { RestoreRequest } from "../../spec/request.js";
import type { TempStorage } from "../../spec/types.js";
import type { RunState } from "../state.js";
import { firstOf, once, type Context, type Move } from "../step.js";
import { seenJob, seenTarget, targetFacts } from "../subject.js";
import { leaving } from "./job.js";
import { reportOf } from "./job-report.js";

const gib = 1024 ** 3;

/** What the claim is to be; undefined where temporary files lie on the data volume. */
export function tempStorage({ facts }: RunState, { spec }: RestoreRequest): TempStorage | undefined {
  if (spec.options?.tempStorage) return spec.options.tempStorage;
  return facts.tempBytes === undefined ? undefined : { size: `${Math.ceil(facts.tempBytes / gib)}Gi` };
}

/** Names the Job that is made with the claim after one without. */
export function round({ state }: Context): string {
  return state.facts.tempBytes === undefined ? "" : "-with-temp";
}

/** @returns undefined when the claim is there, or none is needed. */
export function tempClaim(context: Context, role: "rehearsal" | "restore"): Move | undefined {
  return firstOf(
    () => makeRoom(context, role),
    () => makeClaim(context),
  );
}

/** A Job that ended because it found too little room is noted, and goes. */
function makeRoom(context: Context, role: "rehearsal" | "restore"): Move | undefined {
  const { state, seen } = context;
  const job = seenJob(seen, role);
  if (job === "absent" || job.runId !== state.runId || !job.over) return undefined;
  const bytes = Number(reportOf(job)["temp_bytes"] ?? NaN);
  if (job.exitCode !== scriptExit.tempTooLarge || !Number.isFinite(bytes)) return undefined;
  if (state.facts.tempBytes === undefined) {
    const remark = `temporary files may take ${formatQuantity(bytes)}, more than a fifth of what is free on the data volume: they lie on a claim of their own`;
    return { kind: "learn", facts: { tempBytes: bytes }, note: { remark } };
  }
  return (
    once(context, { kind: "deleteJobs", key: `room-${role}`, roles: [role], anyRun: false }) ??
    leaving(`the Job ${job.name} without room for temporary files to go`)
  );
}

function makeClaim(context: Context): Move | undefined {
  const { facts } = context.state;
  const manifest = tempClaimManifest(context);
  if (!manifest) return undefined;
  const create = once(context, { kind: "create", key: "temp-claim", manifest });
  return create ?? (facts.tempClaim === true ? undefined : { kind: "learn", facts: { tempClaim: true } });
}

export function tempClaimManifest({ state, request, seen }: Context): JsonObject | undefined {
  const storage = tempStorage(state, request);
  if (!storage) return undefined;
  const { storageClassName } = request.spec.options?.tempStorage ? storage : dataClass(state, seen);
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: tempClaimName(state.name),
      namespace: state.namespace,
      labels: { ...request.labels, ...ourLabels(state.name, state.runId, "temp") },
    },
    spec: {
      accessModes: ["ReadWriteOnce"],
      ...(storageClassName === undefined ? {} : { storageClassName }),
      resources: { requests: { storage: storage.size } },
    },
  };
}

function dataClass(state: RunState, seen: Context["seen"]): { readonly storageClassName?: string } {
  const claims = seenTarget(seen)?.dataClaims ?? [];
  return claims.find(({ name }) => name === targetFacts(state).dataClaim) ?? {};
}
