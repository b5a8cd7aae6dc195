// What a program imports that deploys the operator: "pulumi-neo4j-restore/operator". Apart from the package's main entry,
// because only this one needs @pulumi/kubernetes.

export { Neo4jRestoreCrd } from "./crd.js";
export type { Neo4jRestoreCrdArgs } from "./crd.js";
export { Neo4jRestoreOperator } from "./operator.js";
export type { Neo4jRestoreOperatorArgs } from "./operator.js";
