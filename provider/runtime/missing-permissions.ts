/**
 * Kubernetes refuses one call at a time. Before anything is touched, a user learns of everything that is not granted
 * at once; afterwards the refusal itself is what matters.
 */
import { permissionsFor } from "../plan/permissions.js";
import { permissionProblem } from "../plan/preflight.js";
import { jobIdentity } from "../plan/staging.js";
import { RestoreFault, type Fault } from "../workflow/faults.js";
import type { Ports } from "../workflow/ports.js";
import type { RunState } from "../workflow/state.js";

type Asking = Pick<Ports, "kubernetes">;

/** @returns the fault of all that is missing in place of a refusal, else the fault as it is. */
export async function allMissing({ kubernetes }: Asking, state: RunState, fault: Fault): Promise<Fault> {
  if (fault.reason !== "KubernetesRefused" || state.lockedAt !== undefined) return fault;
  return named(kubernetes, state.namespace, fault, jobIdentity(state.facts.source)?.make === true);
}

/** The same for what is refused before there is a run: its Lease, its journal. */
export async function namingAllMissing<T>(
  { kubernetes }: Asking,
  namespace: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RestoreFault) || error.reason !== "KubernetesRefused") throw error;
    const { kind, reason, message, evidence } = await named(kubernetes, namespace, error.toData(), false);
    throw new RestoreFault(kind, reason, message, { ...(evidence ? { evidence } : {}), cause: error });
  }
}

async function named(
  kubernetes: Asking["kubernetes"],
  namespace: string,
  fault: Fault,
  makesServiceAccount: boolean,
): Promise<Fault> {
  try {
    const missing = await kubernetes.missingPermissions(namespace, permissionsFor(makesServiceAccount));
    if (missing.length === 0) return fault;
    return { kind: "terminal", evidence: { text: fault.message }, ...permissionProblem(missing) };
  } catch (error) {
    // Who may not even ask is told what was refused first.
    if (error instanceof RestoreFault) return fault;
    throw error;
  }
}
