/**
 * The end of a resource. Deleting it ends its run: the operator gives everything back and removes what the run left,
 * and only then the resource is gone. Letting it go leaves the run as it is, for a direct run to go on with.
 * Invariants: only the owner's resource goes, and only the one that was looked at; waiting for an operator is bounded.
 */
import { discardCommand } from "../plan/aside-words.js";
import { annotations } from "../plan/names.js";
import { OPERATOR_FINALIZER } from "../spec/defaults.js";
import { formatDuration } from "../spec/duration.js";
import { parseRestore } from "../spec/parse.js";
import { RestoreFault } from "../workflow/faults.js";
import { limits } from "../workflow/limits.js";
import type { ResourceRef, ResourceView } from "../workflow/resource-ports.js";
import type { Engine, RunOptions } from "./engine.js";
import { following, teller, type Followed, type ResourcePorts } from "./resource-line.js";

export function removeResource(
  ports: ResourcePorts,
  direct: Engine,
  ref: ResourceRef & { readonly runId: string },
  options: RunOptions,
): Promise<void> {
  return following(ports, ref, options, async (followed) => {
    const there = await followed.read();
    if (there && isOwn(there, ref.runId, options)) {
      options.onProgress({ step: "Delete", message: "the operator gives back what the run holds" });
      const aside = leftAside(ref, there);
      if (aside !== undefined) options.onProgress({ step: "Clean", message: aside });
      await followed.call(() => ports.resources.remove(ref, there.uid));
      await untilGone(followed, there.uid, active(there) ? limits.giveBack : limits.letGo, options);
    } else if (there) {
      const why = there.owner === options.owner ? "has run again since" : "is somebody else's";
      options.onProgress({ step: "Delete", message: `Neo4jRestore ${ref.name} ${why}: it stays` });
    }
    await removeDirect(direct, ref, options);
  });
}

/** A store that was set aside outlives its restore. */
function leftAside({ namespace }: ResourceRef, { status, document }: ResourceView): string | undefined {
  const { previous, runId } = status ?? {};
  const says = parseRestore(document);
  if (!previous || runId === undefined || !says.ok) return undefined;
  const { clusterRef: target, databaseName: database } = says.request.spec;
  const { path, size, keptUntil } = previous;
  const until = keptUntil === undefined ? "until it is discarded" : `until ${keptUntil}`;
  const command = discardCommand({ namespace, target, database }, runId);
  return `what was set aside${size === undefined ? "" : ` (${size})`} is kept ${until} at ${path}; remove it with: ${command}`;
}

/** A run that its owner has heard of, or that has never told anybody its id. */
function isOwn(there: ResourceView, runId: string, { owner }: RunOptions): boolean {
  const known = [undefined, runId].includes(there.status?.runId) || runId === "" || active(there);
  return there.owner === owner && known;
}

const active = ({ status }: ResourceView): boolean =>
  status?.phase === "Pending" || status?.phase === "Running";

/** What a direct run of the same owner left, where mode operator came after it and no operator has taken it over. */
async function removeDirect(
  direct: Engine,
  ref: ResourceRef & { readonly runId: string },
  options: RunOptions,
): Promise<void> {
  try {
    await direct.remove(ref, options);
  } catch (error) {
    // Who may not read journals has never made one.
    if (!(error instanceof RestoreFault) || error.kind !== "terminal" || error.reason !== "KubernetesRefused")
      throw error;
  }
}

/** @param patience how long nothing may be heard of it */
export async function untilGone(
  followed: Followed,
  uid: string,
  patience: number,
  options: RunOptions,
): Promise<void> {
  const { at, clock } = followed;
  const { tell } = teller(clock, options.onProgress, undefined);
  let [revision, heard] = ["", clock.monotonic()];
  for (;;) {
    const there = await followed.read();
    if (there?.uid !== uid) return;
    if (followed.left())
      throw new RestoreFault(
        "terminal",
        "Interrupted",
        `left while Neo4jRestore ${at.name} is being deleted: the operator goes on giving back; the same command joins it`,
      );
    const now = clock.monotonic();
    if (there.revision !== revision) [revision, heard] = [there.revision, now];
    if (now - heard >= patience) throw new RestoreFault("terminal", "OperatorMissing", stuck(at, patience));
    if (there.status) tell(there.status);
    await followed.pause(clock.now() + patience - (now - heard));
  }
}

function stuck({ namespace, name }: ResourceRef, patience: number): string {
  const at = `${name} --namespace ${namespace}`;
  return [
    `Neo4jRestore ${name} in ${namespace} is to be deleted, but nobody has let it go for ${formatDuration(patience)}: no operator seems to work there`,
    `start the operator, or see what the run holds (neo4j-restore status ${at}), give it back (neo4j-restore release ${at}) and then take the finalizer away:`,
    `kubectl -n ${namespace} patch n4jr ${name} --type=merge -p '{"metadata":{"finalizers":null}}'`,
  ].join("\n");
}

/** The direct engine of a restore that was the operator's until now. */
export function createTakenBackEngine(ports: ResourcePorts, direct: Engine): Engine {
  const after =
    (work: "run" | "record"): Engine["run"] =>
    async (request, options) => {
      const namespace = request.namespace ?? ports.resources.defaultNamespace;
      await takeBack(ports, { namespace, name: request.name }, options);
      return direct[work](request, options);
    };
  return { ...direct, run: after("run"), record: after("record") };
}

/** Where no operator answers, its finalizer is taken away: the run's Lease keeps two drivers apart all the same. */
function takeBack(ports: ResourcePorts, at: ResourceRef, options: RunOptions): Promise<void> {
  const { resources, clock } = ports;
  return following(ports, at, options, async (followed) => {
    const found = await followed.read();
    if (!found || found.owner !== options.owner) return;
    const { uid } = found;
    options.onProgress({ step: "Wait", message: `the operator lets Neo4jRestore ${at.name} go` });
    await followed.call(() => resources.annotate(at, uid, { [annotations.letGo]: "true" }));
    await followed.call(() => resources.remove(at, uid));
    const until = clock.monotonic() + limits.handOver;
    while ((await followed.read())?.uid === uid) {
      if (followed.left())
        throw new RestoreFault("terminal", "Interrupted", "left while the operator lets the restore go");
      const left = until - clock.monotonic();
      if (left <= 0) await followed.call(() => resources.unmark(at, uid, OPERATOR_FINALIZER));
      await followed.pause(clock.now() + Math.max(left, limits.outagePause));
    }
  });
}
