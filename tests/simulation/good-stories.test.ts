/**
 * Restores that go well, in every combination of what may be asked for, whole and with a death of the process
 * after each single effect: the same end, every database command and every Job exactly once.
 */
import { completed, newDataServes, nothingLeftOver, Verdict } from "./expectations.js";
import { drive, driveOn, requestOf, running, type SourceForm, withEveryDeath } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(300_000);

type Strategy = "swap" | "inPlace" | "create";

interface Form {
  readonly source: SourceForm;
  readonly backupForm?: "head" | "era";
  readonly accessMode?: string;
}

const strategies: readonly Strategy[] = ["swap", "inPlace", "create"];
const forms: readonly (readonly [string, Form])[] = [
  ["an exact artifact", { source: "exact" }],
  ["a folder", { source: "folder" }],
  ["a Neo4jBackup that names its artifact", { source: "backup", backupForm: "head" }],
  ["a Neo4jBackup that names none", { source: "backup", backupForm: "era" }],
  ["a folder of a store", { source: "store" }],
  ["a base and what is staged with it", { source: "pitr" }],
  ["a base on a claim, the rest in a store", { source: "shipped" }],
  ["a base in a store, the rest on a claim", { source: "bucket" }],
];

describe.each(strategies)("strategy %s", (strategy) => {
  describe.each([false, true])("stopCluster %s", (stopCluster) => {
    it.each(forms)("restores %s", async (_name, form) => {
      await tell(strategy, stopCluster, form);
    });

    it("ends the same when the process dies after any effect", async () => {
      await withEveryDeath((crashAfter) => tell(strategy, stopCluster, { source: "folder" }, crashAfter));
    });
  });
});

it.each([
  ["swap", false],
  ["inPlace", true],
] as const)("staged backups are wiped whatever dies: %s, stopCluster %s", async (strategy, stopCluster) => {
  await withEveryDeath((crashAfter) => tell(strategy, stopCluster, { source: "pitr" }, crashAfter));
});

it.each(strategies)("%s on a claim for one pod, which the rehearsal leaves alone", async (strategy) => {
  await withEveryDeath((crashAfter) =>
    tell(strategy, true, { source: "folder", accessMode: "ReadWriteOncePod" }, crashAfter),
  );
});

async function tell(
  strategy: Strategy,
  stopCluster: boolean,
  form: Form,
  crashAfter?: number,
): Promise<{ readonly effects: readonly string[] }> {
  const world = await createWorld({
    existing: strategy !== "create",
    ...(form.backupForm ? { backupForm: form.backupForm } : {}),
    ...(form.accessMode ? { target: { accessMode: form.accessMode } } : {}),
  });
  if (strategy === "inPlace") world.guardian.mayLose = () => world.ledger.count("JOB restore") > 0;
  const work = running(
    requestOf({
      source: form.source,
      stopCluster,
      ...(strategy === "inPlace" ? { options: { strategy } } : {}),
    }),
  );
  const first = await drive(world, work, { crashAfter });
  const report = first.report ?? (await driveOn(world, work));
  const verdict = new Verdict(world, report);
  completed(verdict, report).same("the strategy", report.status.strategy, strategy);
  newDataServes(verdict, world);
  nothingLeftOver(verdict, world, { previous: strategy === "swap" });
  if (strategy === "swap") verdict.that(keepsOld(world), "the old data is not in the previous store");
  commandsOnce(verdict, strategy, stopCluster);
  verdict.done();
  return { effects: first.driver.effects };
}

function keepsOld(world: World): boolean {
  const data = world.claims.volume(world.target().claimName(0));
  return [...(data?.leaves ?? [])].some(
    ([path, leaf]) => path.endsWith("/previous/databases") && leaf.type === "store" && leaf.origin === "old",
  );
}

function commandsOnce(verdict: Verdict, strategy: Strategy, stopCluster: boolean): void {
  const replaces = strategy === "create" ? 0 : 1;
  verdict
    .count("JOB restore", 1)
    .count("JOB rehearsal", stopCluster || strategy === "inPlace" ? 1 : 0)
    .count("STOP orders", replaces)
    .count("START orders", replaces)
    .count("ACCESS orders read-only", replaces)
    .count("ACCESS orders read-write", replaces)
    .count("CREATE orders", 1 - replaces)
    .count("SCALE 0", stopCluster ? 1 : 0)
    .count("SCALE 1", stopCluster ? 1 : 0)
    .atMost("PROTECT", stopCluster ? 2 : 0)
    .atMost("LEDGER orders restored", 2);
}
