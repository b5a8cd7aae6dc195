/** What is counted: each end of a restore once, whatever else is done for it afterwards. */
import type { RunReport } from "../../../provider/runtime/engine.js";
import { namespace, settled, Small, started } from "./small-world.js";

test("a restore that is noted and discarded after its end has ended once", async () => {
  const small = new Small();
  small.add("orders", "graph");
  const counted: RunReport[] = [];
  const again = (): Promise<RunReport> => {
    const status = small.standings.get("orders")?.status;
    if (!status) throw new Error("nothing ended");
    return Promise.resolve({ name: "orders", namespace, runId: "orders", status });
  };
  const noted = { times: 0 };
  const record = (): Promise<RunReport> => {
    noted.times += 1;
    return again();
  };
  const { stop } = started(small.world({ record }), { ended: (report) => void counted.push(report) });
  await settled();
  small.atWork.get("graph")?.end(true);
  await settled();
  expect(counted.map(({ status }) => status.phase)).toEqual(["Completed"]);
  small.edit("orders", { generation: 2 });
  await settled();
  expect(noted.times).toBe(1);
  expect(counted).toHaveLength(1);
  await stop();
});
