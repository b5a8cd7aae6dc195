/** Unfinished Jobs of others on the same data: they mount one of its claims, or say that they work on the target. */
import { boundedNames } from "../../plan/bounds.js";
import type { JsonObject } from "../../plan/observation.js";
import { labels } from "../../plan/names.js";
import type { TargetRef } from "../../workflow/ports.js";
import type { Api } from "./api.js";
import { labelOf, nameOf, object } from "./json.js";
import { isConcluded } from "./jobs.js";
import { pathOf } from "./paths.js";
import { claimsOf } from "./pods.js";

/** The Neo4j operator's label on its backup Jobs. */
export const backupTargetLabel = "neo4j.com/backup-target";

export async function otherWork(
  api: Api,
  ref: TargetRef,
  claims: readonly string[],
  runId: string,
): Promise<readonly string[]> {
  const concerns = (job: JsonObject): boolean =>
    labelOf(job, backupTargetLabel) === ref.name ||
    claimsOf(object(job, "spec", "template", "spec") ?? {}).some((claim) => claims.includes(claim));
  const jobs = await api.list(pathOf("Job", ref.namespace));
  const others = jobs.filter(
    (job) => labelOf(job, labels.run) !== runId && !isConcluded(job) && concerns(job),
  );
  return boundedNames(others.map(nameOf));
}
