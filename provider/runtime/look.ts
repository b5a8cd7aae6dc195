/**
 * The look ahead: what a run would find, do and be refused for, judged by the very functions that judge a run.
 * Invariants: nothing is written, locked or started; the only exec is the volume script's `inspect`; every
 * problem is told at once: what a run would wait for is noted, and the rest judged as if it had come.
 */
import { runIdentity } from "../plan/identity.js";
import type { Observation } from "../plan/observation.js";
import { neededPermissions } from "../plan/permissions.js";
import { permissionProblem, preflight } from "../plan/preflight.js";
import {
  circumstances,
  isBeside,
  onlineDatabases,
  type PreflightInput,
  preflightInput,
} from "../plan/preflight-input.js";
import { locateSource } from "../plan/source.js";
import { seedProviders } from "../plan/seed-uri.js";
import { jobIdentity } from "../plan/staging.js";
import { chooseStrategy } from "../plan/strategy.js";
import { planInWords } from "../plan/words.js";
import type { RestoreRequest } from "../spec/request.js";
import { RestoreFault } from "../workflow/faults.js";
import type { Ports } from "../workflow/ports.js";
import type { Reason } from "../workflow/reasons.js";
import { beginRun, type RunState, type StepName } from "../workflow/state.js";
import type { Move } from "../workflow/step.js";
import { steps } from "../workflow/steps/index.js";
import { rememberedAside, seenTarget } from "../workflow/subject.js";
import type { Place } from "./conduct.js";
import { dueFor } from "./due.js";
import { findingsOf } from "./look-findings.js";
import { consequencesOf, plannedCommands, plannedStatements } from "./look-words.js";
import { lookAtTrial } from "./look-trial.js";
import { lookAtVolumes } from "./look-volume.js";
import { observe } from "./observe.js";
import type { VolumeView } from "../plan/volume-view.js";
import type { PlanProblem, PlanReport } from "./plan-report.js";
import { readState, readStatus } from "./records.js";

/** One look: a run that never begins, and what was noted on the way. */
interface Look {
  readonly ports: Ports;
  readonly request: RestoreRequest;
  readonly waits: PlanProblem[];
  readonly problems: PlanProblem[];
}

type Judged = Pick<PlanReport, "found" | "strategy" | "consequences" | "commands" | "done"> & {
  readonly steps?: PlanReport["steps"];
};
const unjudged: Judged = { found: {}, consequences: [], commands: [] };

export async function lookAhead(ports: Ports, at: Place, request: RestoreRequest): Promise<PlanReport> {
  const look: Look = { ports, request, waits: [], problems: [] };
  const identity = runIdentity(request, at.namespace);
  const record = await attempt(look, () => ports.journal.view(at.namespace, at.name));
  const due = dueFor(record && readState(record.state), identity);
  const status = record && readStatus(record.status);
  const judged = due === "begin" ? await judgeAll(look, at, identity) : unjudged;
  if (look.problems.length > 0) await notePermissions(look, at.namespace);
  return {
    ...at,
    due,
    ...(status ? { present: { phase: status.phase, message: status.message ?? "" } } : {}),
    steps: planInWords(request),
    statements: plannedStatements(request),
    ...judged,
    waits: look.waits,
    problems: look.problems,
  };
}

async function judgeAll(look: Look, at: Place, identity: string): Promise<Judged> {
  const { ports, request } = look;
  const begun = beginRun({
    ...{ runId: ports.newId(), ...at, identity, attempt: 1, generation: 0, now: ports.clock.now() },
    ...{ remnants: [], carried: undefined },
  });
  const { state, seen: there } = await resolve(look, begun);
  if (!state.facts.source) return { ...unjudged, found: findingsOf(request, state, there, undefined) };
  const locked = await attempt(look, () => observe(ports, { ...state, step: "Lock" }, request));
  const move = locked && judge(look, state, "Lock", locked);
  if (move?.kind === "end") return { ...unjudged, done: move.outcome.message };
  // What a target looks like in the middle of another restore says nothing about this one.
  const seen =
    move?.kind === "wait"
      ? undefined
      : await attempt(look, () => observe(ports, { ...state, step: "Preflight" }, request));
  const volumes = seen ? await seenVolumes(look, state, seen) : {};
  const known = seen && gathered(look, state, seen, volumes);
  const input = seen && known && (await tried(look, state, seen, known));
  const found = findingsOf(request, state, { ...there, ...seen }, input);
  if (!input) return { ...unjudged, found };
  for (const problem of preflight(input)) note(look.problems, problem);
  const met = circumstances(input);
  const choice = chooseStrategy(request, met);
  if (!choice.ok) return { ...unjudged, found };
  return {
    found,
    steps: planInWords(request, { strategy: choice.strategy, existed: met.existed }),
    strategy: choice.strategy,
    consequences: consequencesOf(
      request,
      found,
      choice.strategy,
      onlineDatabases(input.server),
      ports.clock.now(),
    ),
    commands: found.backup
      ? plannedCommands(request, found.backup, choice.strategy, isBeside(input, choice.strategy))
      : [],
  };
}

