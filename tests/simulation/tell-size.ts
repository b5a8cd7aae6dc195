/** After each file: how much it has simulated, for the report of the whole run. */
import path from "node:path";
import { write } from "../../tools/test/record.js";
import { size } from "./world/size.js";

afterAll(() => {
  const file = path.basename(expect.getState().testPath ?? "unknown", ".test.ts");
  write(`size-${file}`, [{ file, ...size }]);
});
