/**
 * `npm run test:simulation [-- PATH …]`: jest over the simulation, on a newer Node. `npm run simulate [-- --seconds N]
 * [--seed N]`: generated stories for so long, on one processor.
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { endWith, exitCodeOf } from "./exit.js";
import { newerNode } from "./newer-node.js";
import { forgetSizes } from "./record.js";

const log = (line: string): void => console.log(line);

async function jest(node: string, args: readonly string[], asked?: object): Promise<number> {
  const child = spawn(node, [require.resolve("jest/bin/jest"), "--selectProjects=simulation", ...args], {
    stdio: "inherit",
    env: { ...process.env, ...(asked ? { SIMULATION: JSON.stringify(asked) } : {}) },
  });
  return exitCodeOf(child);
}

async function generated(node: string, argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { seconds: { type: "string", default: "60" }, seed: { type: "string" } },
  });
  const number = (name: string, text: string, least: number): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least) throw new Error(`--${name} is no number: ${text}`);
    return value;
  };
  const seconds = number("seconds", values.seconds, 1);
  const seed = number("seed", values.seed ?? String(Date.now() % 1_000_000), 0);
  log(`Generated stories for ${seconds} s, seed ${seed}. The same again: npm run simulate -- --seed ${seed}`);
  return jest(node, ["-i", "any-story"], { seed, interruptAfterTimeLimit: seconds * 1000 });
}

async function main([what, ...argv]: readonly string[]): Promise<number> {
  const node = await newerNode(log);
  forgetSizes();
  if (what === "generated") return generated(node, argv);
  return jest(node, [`--maxWorkers=${availableParallelism()}`, ...argv]);
}

endWith(main(process.argv.slice(2)));
