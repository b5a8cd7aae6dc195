/**
 * What a story looks at: the state of the database, of the restore's Kubernetes objects and of the data volume, each
 * read from where it really is. Only reads.
 */
import * as k8s from "@kubernetes/client-node";
import { keys } from "../../provider/adapters/kubernetes/journal-map.js";
import { annotations, finalizer, journalName, labels } from "../../provider/plan/names.js";
import type { RunReport } from "../../provider/runtime/engine.js";
import type { Neo4jRestoreStatus, RestoreConditionType } from "../../provider/spec/types.js";
import type { RunState } from "../../provider/workflow/state.js";
import { waitFor } from "../../tools/lab/index.js";
import { group, version } from "../../tools/lab/objects/kinds.js";
import { backups, logs, target, type Stage } from "./stage.js";

const clients = ({ cluster: { config } }: Stage) => ({
  apps: config.makeApiClient(k8s.AppsV1Api),
  batch: config.makeApiClient(k8s.BatchV1Api),
  coordination: config.makeApiClient(k8s.CoordinationV1Api),
});

/** How the database is served: what must be the same again after a restore that was given back. */
export async function serving(stage: Stage, database: string): Promise<Readonly<Record<string, unknown>>> {
  const columns = "name, access, requestedStatus, currentStatus, statusMessage, creationTime, lastStartTime";
  const rows = await stage.cypher(
    "system",
    `SHOW DATABASES YIELD ${columns} WHERE name = $database RETURN name, access, requestedStatus, currentStatus, ` +
      "statusMessage, toString(creationTime) AS created, toString(lastStartTime) AS started",
    { database },
  );
  return rows[0] ?? {};
}

export const online = {
  access: "read-write",
  requestedStatus: "online",
  currentStatus: "online",
  statusMessage: "",
} as const;

export async function databases(stage: Stage): Promise<readonly string[]> {
  const rows = await stage.cypher("system", "SHOW DATABASES YIELD name RETURN name ORDER BY name");
  return rows.map((row) => String(row["name"]));
}

/** How often the database was shut down since the server started, by the storage engine's own log. */
export async function stopsOf(stage: Stage, database: string): Promise<number> {
  const count = `index($0, ENVIRON["OF"]) && /triggered by "Database shutdown"/ && /checkpoint started/ { n++ } END { print n + 0 }`;
  return Number(await stage.exec("env", `OF=[${database}/`, "awk", count, "/logs/debug.log"));
}

/**
 * All Jobs of a restore, its own and its hooks', without those that are deleted: the garbage collector lets them go a
 * moment after their pods have ended.
 */
export async function jobsOf(stage: Stage, restore: string): Promise<readonly k8s.V1Job[]> {
  const { batch } = clients(stage);
  const labelSelector = `${labels.restore}=${restore}`;
  const { items } = await batch.listNamespacedJob({ namespace: stage.namespace, labelSelector });
  return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
}

/** The uid of the restore's Job: the same uid later means that none was made since. */
export async function restoreJob(stage: Stage, restore: string): Promise<k8s.V1Job> {
  const [job, ...more] = (await jobsOf(stage, restore)).filter(
    ({ metadata }) => metadata?.name === `${restore}-restore`,
  );
  if (job === undefined || more.length > 0) throw new Error(`no restore Job of ${restore}`);
  return job;
}

/** Until the restore's Job has a running pod. */
export async function untilJobRuns(stage: Stage, restore: string): Promise<void> {
  await waitFor<k8s.V1Pod>(stage.cluster.config, {
    what: `the Job of ${restore} to run`,
    path: `/api/v1/namespaces/${stage.namespace}/pods`,
    labelSelector: `batch.kubernetes.io/job-name=${restore}-restore`,
    timeoutMs: 120_000,
    done: ({ status }) => status?.phase === "Running",
  });
}

/** Until the journal of a restore says so. */
export async function untilStatus(
  stage: Stage,
  restore: string,
  says: (status: Neo4jRestoreStatus) => boolean,
): Promise<void> {
  await untilJournal(stage, restore, keys.status, (text) => says(JSON.parse(text) as Neo4jRestoreStatus));
}

