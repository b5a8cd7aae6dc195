/** What to type after a rollback that did not end: nothing that would start the restored store in the old one's place. */
import { recoveryCommands } from "../../../provider/workflow/recovery.js";
import { beginRun, type Facts } from "../../../provider/workflow/state.js";

const begun = beginRun({
  ...{ runId: "run0000001", name: "r", namespace: "n", identity: "i", attempt: 1, generation: 7, now: 0 },
  ...{ remnants: [], carried: undefined },
});
const before: Facts = {
  strategy: "swap",
  existed: true,
  returnState: {
    runId: "run0000001",
    database: "orders",
    existed: true,
    access: "read-write",
    requestedStatus: "online",
    replicas: 1,
  },
};
const lines = (facts: Facts): readonly string[] => recoveryCommands({ ...begun, facts });

test.each<readonly [known: string, swapped: boolean | undefined]>([
  ["the stores changed places", true],
  ["nobody knows how far the renames came", undefined],
])("%s: the old store goes back before the database is started", (_known, swapped) => {
  const said = lines({ ...before, ...(swapped === undefined ? {} : { swapped }) });
  const back = said.findIndex((line) => line.includes("/data/.neo4j-restore/run0000001/previous"));
  const start = said.findIndex((line) => line.includes("START DATABASE `orders`"));
  expect(said[back]).toContain("put it back before the database is started");
  expect(said[start]).toMatch(/^Only then: /);
  expect(back).toBeLessThan(start);
});

test.each<readonly [place: string, facts: Facts]>([
  ["is in its place again", { ...before, swapped: false }],
  ["never goes aside", { ...before, strategy: "inPlace" }],
])("an old store that %s: the database is only started", (_place, facts) => {
  const said = lines(facts);
  expect(said.join("\n")).not.toContain("/previous");
  expect(said).toContainEqual(expect.stringMatching(/^START DATABASE `orders`/));
});

test("a database that was dropped is created with the language and topology that it had", () => {
  const attachments = { primaries: 3, options: {}, language: 25, aliases: [], privileges: [] };
  const said = lines({ ...before, strategy: "designatedSeeder", dropped: true, attachments });
  expect(said.join("\n")).toContain(
    "CREATE DATABASE `orders` DEFAULT LANGUAGE CYPHER 25 TOPOLOGY 3 PRIMARIES 0 SECONDARIES OPTIONS",
  );
});
