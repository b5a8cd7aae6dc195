/** What must be true of the world at the end of a story, whatever it was about. */
import type { RunReport } from "../../provider/runtime/engine.js";
import {
  conditionOf,
  databases,
  nothingRemains,
  online,
  previousStores,
  remains,
  restoreJob,
  serving,
} from "./look.js";
import { labels } from "../../provider/plan/names.js";
import type { Stage } from "./stage.js";

/** The restore ended well, the database serves these marks to everybody, and nothing else is left of the run. */
export async function expectRestored(
  stage: Stage,
  report: RunReport,
  marks: readonly string[],
): Promise<void> {
  const { name, runId } = report;
  expect(report.failure).toBeUndefined();
  expect(report.status).toMatchObject({ phase: "Completed", runId, backupInfo: { originalDatabase: name } });
  expect(conditionOf(report, "Ready")).toBe("True Restored");
  await expectServing(stage, name, marks);
  const job = await restoreJob(stage, name);
  expect(job.metadata?.labels?.[labels.run]).toBe(runId);
  expect(job.status?.succeeded).toBe(1);
  await expectNothingRemains(stage, name);
  expect(await databases(stage)).not.toContainEqual(expect.stringContaining("restoring-"));
}

/** The restore failed for this reason and the old data serves as it did. */
export async function expectGivenBack(
  stage: Stage,
  report: RunReport,
  reason: string,
  marks: readonly string[],
): Promise<void> {
  expect(report.failure?.reason).toBe(reason);
  expect(report.status.phase).toBe("Failed");
  expect(conditionOf(report, "Ready")).toBe(`False ${reason}`);
  await expectServing(stage, report.name, marks);
  await expectNothingRemains(stage, report.name);
  expect(await previousStores(stage)).not.toContain(report.runId);
}

/** Nothing stopped, nothing was made: no Job, and the database never restarted. */
export async function untouched(stage: Stage, name: string): Promise<() => Promise<void>> {
  const before = await serving(stage, name);
  const marks = await stage.marks(name);
  return async () => {
    expect(await serving(stage, name)).toEqual(before);
    expect(await stage.marks(name)).toEqual(marks);
    expect(await remains(stage, name)).toEqual({ ...nothingRemains, jobs: [] });
  };
}

/** The database takes reads and writes of everybody and bears these marks. */
export async function expectServing(stage: Stage, name: string, marks: readonly string[]): Promise<void> {
  expect(await serving(stage, name)).toMatchObject(online);
  expect(await stage.marks(name)).toEqual(marks);
}

export async function expectNothingRemains(stage: Stage, name: string): Promise<void> {
  expect(await remains(stage, name)).toMatchObject(nothingRemains);
}