/** Until the effect of this key is about to be performed. */
export async function untilIntent(stage: Stage, restore: string, key: string): Promise<void> {
  await untilJournal(stage, restore, keys.state, (text) => {
    const { intent } = JSON.parse(text) as RunState;
    return intent?.key === key;
  });
}

async function untilJournal(
  stage: Stage,
  restore: string,
  entry: string,
  says: (text: string) => boolean,
): Promise<void> {
  await waitFor<k8s.V1ConfigMap>(stage.cluster.config, {
    what: `the ${entry} of ${restore}`,
    path: `/api/v1/namespaces/${stage.namespace}/configmaps`,
    name: journalName(restore),
    timeoutMs: 120_000,
    done: ({ data }) => {
      const text = data?.[entry];
      return text !== undefined && says(text);
    },
  });
}

/** What a restore leaves that is over for good: nothing but its journal, its Job, and what it keeps on purpose. */
export async function remains(stage: Stage, restore: string): Promise<Readonly<Record<string, unknown>>> {
  const { namespace } = stage;
  const { apps, coordination } = clients(stage);
  const set = await apps.readNamespacedStatefulSet({ name: target, namespace });
  const claims = (await stage.cluster.core.listNamespacedPersistentVolumeClaim({ namespace })).items;
  const leases = (await coordination.listNamespacedLease({ namespace })).items;
  const maps = (await stage.cluster.core.listNamespacedConfigMap({ namespace })).items;
  return {
    hold: (await held(stage)) ?? "none",
    returnState: set.metadata?.annotations?.[annotations.returnState] ?? "none",
    replicas: set.spec?.replicas,
    jobs: (await jobsOf(stage, restore)).map(({ metadata }) => metadata?.name),
    // An operator keeps its own as long as it lives.
    leases: leases.map(({ metadata }) => metadata?.name).filter((name) => name?.endsWith(".leader") !== true),
    activeJournals: maps
      .filter(({ metadata }) => metadata?.finalizers?.includes(finalizer))
      .map(({ metadata }) => metadata?.name),
    protectedClaims: claims
      .filter(({ metadata }) => metadata?.ownerReferences?.some(({ kind }) => kind === "Namespace"))
      .map(({ metadata }) => metadata?.name),
    claims: claims.map(({ metadata }) => metadata?.name).filter((name) => name !== backups && name !== logs),
    scratch: (await folders(stage, "/data/databases")).filter((name) => name.startsWith("restoring-")),
  };
}

/** The value of the hold on the target. */
export async function held(stage: Stage): Promise<string | undefined> {
  const resource: unknown = await stage.cluster.custom.getNamespacedCustomObject({
    group,
    version,
    plural: "neo4jenterprisestandalones",
    namespace: stage.namespace,
    name: target,
  });
  const { metadata } = resource as k8s.KubernetesObject;
  return metadata?.annotations?.[annotations.hold];
}

export const nothingRemains = {
  hold: "none",
  returnState: "none",
  replicas: 1,
  leases: [],
  activeJournals: [],
  protectedClaims: [],
  claims: [`neo4j-data-${target}-0`],
  scratch: [],
} as const;

/** The kept stores of these runs, by run. */
export async function previousStores(stage: Stage): Promise<readonly string[]> {
  const found = await stage.exec(
    ...["find", "/data", "-path", "/data/.neo4j-restore/*/previous/databases", "-type", "d"],
  );
  return found
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("/")[3] ?? "");
}

async function folders(stage: Stage, folder: string): Promise<readonly string[]> {
  return (await stage.exec("ls", "-1", folder)).split("\n").filter((name) => name !== "");
}

export function conditionOf(report: RunReport, type: RestoreConditionType): string {
  const found = report.status.conditions?.find((condition) => condition.type === type);
  return found ? `${found.status} ${found.reason}` : "absent";
}
