/** KubernetesPort, put together from this folder's parts. close() ends its watches; the connection stays. */
import type { KubernetesPort } from "../../workflow/ports.js";
import { backupView } from "./backups.js";
import { createChanges } from "./changes.js";
import { protectClaims } from "./claim-protection.js";
import { claimViews } from "./claims.js";
import type { KubernetesConnection } from "./connection.js";
import { wouldRefuse } from "./dry-run.js";
import { execInPod } from "./exec.js";
import { hold, releaseHold } from "./hold.js";
import { jobView, podEnded } from "./jobs.js";
import { createObject, deleteClaim, deleteJob, startJob } from "./objects.js";
import { otherWork } from "./other-work.js";
import { pathOf } from "./paths.js";
import { createPermissions } from "./permissions.js";
import { saveReturnState, scale } from "./scale.js";
import { createScopeChanges } from "./scope-changes.js";
import { secretViews } from "./secrets.js";
import { leaveServiceAccount, serviceAccountView, useServiceAccount } from "./service-accounts.js";
import { lookUpTarget } from "./target.js";

export function createKubernetesPort(
  connection: KubernetesConnection,
): KubernetesPort & { close(): Promise<void> } {
  const { api } = connection;
  const changes = createChanges(api);
  return {
    defaultNamespace: connection.defaultNamespace,
    target: (ref) => lookUpTarget(api, ref),
    backup: (namespace, name) => backupView(api, namespace, name),
    job: (namespace, name) => jobView(api, namespace, name),
    secrets: (namespace, names) => secretViews(api, namespace, names),
    claims: async (namespace, names) =>
      claimViews(api, namespace, names, await api.list(pathOf("Pod", namespace))),
    missingPermissions: createPermissions(api),
    otherWork: (ref, claims, runId) => otherWork(api, ref, claims, runId),
    hold: (ref, value) => hold(api, ref, value),
    releaseHold: (ref, value) => releaseHold(api, ref, value),
    saveReturnState: (ref, set, value) => saveReturnState(api, ref, set, value),
    protectClaims: (namespace, claims, protect) => protectClaims(api, namespace, claims, protect),
    scale: (ref, set, replicas) => scale(api, ref, set, replicas),
    create: (manifest, runId) => createObject(api, manifest, runId),
    wouldRefuse: (manifest) => wouldRefuse(api, manifest),
    startJob: (namespace, name, uid) => startJob(api, namespace, name, uid),
    deleteJob: (namespace, name, runId) => deleteJob(api, changes, namespace, name, runId),
    deleteClaim: (namespace, name) => deleteClaim(api, namespace, name),
    serviceAccount: (namespace, name) => serviceAccountView(api, namespace, name),
    useServiceAccount: (namespace, name, runId, annotations) =>
      useServiceAccount(api, namespace, name, runId, annotations),
    leaveServiceAccount: (namespace, name, runId) => leaveServiceAccount(api, namespace, name, runId),
    exec: (namespace, pod, container, argv) => execInPod(connection, namespace, pod, container, argv),
    podEnded: (namespace, pod) => podEnded(api, namespace, pod),
    changed: createScopeChanges(changes),
    close: () => changes.close(),
  };
}
