/**
 * `npm run test:report`: what the last run took. With `--check` it fails where that was more than the budget; with
 * `--keep` the report goes into docs/testing.md.
 */
import { keep } from "./kept.js";
import { filesOfLastRun, phasesOfLastRun, sizesOfLastRun } from "./record.js";
import { budgetSeconds, inMinutes, report, totalSeconds } from "./report.js";

const options = ["--check", "--keep"];

function main(argv: readonly string[]): number {
  const unknown = argv.filter((one) => !options.includes(one));
  if (unknown.length > 0) {
    console.error(`${unknown.join(" ")} is not known. Known is: npm run test:report -- ${options.join(" ")}`);
    return 2;
  }
  const phases = phasesOfLastRun();
  const files = filesOfLastRun();
  if (phases.length === 0 && files.length === 0) {
    console.error("There is no run to report: npm test makes one.");
    return 1;
  }
  const lines = report(phases, files, sizesOfLastRun());
  lines.forEach((line) => console.log(line));
  if (argv.includes("--keep")) keep(lines);
  const total = totalSeconds(phases);
  if (!argv.includes("--check") || total <= budgetSeconds) return 0;
  console.error(`\nnpm test took ${inMinutes(total)}, and may take ${inMinutes(budgetSeconds)}.`);
  return 1;
}

process.exitCode = main(process.argv.slice(2));
