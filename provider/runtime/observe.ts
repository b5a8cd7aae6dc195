/** Looks at what the present step needs, all at once. The only way from ports to an Observation. */
import { jobName, parseHold } from "../plan/names.js";
import { isThere, podOfAddress, writerPod } from "../plan/cluster.js";
import { permissionsFor } from "../plan/permissions.js";
import type { Observation, ServerView } from "../plan/observation.js";
import { jobIdentity } from "../plan/staging.js";
import { type CopyView, copyView } from "../plan/volume-view.js";
import type { RestoreRequest } from "../spec/request.js";
import type { Need } from "../workflow/effects.js";
import { RestoreFault } from "../workflow/faults.js";
import type { KubernetesPort, Neo4jEndpoint, Neo4jPort, Ports, TargetRef } from "../workflow/ports.js";
import type { RunState } from "../workflow/state.js";
import { steps } from "../workflow/steps/index.js";
import { ownHold, rowsOf, targetRef } from "../workflow/subject.js";
import { needsOfUnanswered } from "../workflow/unanswered.js";
import { lastVerb, lockHolder } from "./last-verb.js";
import { readState } from "./records.js";

export async function observe(ports: Ports, state: RunState, request: RestoreRequest): Promise<Observation> {
  const needs = [...steps[state.step].needs(state, request), ...needsOfUnanswered(state, request)];
  const see = oneLookEach(ports.neo4j);
  const parts = await Promise.all(needs.map((need) => look(ports, see, state, request, need)));
  return parts.reduce<Observation>((all, part) => ({ ...all, ...part, ...together(all, part) }), {});
}

/** What several looks tell each a part of. */
function together(all: Observation, part: Observation): Observation {
  const { jobs, settings, lockHolders } = part;
  return {
    ...(jobs ? { jobs: { ...all.jobs, ...jobs } } : {}),
    ...(settings ? { settings: { ...all.settings, ...settings } } : {}),
    ...(lockHolders ? { lockHolders: { ...all.lockHolders, ...lockHolders } } : {}),
  };
}

type See = (at: Neo4jEndpoint) => Promise<ServerView>;

/** Several needs start from what the server says: it is asked once. */
function oneLookEach(neo4j: Neo4jPort): See {
  const views = new Map<string, Promise<ServerView>>();
  return (at) => {
    const view = views.get(at.pod) ?? lookAtServer(neo4j, at);
    views.set(at.pod, view);
    return view;
  };
}

