/** What a run tells beside its success, in the exact words: what stops, what is skipped, what lies where, what is known already. */
import { drive, requestOf, running, type Wish } from "../../simulation/story.js";
import { createWorld, gib, type SceneOptions } from "../../simulation/world/scene.js";

jest.setTimeout(60_000);

async function told(wish: Wish, scene: SceneOptions, times = 1): Promise<readonly string[]> {
  const world = await createWorld(scene);
  const said: string[] = [];
  for (let time = 0; time < times; time++) {
    // Another restore of the same, as its name tells: the target's ledger knows.
    const { report } = await drive(world, running(requestOf({ ...wish, name: `time-${time}` })));
    expect(report?.status.phase).toBe("Completed");
    const { message = "", steps = [] } = report?.status ?? {};
    said.push(...message.split("; "), ...steps.map((step) => `${step.name}: ${step.message ?? ""}`));
  }
  // How many the old data takes meanwhile is the world's affair.
  return said.map((line) => line.replace(/last transaction \d+/, "last transaction N"));
}

test.each<readonly [title: string, wish: Wish, scene: SceneOptions, words: string]>([
  [
    "the database that is replaced",
    {},
    {},
    "Preflight: database orders exists, last transaction N: it is kept aside when it is replaced",
  ],
  ["a new one", {}, { existing: false }, "Preflight: database orders does not exist: it is created"],
  [
    "how old a Neo4jBackup's newest run is",
    { source: "backup" },
    {},
    "Preflight: database orders exists, last transaction N: it is kept aside when it is replaced; the backup was taken 2026-02-28T02:05:00Z (21h55m ago)",
  ],
  [
    "how old the artifact is, where no resource tells it",
    { source: "folder" },
    {},
    "Restore: /backup/daily/orders-2026-02-28T02-00-00.backup, taken 2026-02-28T02:00:00Z (22h1m ago)",
  ],
  [
    "an old store that is written over",
    { options: { strategy: "inPlace" } },
    {},
    "Preflight: database orders exists, last transaction N: it is overwritten, and no copy of it is kept",
  ],
  [
    "with stopCluster, what else stops",
    { stopCluster: true },
    {},
    "Preflight: database orders exists, last transaction N: it is kept aside when it is replaced; every database of the instance stops: neo4j, orders, system",
  ],
  [
    "roles and privileges that a backup brings",
    {},
    {},
    "the backup holds roles and privileges: /data/scripts/orders/restore_metadata.cypher was written, not run",
  ],
  [
    "statements for a database that does not exist",
    { options: { preRestore: { cypherStatements: ["RETURN 1"] } } },
    { existing: false },
    "the statements of preRestore were skipped: the database does not exist or is offline",
  ],
  [
    "statements that ran",
    { options: { preRestore: { cypherStatements: ["RETURN 1", "RETURN 2"] } } },
    {},
    "PreHooks: 2 statements",
  ],
  [
    "temporary files that do not fit on the data volume",
    {},
    { oldBytes: 70 * gib },
    "temporary files may take 12Gi, more than a fifth of what is free on the data volume: they lie on a claim of their own",
  ],
])("%s", async (_title, wish, scene, words) => {
  expect(await told(wish, scene)).toContain(words);
});

test("a restore that was done before is not done again, and trigger is named", async () => {
  expect(await told({}, {}, 2)).toContainEqual(
    expect.stringMatching(
      /^database orders was restored from this source before, by restore time-0 at 2026-03-01T00:[0-9:.]+Z \(run run\d+\)$/,
    ),
  );
  const words = await told({}, {}, 2);
  for (const one of ["nothing was touched", "change trigger to restore again"]) expect(words).toContain(one);
});
