// Which reports of progress become a line.

import { progressLines } from "../../../provider/faces/dynamic/progress.js";

test("the step comes first, then the percentage; only news is sent, only the first line of it", () => {
  const lines: string[] = [];
  const report = progressLines((line) => lines.push(line));
  report({ step: "Lock", message: "held by other\ndetails" });
  report({ step: "Lock", message: "held by other\nmore details" });
  report({ step: "Lock", message: "taken" });
  for (let percent = 0; percent <= 100; percent += 0.5) {
    report({ step: "Restore", message: `${percent} MiB`, percent });
  }
  report({ step: "Open", message: "" });
  expect(lines.slice(0, 4)).toEqual([
    "Lock held by other",
    "Lock taken",
    "Restore 0% 0 MiB",
    "Restore 5% 5 MiB",
  ]);
  expect(lines.at(-1)).toBe("Open");
  expect(lines).toHaveLength(2 + 21 + 1);
});
