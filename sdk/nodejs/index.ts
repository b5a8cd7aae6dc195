// What a user imports. Everything public is self-contained: a program's compiler needs only @pulumi/pulumi.

export { Neo4jRestore } from "./neo4j-restore.js";
export type { Inputs, Neo4jRestoreArgs } from "./args.js";
export type {
  ConnectionArgs,
  Neo4jRestoreSpec,
  Neo4jRestoreStatus,
  RestoreMetadata,
  RestoreMode,
  RestoreSource,
} from "../../provider/spec/types.js";
