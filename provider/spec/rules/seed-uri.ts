// Rules about strategy seedURI: every server reads the backup itself and no Job of ours restores, so whatever is about a
// Job, a store of its making, or its access to the backup could do nothing and is refused.

import { isWritten, known, unclear, type Draft } from "../draft.js";
import { parseDuration } from "../duration.js";
import { refused, type Finding } from "../finding.js";
import type { Neo4jRestoreSpec } from "../types.js";

const allowed = "nothing here with strategy seedURI";

export function* seedUriRules(path: string, spec: Draft<Neo4jRestoreSpec>): Generator<Finding> {
  if (spec === unclear) return;
  const options = known(spec.options);
  if (options?.strategy !== "seedURI") return;
  const other = "or choose strategy designatedSeeder";
  const cannot = (field: string, problem: string): Finding =>
    refused(`${path}.${field}`, { problem, allowed, fix: `remove it, ${other}` });
  if (spec.stopCluster === true)
    yield cannot(
      "stopCluster",
      "can't be done with strategy seedURI: the servers read the backup, so they must run",
    );
  const noJob = "has no effect with strategy seedURI, for which no Job restores";
  for (const field of ["additionalArgs", "tempPath", "tempStorage"] as const)
    if (isWritten(options[field])) yield cannot(`options.${field}`, noJob);
  if (options.verifyBackup === true)
    yield cannot(
      "options.verifyBackup",
      "can't be done with strategy seedURI: no store is there to check before",
    );
  const keep = known(options.keepPrevious);
  if (keep !== undefined && parseDuration(keep) !== 0)
    yield cannot(
      "options.keepPrevious",
      "can't be done with strategy seedURI: the old store goes on every server",
    );
  const storage = known(known(spec.source)?.storage);
  if (known(storage?.type) === "pvc")
    yield cannot("source.storage.type", "is not read by servers: strategy seedURI takes s3, gcs or azure");
  const cloud = known(storage?.cloud);
  for (const field of ["credentialsSecretRef", "identity", "endpointURL", "forcePathStyle"] as const)
    if (isWritten(cloud?.[field]))
      yield cannot(
        `source.storage.cloud.${field}`,
        "does not reach the servers, which read with their own credentials and settings (environment and ServiceAccount of their pods)",
      );
}
