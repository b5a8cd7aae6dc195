/**
 * The one place where adapters and runtime meet: an engine over a real Kubernetes and the Neo4j in it.
 * Nothing is contacted before the first call of the engine except the API server's own address.
 */
import { randomInt } from "node:crypto";
import { systemClock } from "./adapters/clock.js";
import {
  connectKubernetes,
  createJournal,
  createRestoreResources,
  createKubernetesPort,
  createPodWay,
  createResourcePort,
  definitionOwner,
  ownImage,
  readSecret,
  type DefinitionOwner,
  type KubernetesConnection,
  type PodRef,
  type RestoreResources,
} from "./adapters/kubernetes/index.js";
import { createNeo4jPort } from "./adapters/neo4j/neo4j-port.js";
import { acquireLease, type DriverLease } from "./runtime/driver-lease.js";
import type { Engine } from "./runtime/engine.js";
import { missingRights, type MissingRight, type Right } from "./runtime/operator-rights.js";
import { createResourceEngine } from "./runtime/resource-engine.js";
import { createTakenBackEngine } from "./runtime/resource-removal.js";
import { createEngine } from "./runtime/restore-engine.js";
import type { ConnectionArgs, RestoreMode } from "./spec/types.js";
import type { Clock, Ports } from "./workflow/ports.js";

export type {
  DefinitionOwner,
  PodRef,
  RestoreEvent,
  RestoreKey,
  RestoreResources,
  RestoreView,
} from "./adapters/kubernetes/index.js";

const idLength = 10;
const idCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Run and driver ids; they become part of database names, so they are lower-case letters and digits. */
function newId(): string {
  return Array.from({ length: idLength }, () => idCharacters.charAt(randomInt(idCharacters.length))).join("");
}

/** Who drives a restore, and who did so until now. */
export interface Modes {
  readonly mode?: RestoreMode | undefined;
  readonly before?: RestoreMode | undefined;
  /** Of the resource that an operator carries out. */
  readonly apiVersion?: string | undefined;
}

/** Is told what is acted on ("context prod, server api.example.com:6443") before anything is asked of it. */
export type TellPlace = (place: string) => void;

/** @throws RestoreFault KubernetesUnreachable, saying what was tried. */
export async function openEngine(
  connection: ConnectionArgs | undefined,
  { mode, before, apiVersion }: Modes = {},
  tell?: TellPlace,
): Promise<Engine> {
  const cluster = await connectKubernetes(connection, tell);
  const { engine, ports } = compose(cluster);
  const resourcePorts = { resources: createResourcePort(cluster, apiVersion), clock: ports.clock };
  if (mode === "operator") return createResourceEngine(resourcePorts, engine);
  return before === "operator" ? createTakenBackEngine(resourcePorts, engine) : engine;
}

/**
 * Whose the custom resource definition of that name is in the cluster.
 * @throws RestoreFault where the cluster can't be reached, or the definition not be read.
 */
export async function ownerOfDefinition(
  connection: ConnectionArgs | undefined,
  name: string,
): Promise<DefinitionOwner> {
  return definitionOwner(await connectKubernetes(connection), name);
}

/** What the operator works with beside the engine: the resources, time, and the right to be the only one. */
export interface OperatorWorld {
  readonly engine: Engine;
  readonly resources: RestoreResources;
  readonly clock: Clock;
  /** The namespace that the kubeconfig or the pod is in. */
  readonly defaultNamespace: string;
  /** Waits until this process leads; undefined where the signal came first. */
  readonly lead: (
    namespace: string,
    signal: AbortSignal,
  ) => Promise<Pick<DriverLease, "mine" | "release"> | undefined>;
  /** Which of these the API server denies. */
  readonly missingRights: (rights: readonly Right[]) => Promise<readonly MissingRight[]>;
  /** What this process runs from, in that pod; undefined: the pod does not tell. */
  readonly ownImage: (pod: PodRef) => Promise<string | undefined>;
}

/** A name that no restore can have: theirs have no dots. */
const leaderName = "operator.leader";
/** Milliseconds between two looks at the leader's Lease: the standby has nothing to do meanwhile. */
const standbyLooks = 5_000;

/** @throws RestoreFault KubernetesUnreachable, saying what was tried. */
export async function openOperatorWorld(
  connection: ConnectionArgs | undefined,
  apiGroup: string,
  tell: TellPlace,
): Promise<OperatorWorld> {
  const cluster = await connectKubernetes(connection, tell);
  const { engine, ports } = compose(cluster);
  return {
    engine,
    resources: createRestoreResources(cluster, apiGroup),
    clock: ports.clock,
    defaultNamespace: cluster.defaultNamespace,
    lead: (namespace, signal) =>
      acquireLease(
        ports,
        { namespace, name: leaderName, driver: newId(), lookEvery: standbyLooks },
        signal,
        { giveUp: () => signal.aborted, outlasts: () => false },
        () => Promise.resolve(false),
      ),
    missingRights: (rights) => missingRights(ports.kubernetes, rights),
    ownImage: (pod) => ownImage(cluster, pod),
  };
}

function compose(cluster: KubernetesConnection): { readonly engine: Engine; readonly ports: Ports } {
  const kubernetes = createKubernetesPort(cluster);
  const neo4j = createNeo4jPort({
    openStream: createPodWay(cluster),
    readSecret: (namespace, name) => readSecret(cluster, namespace, name),
  });
  const ports = { kubernetes, neo4j, journal: createJournal(cluster), clock: systemClock, newId };
  const engine = createEngine(ports, async () => {
    await Promise.all([kubernetes.close(), neo4j.close()]);
  });
  return { engine, ports };
}
