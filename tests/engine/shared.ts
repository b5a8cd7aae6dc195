// Where the shared parts lie: inside node_modules, so that the compiled package finds its dependencies.

import path from "node:path";

export const modulesFolder = path.join(__dirname, "..", "..", "node_modules");
export const sharedFolder = path.join(modulesFolder, ".cache", "neo4j-restore", "engine-tests");
export const packageFolder = path.join(sharedFolder, "package");
export const environmentFile = path.join(sharedFolder, "environment.json");