async function look(
  ports: Ports,
  see: See,
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
      return { server: await see(need.at) };
    case "attachments":
      return attachments(neo4j, see, need.at, request.spec.databaseName);
    case "members":
      return { members: await members(neo4j, await see(need.at), need.at, request.spec.databaseName) };
    case "setting":
      return setting(neo4j, see, need.at, need.name);
    case "copies":
      return { copies: await copies(ports, state, target, need) };
    case "lastVerb":
      return lastVerb(ports, state, target, need);
    case "storeIds":
      return { storeIds: await storeIds(neo4j, see, need.at, request.spec.databaseName) };
    case "backup":
      return { backup: (await kubernetes.backup(namespace, need.name)) ?? "absent" };
    case "job": {
      const job = await kubernetes.job(namespace, jobName(state.name, need.role));
      const holder = await lockHolder(ports, state, target, job);
      return {
        jobs: { [need.role]: job ?? "absent" },
        ...(holder ? { lockHolders: { [need.role]: holder } } : {}),
      };
    }
    case "secrets":
      return { secrets: await kubernetes.secrets(namespace, need.names) };
    case "claims":
      return { claims: await kubernetes.claims(namespace, need.names) };
    case "serviceAccount":
      return { serviceAccount: (await kubernetes.serviceAccount(namespace, need.name)) ?? "absent" };
    case "permissions": {
      const needed = permissionsFor(jobIdentity(state.facts.source)?.make === true);
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

/**
 * A hold of ours is stale when its run is over, or its journal is gone: then nothing of it goes on. One whose giving
 * back did not finish is not over: taken up again later, it would put its old store in the place of another's.
 */
async function holder(ports: Ports, state: RunState, request: RestoreRequest): Promise<Observation> {
  const lookup = await ports.kubernetes.target(targetRef(state, request));
  const value = lookup.found === "one" ? lookup.target.hold : undefined;
  if (value === undefined || value === ownHold(state)) return {};
  const parsed = parseHold(value);
  if (!parsed) return { holder: { value, restore: value, stale: false } };
  const record = await ports.journal.view(state.namespace, parsed.restore);
  const run = record ? readState(record.state) : undefined;
  const job = await ports.kubernetes.job(state.namespace, jobName(parsed.restore, "restore"));
  const working = job !== undefined && job.runId === parsed.runId && !job.over;
  const its = run?.runId === parsed.runId ? run : undefined;
  const owes = its?.outcome?.reason === "RollbackIncomplete";
  const stale = !working && !owes && (its === undefined || its.standing === "ended");
  return { holder: { value, restore: parsed.restore, stale, ...(owes ? { owes } : {}) } };
}

/** A cluster is seen through the leader of `system`: what the others know of it may be late. */
async function lookAtServer(neo4j: Neo4jPort, at: Neo4jEndpoint): Promise<ServerView> {
  const first = await neo4j.server(at);
  if (at.others === undefined) return first;
  let seen = { pod: at.pod, view: first };
  for (const pod of at.others) {
    if (seen.view.reachable) break;
    seen = { pod, view: await neo4j.server({ ...at, pod }) };
  }
  const leader = writerPod(seen.view, "system");
  if (!seen.view.reachable) return first;
  if (leader === undefined || leader === seen.pod) return seen.view;
  const view = await neo4j.server({ ...at, pod: leader });
  return view.reachable ? view : seen.view;
}

async function attachments(
  neo4j: Neo4jPort,
  see: See,
  at: Neo4jEndpoint,
  database: string,
): Promise<Observation> {
  const server = await see(at);
  if (!server.reachable) return {};
  const pod = writerPod(server, "system") ?? at.pod;
  return { attachments: await neo4j.attachments({ ...at, pod }, database) };
}

async function members(
  neo4j: Neo4jPort,
  server: ServerView,
  at: Neo4jEndpoint,
  database: string,
): Promise<NonNullable<Observation["members"]>> {
  const rows = server.reachable ? server.databases : [];
  const pods = rows.flatMap((row) =>
    row.name === database && isThere(row) ? (podOfAddress(row.address) ?? []) : [],
  );
  const told = await Promise.all(
    pods.map(async (pod) => {
      const view = await neo4j.server({ ...at, pod });
      const own = rowsOf(view, database).find((row) => podOfAddress(row.address) === pod);
      return [pod, own ?? null] as const;
    }),
  );
  return Object.fromEntries(told);
}

async function storeIds(
  neo4j: Neo4jPort,
  see: See,
  at: Neo4jEndpoint,
  database: string,
): Promise<NonNullable<Observation["storeIds"]>> {
  const server = await see(at);
  const rows = server.reachable ? server.databases : [];
  const pods = rows.flatMap((row) =>
    row.name === database && row.currentStatus === "online" ? (podOfAddress(row.address) ?? []) : [],
  );
  const told = await Promise.all(
    pods.map(async (pod) => [pod, await storeId(neo4j, { ...at, pod }, database)] as const),
  );
  return Object.fromEntries(told.flatMap(([pod, id]) => (id === undefined ? [] : [[pod, id] as const])));
}

/** @returns null where the server will not tell, undefined where it could not be asked now */
async function storeId(
  neo4j: Neo4jPort,
  at: Neo4jEndpoint,
  database: string,
): Promise<string | null | undefined> {
  try {
    return await neo4j.storeId(at, database);
  } catch (error) {
    if (!(error instanceof RestoreFault)) throw error;
    return error.kind === "terminal" && error.reason === "Neo4jRefused" ? null : undefined;
  }
}

/** One that cannot be looked at may have a copy: whether that matters is not judged here. */
async function copyOf(
  kubernetes: KubernetesPort,
  ...where: Parameters<KubernetesPort["exec"]>
): Promise<CopyView | null> {
  try {
    const { exitCode, stdout } = await kubernetes.exec(...where);
    return exitCode === 0 ? copyView(stdout) : null;
  } catch (error) {
    if (error instanceof RestoreFault && error.kind === "retry") return null;
    throw error;
  }
}

async function setting(neo4j: Neo4jPort, see: See, at: Neo4jEndpoint, name: string): Promise<Observation> {
  const server = await see(at);
  if (!server.reachable) return {};
  const value = await neo4j.setting({ ...at, pod: writerPod(server, "system") ?? at.pod }, name);
  return { settings: { [name]: value ?? null } };
}

async function copies(
  { kubernetes }: Ports,
  { namespace }: RunState,
  ref: TargetRef,
  { container, argv }: Extract<Need, { kind: "copies" }>,
): Promise<NonNullable<Observation["copies"]>> {
  const lookup = await kubernetes.target(ref);
  const pods = lookup.found === "one" ? lookup.target.pods : [];
  const found = await Promise.all(
    pods
      .filter((pod) => pod.running && !pod.terminating)
      .map(async ({ name }) => [name, await copyOf(kubernetes, namespace, name, container, argv)] as const),
  );
  return Object.fromEntries(found);
}
