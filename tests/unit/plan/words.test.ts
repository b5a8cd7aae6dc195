/** The plan in words: what a look has decided is told as decided, and nothing is told that will not be done. */
import { planInWords, type Decided } from "../../../provider/plan/words.js";
import { requestOf } from "../../simulation/story.js";

const said = (decided: Decided | undefined, stopCluster: boolean): string =>
  planInWords(requestOf({ stopCluster }), decided).join("\n");

describe.each([false, true])("stopCluster %s", (stopCluster) => {
  test("without a look, what depends on the cluster is left to the run", () => {
    expect(said(undefined, stopCluster)).toContain(
      "a new database orders is created instead, and on a cluster",
    );
  });

  test.each<readonly [Decided, readonly RegExp[], readonly RegExp[]]>([
    [
      { strategy: "swap", existed: true },
      [/an existing database orders is replaced/, /stop database orders/, /previous store is kept/],
      [/instead/, /seed/],
    ],
    [
      { strategy: "inPlace", existed: true },
      [/over the old store/, /no previous store to keep/],
      [/instead/, /beside/],
    ],
    [
      { strategy: "create", existed: false },
      [/there is no database orders: it is created/, /create database orders and prove it/],
      [/instead/, /stop database/, /old store/, /replaced/],
    ],
    [
      { strategy: "designatedSeeder", existed: true },
      [/drop database orders everywhere/, /with that server as seeder/, /privileges, aliases/],
      [/instead/],
    ],
    [
      { strategy: "designatedSeeder", existed: false },
      [/there is no database orders/, /create database orders with that server as seeder/],
      [/drop/, /stop database/, /old store/, /privileges/],
    ],
    [{ strategy: "recreate", existed: true }, [/recreate database orders with that server/], [/drop/]],
  ])("%j", (decided, tells, neverTells) => {
    for (const text of tells) expect(said(decided, stopCluster)).toMatch(text);
    for (const text of neverTells) expect(said(decided, stopCluster)).not.toMatch(text);
  });
});
