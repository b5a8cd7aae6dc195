/** A look at the target's data volume through the running server: the volume script's `inspect`, which only reads. */
import type { Observation } from "../plan/observation.js";
import type { VolumeView } from "../plan/preflight.js";
import { jobPaths } from "../plan/restore-job.js";
import { volumeCommand } from "../plan/volume-command.js";
import { volumeView } from "../plan/volume-view.js";
import type { RestoreRequest } from "../spec/request.js";
import type { Fault } from "../workflow/faults.js";
import type { Ports } from "../workflow/ports.js";
import type { RunState } from "../workflow/state.js";
import { runningPod, targetFacts } from "../workflow/subject.js";
import { perform } from "./perform.js";

/** @returns undefined where no server runs, or where not everything that a run needs is permitted. */
export async function lookAtVolume(
  ports: Ports,
  state: RunState,
  request: RestoreRequest,
  seen: Observation,
): Promise<VolumeView | Fault | undefined> {
  const pod = runningPod(seen);
  if (!pod || (seen.missingPermissions ?? []).length > 0) return undefined;
  const { databaseName: database } = request.spec;
  const { container } = targetFacts(state);
  const argv = volumeCommand("inspect", { data: jobPaths.data, runId: state.runId, database });
  const effect = { kind: "exec", key: "inspect", pod: pod.name, container, argv } as const;
  const answer = await perform(ports, state, effect);
  return answer.ok ? volumeView(answer.output["stdout"] ?? "") : answer.fault;
}
