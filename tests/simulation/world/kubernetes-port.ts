/**
 * The simulated Kubernetes API: implements KubernetesPort on the world's targets, claims, Jobs and backups.
 * Each write behaves as the port promises: compare-and-set, preconditions, absent counts as done.
 */
import { labels, parseHold } from "../../../provider/plan/names.js";
import type { JsonObject } from "../../../provider/plan/observation.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";
import type { KubernetesPort, SeenSet, TargetRef } from "../../../provider/workflow/ports.js";
import { parseQuantity } from "../../../provider/spec/quantity.js";
import { objectAt } from "./manifests.js";
import { Output, type Process } from "./process.js";
import { isLook, scriptProcess, verbOf } from "./script.js";
import type { Target } from "./target.js";
import type { World } from "./world.js";

export function kubernetesPort(world: World, driver: string): KubernetesPort {
  const note = (what: string): void => {
    world.ledger.note(driver, what);
    world.changed();
  };
  const gone = (what: string): RestoreFault =>
    new RestoreFault("terminal", "KubernetesRefused", `${what} not found`);
  const targetOf = (ref: TargetRef): Target => {
    const target = world.targets.get(ref.name);
    if (!target) throw gone(`target ${ref.name}`);
    return target;
  };
  const setOf = (ref: TargetRef, seen: SeenSet): Target => {
    const target = targetOf(ref);
    if (target.statefulSetUid !== seen.uid) throw gone(`StatefulSet with uid ${seen.uid}`);
    if (target.revision === seen.revision) return target;
    throw new RestoreFault("retry", "ReplicasContested", `the StatefulSet of ${ref.name} has changed`);
  };
  /** Written with the resourceVersion that was read: what changes while the write is on its way refuses it. */
  const unchangedOnTheWay = async (revision: () => number): Promise<void> => {
    const arrival = world.transit.arrival();
    if (!arrival) return;
    const seen = revision();
    await arrival;
    if (revision() !== seen)
      throw new RestoreFault("retry", "KubernetesRefused", "the object has been modified");
  };
  let glance: number | undefined;

  return {
    defaultNamespace: "neo4j",
    target: async (ref) => {
      if (world.noDefinitions) return { found: "noDefinitions" };
      if (world.ambiguous) return { found: "both" };
      const target = world.targets.get(ref.name);
      return target ? { found: "one", target: target.view() } : { found: "none" };
    },
    backup: async (_namespace, name) => world.backups.get(name),
    job: async (_namespace, name) => world.jobs.view(name),
    secrets: async (_namespace, names) =>
      names.map((name) => ({
        name,
        exists: world.secrets.has(name),
        keys: Object.keys(world.secrets.get(name) ?? {}),
      })),
    claims: async (_namespace, names) => names.map((name) => world.claims.view(name)),
    missingPermissions: async () => world.missingPermissions,
    otherWork: async (_ref, claims, runId) => [
      ...world.jobs
        .unfinished()
        .filter((job) => job.run !== runId && job.claims.some((claim) => claims.includes(claim)))
        .map((job) => job.name),
      ...world.otherWork,
    ],

    hold: async (ref, value) => {
      const target = targetOf(ref);
      await unchangedOnTheWay(() => target.holdRevision);
      if (target.hold === undefined) {
        target.hold = value;
        world.guardian.runIsOver(parseHold(value)?.runId ?? value, false);
        note("HOLD");
      }
      return target.hold;
    },
    releaseHold: async (ref, value) => {
      const target = world.targets.get(ref.name);
      if (target?.hold !== value) return;
      await unchangedOnTheWay(() => target.holdRevision);
      target.hold = undefined;
      world.guardian.runIsOver(parseHold(value)?.runId ?? value, true);
      note("UNHOLD");
      target.reconcile();
    },
    saveReturnState: async (ref, set, value) => {
      setOf(ref, set).returnState = value;
      note(value === undefined ? "RETURN STATE removed" : "RETURN STATE");
    },
    protectClaims: async (_namespace, claims, protect) => {
      await unchangedOnTheWay(() => world.claims.protections);
      for (const claim of claims) world.claims.protect(claim, protect);
      note(protect ? "PROTECT" : "UNPROTECT");
    },
    scale: async (ref, set, replicas) => {
      const target = setOf(ref, set);
      note(`SCALE ${replicas}`);
      target.scale(replicas);
    },
    wouldRefuse: async (manifest) => world.refusal(manifest),
    create: async (manifest, runId) => create(world, note, manifest, runId),
    startJob: async (_namespace, name, uid) => {
      if (world.jobs.runOf(name) === undefined) return;
      if (!world.jobs.start(name, uid))
        throw new RestoreFault("retry", "KubernetesRefused", `Job ${name} is another one now`);
      note(`START JOB ${name}`);
    },
    deleteJob: async (_namespace, name, runId) => {
      const owner = world.jobs.runOf(name);
      if (owner === undefined) return;
      if (runId !== undefined && owner !== runId) {
        throw new RestoreFault(
          "terminal",
          "ForeignObject",
          `Job ${name} was made by ${owner}: it is left alone`,
        );
      }
      note(`DELETE JOB ${name}`);
      await world.jobs.delete(name);
    },
    deleteClaim: async (_namespace, name) => {
      if (!world.claims.has(name)) return;
      if (world.claims.madeBy(name) === undefined) {
        throw new RestoreFault("terminal", "ForeignObject", `claim ${name} is not ours`);
      }
      note(`DELETE CLAIM ${name}`);
      world.claims.remove(name);
    },
    serviceAccount: async (_namespace, name) => {
      const account = world.serviceAccounts.get(name);
      return account && { name, annotations: account.annotations };
    },
    useServiceAccount: async (_namespace, name, runId, annotations) => {
      const there = world.serviceAccounts.get(name);
      if (!there) note(`SERVICE ACCOUNT ${name}`);
      const account = there ?? { annotations, users: new Set<string>() };
      account.users?.add(runId);
      world.serviceAccounts.set(name, account);
    },
    leaveServiceAccount: async (_namespace, name, runId) => {
      const { users } = world.serviceAccounts.get(name) ?? {};
      if (!users?.delete(runId) || users.size > 0) return;
      note(`SERVICE ACCOUNT ${name} removed`);
      world.serviceAccounts.delete(name);
    },
    exec: async (_namespace, pod, container, argv) => exec(world, note, pod, container, argv),
    podEnded: async (_namespace, pod) =>
      world.jobs.podEnded(pod) &&
      world.targetOfPod(pod)?.server(pod) === undefined &&
      !world.runningPods.has(pod),
    changed: (_scope, signal) => {
      const missed = glance !== undefined && glance !== world.version;
      const look = (): void => void (glance = world.version);
      if (missed || signal.aborted) {
        look();
        return Promise.resolve();
      }
      look();
      return world.nextChange(signal).then(look);
    },
  };
}

