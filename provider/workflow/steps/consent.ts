/**
 * Consent: the database that is stopped and dropped is still the one that the user agreed to overwrite. Only what
 * Neo4j tells counts: the id is that of a store, told by each server of its own copy and only while that is online;
 * the time of creation is told always (Operations Manual, SHOW DATABASES).
 */
import { isThere } from "../../plan/cluster.js";
import type { DatabaseRow } from "../../plan/observation.js";
import { fail, type Context, type Move } from "../step.js";
import { rowsOf } from "../subject.js";

/** @returns undefined while nothing says that it is another one. */
export function changedSinceConsent({ state, seen, request }: Context): Move | undefined {
  const { databaseId, creationTime } = state.facts.consent ?? {};
  const name = request.spec.databaseName;
  const told = (column: "databaseId" | "creationTime"): readonly string[] =>
    rowsOf(seen.server, name).flatMap((row: DatabaseRow) => row[column] ?? []);
  const another = (agreed: string | undefined, now: readonly string[]): boolean =>
    agreed !== undefined && now.length > 0 && !now.includes(agreed);
  const created = told("creationTime");
  return another(databaseId, told("databaseId")) || another(creationTime, created)
    ? fail(
        "DatabaseChangedSinceConsent",
        `database ${name} is another one now (created ${created[0] ?? "unknown"}) than when overwriting was agreed (created ${creationTime ?? "unknown"})`,
      )
    : undefined;
}

/** A status is no lock: asked before a store is put aside, before DROP, and before the stores change places. */
export function startedMeanwhile({ seen, request }: Context): Move | undefined {
  const rows = rowsOf(seen.server, request.spec.databaseName).filter(isThere);
  const row = rows.find(
    ({ requestedStatus, currentStatus }) => requestedStatus !== "offline" || currentStatus !== "offline",
  );
  return (
    row &&
    fail(
      "SwapFailed",
      `database ${row.name} is ${row.currentStatus} although it was stopped: did someone start it?`,
    )
  );
}
