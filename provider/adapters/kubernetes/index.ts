/** What the rest of the product uses of this adapter: only compose.ts and the Neo4j adapter's wiring. */
export { connectKubernetes, type KubernetesConnection } from "./connection.js";
export { definitionOwner, type DefinitionOwner } from "./definition-owner.js";
export { createJournal } from "./journal.js";
export { ownImage, type PodRef } from "./own-image.js";
export { openPodStream } from "./pod-stream.js";
export { createPodWay } from "./pod-way.js";
export { createKubernetesPort } from "./port.js";
export { createResourcePort } from "./resource-port.js";
export {
  createRestoreResources,
  type RestoreEvent,
  type RestoreKey,
  type RestoreResources,
  type RestoreView,
} from "./restore-resources.js";
export { readSecret } from "./secrets.js";
