/** Carries one effect out through the ports. An answer is data: faults are caught here and nowhere below. */
import { boundedLines } from "../plan/bounds.js";
import { jobName, titleOf } from "../plan/names.js";
import type { Effect } from "../workflow/effects.js";
import { isOutdated, scriptExit } from "../plan/script-exit.js";
import { isWhole } from "../plan/volume-command.js";
import { type FaultKind, RestoreFault } from "../workflow/faults.js";
import type { Reason } from "../workflow/reasons.js";
import { limits } from "../workflow/limits.js";
import type { Ports } from "../workflow/ports.js";
import type { Answer } from "../workflow/results.js";
import type { RunState } from "../workflow/state.js";
import { keep } from "./keep.js";
import { unforeseen } from "./unforeseen.js";

export async function perform(ports: Ports, state: RunState, effect: Effect): Promise<Answer> {
  try {
    return { ok: true, output: await act(ports, state, effect) };
  } catch (error) {
    return { ok: false, fault: unforeseen(error, "outcomeUnknown").toData() };
  }
}

type Output = Readonly<Record<string, string>>;
const nothing: Output = {};

async function act(ports: Ports, state: RunState, effect: Effect): Promise<Output> {
  const { kubernetes, neo4j, journal } = ports;
  const { namespace, runId, name } = state;
  switch (effect.kind) {
    case "hold":
      return { value: await kubernetes.hold(effect.target, effect.value) };
    case "releaseHold":
      await kubernetes.releaseHold(effect.target, effect.value);
      return nothing;
    case "saveReturnState":
      await kubernetes.saveReturnState(effect.target, effect.set, effect.value);
      return nothing;
    case "keep":
      await keep(ports, state, effect);
      return nothing;
    case "protectClaims":
      await kubernetes.protectClaims(namespace, effect.claims, effect.protect);
      return nothing;
    case "scale":
      await kubernetes.scale(effect.target, effect.set, effect.replicas);
      return nothing;
    case "create":
      await kubernetes.create(effect.manifest, runId);
      return nothing;
    case "tryOut":
      return refusals(kubernetes, effect.manifests);
    case "startJob":
      await kubernetes.startJob(namespace, effect.name, effect.uid);
      return nothing;
    case "deleteJobs": {
      const ofRun = effect.anyRun ? undefined : runId;
      await Promise.all(
        effect.roles.map((role) => kubernetes.deleteJob(namespace, jobName(name, role), ofRun)),
      );
      return nothing;
    }
    case "deleteClaim":
      await kubernetes.deleteClaim(namespace, effect.name);
      return nothing;
    case "useServiceAccount":
      await kubernetes.useServiceAccount(namespace, effect.name, runId, effect.annotations);
      return nothing;
    case "leaveServiceAccount":
      await kubernetes.leaveServiceAccount(namespace, effect.name, runId);
      return nothing;
    case "exec":
      return exec(kubernetes, namespace, effect);
    case "stopDatabase":
      await neo4j.stop(effect.at, effect.database);
      return nothing;
    case "startDatabase":
      await neo4j.start(effect.at, effect.database);
      return nothing;
    case "createDatabase":
      await neo4j.create(effect.at, effect.database, effect.creation);
      return nothing;
    case "dropDatabase":
      await neo4j.drop(effect.at, effect.database, effect.aliases);
      return nothing;
    case "recreateDatabase":
      await neo4j.recreate(effect.at, effect.database, effect.procedure, effect.options);
      return nothing;
    case "giveAttachments":
      await neo4j.giveAttachments(effect.at, effect.database, effect.attachments);
      return nothing;
    case "setAccess":
      await neo4j.setAccess(effect.at, effect.database, effect.access);
      return nothing;
    case "statement":
      await neo4j.run(effect.at, effect.database, effect.statement, limits.statement);
      return nothing;
    case "writeLedger":
      await journal.writeLedger(effect.target, effect.database, effect.changes);
      return nothing;
  }
}

/** By "Job orders-restore". */
async function refusals(
  kubernetes: Ports["kubernetes"],
  manifests: Extract<Effect, { kind: "tryOut" }>["manifests"],
): Promise<Output> {
  const answers = await Promise.all(
    manifests.map(async (manifest) => {
      const refused = await kubernetes.wouldRefuse(manifest);
      return refused === undefined ? [] : [[titleOf(manifest), refused] as const];
    }),
  );
  return Object.fromEntries(answers.flat());
}

async function exec(
  kubernetes: Ports["kubernetes"],
  namespace: string,
  effect: Extract<Effect, { kind: "exec" }>,
): Promise<Output> {
  const { pod, container, argv } = effect;
  const { exitCode, stdout, stderr } = await sent(effect, () =>
    kubernetes.exec(namespace, pod, container, argv),
  );
  if (exitCode === 0 && isWhole(stdout)) return { stdout };
  if (exitCode === 0 || exitCode > 128) throw cut(effect, exitCode);
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line !== "");
  const lastLines = boundedLines(lines, 10);
  const [kind, reason] = failureOf(effect, exitCode);
  throw new RestoreFault(
    kind,
    reason,
    `the volume script failed in pod ${pod}: ${lastLines.at(-1) ?? `exit code ${exitCode}`}`,
    {
      evidence: { exitCode, lastLines },
    },
  );
}

type Exec = Extract<Effect, { kind: "exec" }>;

/** A line that breaks does not end what runs in the container: of a verb that changes something, the answer is lost. */
async function sent<T>({ turn }: Exec, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (turn === undefined || !(error instanceof RestoreFault) || error.kind !== "retry") throw error;
    const { evidence, message } = error;
    throw new RestoreFault("outcomeUnknown", "AnswerLost", message, { ...(evidence ? { evidence } : {}) });
  }
}

/** It has no last line, or was killed: how far it came is not told. */
function cut({ turn, pod }: Exec, exitCode: number): RestoreFault {
  const message = `the volume script in pod ${pod} was cut off (exit code ${exitCode})`;
  return new RestoreFault(turn === undefined ? "retry" : "outcomeUnknown", "AnswerLost", message);
}

function failureOf({ turn }: Exec, exitCode: number): readonly [FaultKind, Reason] {
  if (turn !== undefined && exitCode === scriptExit.lockHeld) return ["outcomeUnknown", "VolumeBusy"];
  return ["terminal", isOutdated(exitCode) ? "DriverReplaced" : "SwapFailed"];
}
