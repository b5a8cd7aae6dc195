/**
 * `npm test`: one part after the other, each with what it is about and how long it took. The first that fails ends it,
 * with the command that repeats just that part.
 */
import { spawn } from "node:child_process";
import { endWith, exitCodeOf } from "./exit.js";
import { phases, type Phase } from "./phases.js";
import { now, spentBetween } from "./processors.js";
import { forget, write, type PhaseRecord } from "./record.js";
import { inMinutes, inWords, totalSeconds } from "./report.js";

async function run({ script }: Phase): Promise<number> {
  return exitCodeOf(spawn("npm", ["run", "--silent", script], { stdio: "inherit" }));
}

async function main(): Promise<number> {
  forget();
  const done: PhaseRecord[] = [];
  for (const [index, phase] of phases.entries()) {
    console.log(`\n[${index + 1}/${phases.length}] ${phase.name}: ${phase.about}`);
    const begin = now();
    const code = await run(phase);
    done.push({ phase: phase.name, ...spentBetween(begin, now()) });
    write("phases", done);
    const took = inWords(done.at(-1) ?? { seconds: 0 });
    if (code !== 0) {
      console.log(`\n${phase.name} failed after ${took}. This repeats just that: npm run ${phase.script}`);
      return code;
    }
    console.log(`${phase.name}: ${took}`);
  }
  console.log(`\nAll passed in ${inMinutes(totalSeconds(done))}. What took how long: npm run test:report`);
  return 0;
}

endWith(main());
