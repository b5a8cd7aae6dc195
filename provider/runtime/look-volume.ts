/** A look at the target's data volumes through the running servers: the volume script's `inspect`, which only reads. */
import type { Observation } from "../plan/observation.js";
import { jobPaths } from "../plan/restore-job.js";
import { lookCommand } from "../plan/volume-command.js";
import { type VolumeView, volumeView } from "../plan/volume-view.js";
import type { RestoreRequest } from "../spec/request.js";
import type { Fault } from "../workflow/faults.js";
import type { Ports } from "../workflow/ports.js";
import type { RunState } from "../workflow/state.js";
import { podsToLookAt, targetFacts } from "../workflow/subject.js";
import { perform } from "./perform.js";

/** @returns nothing of pods that do not run, and of none where not everything that a run needs is permitted. */
export async function lookAtVolumes(
  ports: Ports,
  state: RunState,
  request: RestoreRequest,
  seen: Observation,
): Promise<{ readonly volumes: Readonly<Record<string, VolumeView>>; readonly fault?: Fault }> {
  const volumes: Record<string, VolumeView> = {};
  if ((seen.missingPermissions ?? []).length > 0) return { volumes };
  const { databaseName: database } = request.spec;
  const { container } = targetFacts(state);
  const argv = lookCommand("inspect", { data: jobPaths.data, runId: state.runId, database });
  for (const { name } of podsToLookAt(state, seen)) {
    const effect = { kind: "exec", key: "inspect", pod: name, container, argv } as const;
    const answer = await perform(ports, state, effect);
    if (!answer.ok) return { volumes, fault: answer.fault };
    volumes[name] = volumeView(answer.output["stdout"] ?? "");
  }
  return { volumes };
}
