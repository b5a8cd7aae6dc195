/**
 * The one place where adapters and runtime meet: an engine over a real Kubernetes and the Neo4j in it.
 * Nothing is contacted before the first call of the engine except the API server's own address.
 */
import { randomInt } from "node:crypto";
import { systemClock } from "./adapters/clock.js";
import {
  connectKubernetes,
  createJournal,
  createKubernetesPort,
  openPodStream,
  readSecret,
} from "./adapters/kubernetes/index.js";
import { createNeo4jPort } from "./adapters/neo4j/neo4j-port.js";
import type { Engine } from "./runtime/engine.js";
import { createEngine } from "./runtime/restore-engine.js";
import type { ConnectionArgs } from "./spec/types.js";

const idLength = 10;
const idCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Run and driver ids; they become part of database names, so they are lower-case letters and digits. */
function newId(): string {
  return Array.from({ length: idLength }, () => idCharacters.charAt(randomInt(idCharacters.length))).join("");
}

/** @throws RestoreFault KubernetesUnreachable, saying what was tried. */
export async function openEngine(connection: ConnectionArgs | undefined): Promise<Engine> {
  const cluster = await connectKubernetes(connection);
  const kubernetes = createKubernetesPort(cluster);
  const neo4j = createNeo4jPort({
    openStream: (namespace, pod, port) => openPodStream(cluster, namespace, pod, port),
    readSecret: (namespace, name) => readSecret(cluster, namespace, name),
  });
  const ports = { kubernetes, neo4j, journal: createJournal(cluster), clock: systemClock, newId };
  return createEngine(ports, async () => {
    await Promise.all([kubernetes.close(), neo4j.close()]);
  });
}