async function create(
  world: World,
  note: (what: string) => void,
  manifest: JsonObject,
  runId: string,
): Promise<void> {
  const metadata = objectAt(manifest, "metadata");
  const ownLabels = objectAt(metadata, "labels");
  const name = textAt(metadata, "name");
  if (ownLabels[labels.run] !== runId) throw new Error(`${name} does not carry the label of its run`);
  const kind = textAt(manifest, "kind");
  const job = kind === "Job";
  const owner = job
    ? world.jobs.runOf(name)
    : world.claims.has(name)
      ? (world.claims.madeBy(name) ?? "")
      : undefined;
  if (owner === runId) return;
  if (owner !== undefined) {
    throw new RestoreFault("terminal", "ForeignObject", `${kind} ${name} exists and belongs to someone else`);
  }
  if (job) {
    const component = textAt(ownLabels, labels.component);
    note(`JOB ${component}`);
    world.jobs.create(name, runId, component, manifest);
    return;
  }
  if (kind !== "PersistentVolumeClaim") throw new Error(`the simulation knows no ${kind}`);
  const size = textAt(objectAt(objectAt(objectAt(manifest, "spec"), "resources"), "requests"), "storage");
  note(`CLAIM ${name}`);
  const capacityBytes = parseQuantity(size) ?? 0;
  world.claims.add({ name, accessModes: ["ReadWriteOnce"], capacityBytes, run: runId });
}

function textAt(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value !== "string") throw new Error(`a manifest has no text at ${key}`);
  return value;
}

async function exec(
  world: World,
  note: (what: string) => void,
  pod: string,
  container: string,
  argv: readonly string[],
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const target = world.targetOfPod(pod);
  if (!target?.server(pod) || container !== "neo4j") {
    throw new RestoreFault("retry", "KubernetesRefused", `container ${container} of pod ${pod} does not run`);
  }
  const out = new Output();
  const mounts = new Map(
    [...target.mounts(pod)].flatMap(([path, claim]) => {
      const volume = world.claims.volume(claim);
      return volume ? [[path, volume] as const] : [];
    }),
  );
  const who = `exec in ${pod}`;
  const making = { restoreMs: 0, freshSet: () => world.freshSet() };
  const process = scriptProcess({ who, argv, mounts, now: () => world.clock.now(), out }, making);
  if (!process) throw new Error(`exec in ${pod} has an argv that is not the constant script's`);
  const verb = verbOf(argv);
  if (!isLook(argv)) note(`EXEC ${verb ?? ""}`);
  const broken = world.execBreaks(verb ?? "");
  for (let moves = 0; ; moves++) {
    const next = process.next();
    if (next.done)
      return { exitCode: next.value, stdout: out.lines.join("\n"), stderr: out.errors.join("\n") };
    if (moves === broken) {
      world.clock.after(next.value + world.runsOnAfterMs, () =>
        runOn(world, process, () => target.server(pod) !== undefined),
      );
      throw new RestoreFault("retry", "KubernetesUnreachable", "the stream of the exec broke");
    }
    await world.clock.sleep(next.value);
    world.check();
    if (!target.server(pod)) {
      process.return(137);
      throw new RestoreFault("retry", "KubernetesRefused", `pod ${pod} ended`);
    }
  }
}

/** A stream that breaks does not end what runs in the container. */
function runOn(world: World, process: Process, alive: () => boolean): void {
  if (!alive()) {
    process.return(137);
    return;
  }
  const next = process.next();
  world.check();
  if (!next.done) world.clock.after(next.value, () => runOn(world, process, alive));
}
