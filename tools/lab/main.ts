import { labUp } from "./up.js";
import { labDown } from "./down.js";
const log = (line: string): void => console.log(line);
(process.argv[2] === "down" ? labDown(log) : labUp({}, log)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
