// A real Pulumi engine for the lab, the demo and the tests.

export { placeKubernetesStandin } from "./kubernetes-standin/index.js";
export { resolvePulumi } from "./cli.js";
export { asProcessEnvironment, pulumiEnvironment, type PulumiEnvironment } from "./environment.js";
