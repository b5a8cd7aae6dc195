/** Looks at what the present step needs, all at once. The only way from ports to an Observation. */
import { jobName, parseHold } from "../plan/names.js";
import { permissionsFor } from "../plan/permissions.js";
import type { Observation } from "../plan/observation.js";
import type { RestoreRequest } from "../spec/request.js";
import type { Need } from "../workflow/effects.js";
import type { Ports } from "../workflow/ports.js";
import type { RunState } from "../workflow/state.js";
import { steps } from "../workflow/steps/index.js";
import { ownHold, targetRef } from "../workflow/subject.js";
import { readState } from "./records.js";

export async function observe(ports: Ports, state: RunState, request: RestoreRequest): Promise<Observation> {
  const needs = steps[state.step].needs(state, request);
  const parts = await Promise.all(needs.map((need) => look(ports, state, request, need)));
  const jobs = parts.reduce<NonNullable<Observation["jobs"]>>((all, part) => ({ ...all, ...part.jobs }), {});
  const whole = parts.reduce<Observation>((all, part) => ({ ...all, ...part }), {});
  return Object.keys(jobs).length > 0 ? { ...whole, jobs } : whole;
}

async function look(
  ports: Ports,
  state: RunState,
  request: RestoreRequest,
  need: Need,
): Promise<Observation> {
  const { kubernetes, neo4j, journal } = ports;
  const { namespace } = state;
  const target = targetRef(state, request);
  switch (need.kind) {
    case "target":
      return { target: await kubernetes.target(target) };
    case "server":
      return { server: await neo4j.server(need.at) };
    case "backup":
      return { backup: (await kubernetes.backup(namespace, need.name)) ?? "absent" };
    case "job":
      return {
        jobs: { [need.role]: (await kubernetes.job(namespace, jobName(state.name, need.role))) ?? "absent" },
      };
    case "secrets":
      return { secrets: await kubernetes.secrets(namespace, need.names) };
    case "claims":
      return { claims: await kubernetes.claims(namespace, need.names) };
    case "serviceAccount":
      return { serviceAccount: (await kubernetes.serviceAccount(namespace, need.name)) ?? "absent" };
    case "permissions": {
      const needed = permissionsFor(state.facts.source?.cloud?.identity?.make === true);
      return { missingPermissions: await kubernetes.missingPermissions(namespace, needed) };
    }
    case "otherWork":
      return { otherWork: await kubernetes.otherWork(target, need.claims, state.runId) };
    case "ledger":
      return { ledger: (await journal.ledger(target, request.spec.databaseName)) ?? "absent" };
    case "holder":
      return holder(ports, state, request);
  }
}

/** A hold of ours is stale when its run is over, or its journal is gone: then nothing of it goes on. */
async function holder(ports: Ports, state: RunState, request: RestoreRequest): Promise<Observation> {
  const lookup = await ports.kubernetes.target(targetRef(state, request));
  const value = lookup.found === "one" ? lookup.target.hold : undefined;
  if (value === undefined || value === ownHold(state)) return {};
  const parsed = parseHold(value);
  if (!parsed) return { holder: { value, restore: value, stale: false } };
  const record = await ports.journal.load(state.namespace, parsed.restore);
  const run = record ? readState(record.state) : undefined;
  const job = await ports.kubernetes.job(state.namespace, jobName(parsed.restore, "restore"));
  const working = job !== undefined && job.runId === parsed.runId && !job.over;
  const stale = !working && (run === undefined || run.runId !== parsed.runId || run.standing === "ended");
  return { holder: { value, restore: parsed.restore, stale } };
}
