// The entry that the state of every stack names: `pulumi-neo4j-restore/dynamic`. It must keep its path, these six
// exports and their parameters for ever. Loaded only in the engine's host process, of which it takes charge.

import { processHost } from "./host.js";
import { dynamicProvider } from "./provider.js";

const provider = dynamicProvider(
  // Loaded when first needed: check and diff do without Kubernetes and Neo4j clients.
  async (connection, modes, tell) => (await import("../../compose.js")).openEngine(connection, modes, tell),
  processHost(),
);

export const { check, diff, create, read, update } = provider;
const remove = provider.delete;
export { remove as delete };