/** What is waited for may still come: without that part of what was seen, a step judges the rest. */
const awaited: Partial<Record<Reason, keyof Observation>> = {
  ClaimNotFound: "claims",
  SecretNotFound: "secrets",
};

/** A step's judgement. What it refuses or would wait for is noted. */
function judge(look: Look, state: RunState, step: StepName, seen: Observation): Move {
  const now = look.ports.clock.now();
  const move = steps[step].decide({ state, request: look.request, seen, now });
  if (move.kind === "fail") note(look.problems, move.fault);
  if (move.kind !== "wait") return move;
  note(look.waits, move);
  const part = awaited[move.reason];
  if (part === undefined || seen[part] === undefined) return move;
  const { [part]: _awaited, ...rest } = seen;
  return judge(look, state, step, rest);
}

/** Resolve as a run does it, until target and source are known or one of them is not to be had. */
async function resolve(
  look: Look,
  begun: RunState,
): Promise<{ readonly state: RunState; readonly seen: Observation }> {
  let state = begun;
  for (;;) {
    const seen = await attempt(look, () => observe(look.ports, state, look.request));
    if (!seen) return { state, seen: {} };
    const move = judge(look, state, "Resolve", seen);
    if (move.kind !== "learn") {
      if (!state.facts.source) judgeSource(look, seen);
      return { state, seen };
    }
    state = { ...state, facts: { ...state.facts, ...move.facts } };
  }
}

/** The backup is looked for also where the target is not there. */
function judgeSource(look: Look, seen: Observation): void {
  const answer = locateSource(look.request, seen.backup);
  if (answer.kind === "wait") note(look.waits, { reason: "BackupNotReady", message: answer.message });
  if (answer.kind === "refuse") note(look.problems, answer);
}

function gathered(
  look: Look,
  state: RunState,
  seen: Observation,
  volumes: Readonly<Record<string, VolumeView>>,
): PreflightInput | undefined {
  const target = seenTarget(seen);
  if (!target || !seen.server) return undefined;
  for (const other of seen.otherWork ?? [])
    note(look.waits, { reason: "BackupRunning", message: `${other} is at work on the same data` });
  const { request } = look;
  const { server, claims, serviceAccount, attachments, settings, missingPermissions = [] } = seen;
  const { source } = state.facts;
  return preflightInput({
    ...{ request, target, server, volumes, missingPermissions },
    ...{ backupClaims: claims ?? [], identity: jobIdentity(source), serviceAccount, attachments },
    ...{ source, seedProviders: settings?.[seedProviders] ?? undefined, aside: rememberedAside(seen) },
  });
}

async function seenVolumes(
  { ports, request, problems }: Look,
  state: RunState,
  seen: Observation,
): Promise<Readonly<Record<string, VolumeView>>> {
  const { volumes, fault } = await lookAtVolumes(ports, state, request, seen);
  if (fault) note(problems, fault);
  return volumes;
}

async function tried(
  look: Look,
  state: RunState,
  seen: Observation,
  input: PreflightInput,
): Promise<PreflightInput> {
  const { ports, request, problems } = look;
  const now = ports.clock.now();
  const { refusals, fault } = await lookAtTrial(ports, { state, request, seen, now }, input);
  if (fault) note(problems, fault);
  return { ...input, refusals };
}

/** A look that was refused is most likely one permission short of many: all that are missing are told. */
async function notePermissions(look: Look, namespace: string): Promise<void> {
  if (look.problems.some(({ reason }) => reason === "MissingPermissions")) return;
  const { kubernetes } = look.ports;
  const missing = await attempt(look, () => kubernetes.missingPermissions(namespace, neededPermissions));
  if (missing && missing.length > 0)
    note(look.problems, permissionProblem(missing.map((one) => ({ namespace, ...one }))));
}

/** A fault in looking is a problem to tell like any other. */
async function attempt<T>(look: Look, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RestoreFault)) throw error;
    note(look.problems, error);
    return undefined;
  }
}

function note(where: PlanProblem[], { reason, message }: PlanProblem): void {
  if (!where.some((one) => one.message === message)) where.push({ reason, message });
}
