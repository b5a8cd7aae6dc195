// The lab for programs: tests and the demo use these functions, the command line is a skin over them.

export { openApiServer, type ApiServer } from "./api-server.js";
export { createBackup, type Backup } from "./backup.js";
export { createAuthority, type Authority, type Pair } from "./certificates.js";
export { apply, connect, ensureNamespace, type Cluster } from "./cluster.js";
export { runCypher, withDriver, type Query, type Row } from "./cypher.js";
export { labDown } from "./down.js";
export { createEnterpriseCluster, type ClusterRequest } from "./enterprise-cluster.js";
export { labEnvironment, type LabEnvironment } from "./environment.js";
export { debianReference, standinReference, toolsReference } from "./images/source.js";
export { contextName } from "./layout.js";
export { type BackupOptions, type BackupType, type Form } from "./objects/backup.js";
export { forwardPort, type Forward } from "./port-forward.js";
export { removeFromLab, type Removable } from "./remove.js";
export { bringOperatorImage, deployOperator, operatorReady } from "./operator-deployment.js";
export { installRestoreKind } from "./objects/restore-kind.js";
export { createStandalone, defaultPassword, type StandaloneRequest } from "./standalone.js";
export { type StoreKind } from "./stores/kinds.js";
export { openStore, type Store } from "./stores/store.js";
export { labIsUp, labStatus } from "./status.js";
export { labUp } from "./up.js";
export { waitFor, type Wait } from "./watch.js";
