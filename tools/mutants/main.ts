/**
 * `npm run mutants [-- --count N --seed N --minutes N --against FILE]`: puts small faults into plan and workflow, one at a
 * time, in a clone of the last commit, and tells which of them no related test notices. First without the deaths that
 * stories are told again with, because most are found without; what survives that is told with all of them.
 * With `--against` an earlier result it fails where a fault survives that was found then.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { endWith, exitCodeOf } from "../test/exit.js";
import { newerNode } from "../test/newer-node.js";
import { chosen, mutated, mutationsOf, type Mutation } from "./mutations.js";

const root = path.join(__dirname, "..", "..");
const mutatedFolders = ["provider/plan", "provider/workflow"];

type Fate = "found" | "found with deaths" | "survived" | "not tried";

interface Result extends Mutation {
  readonly fate: Fate;
}

const words = ({ file, line, before, after }: Mutation): string => {
  const short = (text: string): string => text.replaceAll(/\s+/g, " ").slice(0, 60);
  return `${file}:${line}: ${short(before)} -> ${short(after)}`;
};

class Clone {
  readonly folder = mkdtempSync(path.join(tmpdir(), "neo4j-restore-mutants-"));

  constructor(private readonly node: string) {
    const { status } = spawnSync("git", ["clone", "-q", root, this.folder], { stdio: "inherit" });
    if (status !== 0) throw new Error(`${root} could not be cloned`);
    symlinkSync(path.join(root, "node_modules"), path.join(this.folder, "node_modules"));
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), "utf8");
  }

  sources(): readonly string[] {
    return mutatedFolders.flatMap((folder) =>
      readdirSync(path.join(this.folder, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => `${folder}/${name}`)
        .sort(),
    );
  }

  async fate(mutation: Mutation, until: number): Promise<Fate> {
    const whole = this.read(mutation.file);
    const place = path.join(this.folder, mutation.file);
    writeFileSync(place, mutated(whole, mutation));
    try {
      for (const deaths of ["none", "all"] as const) {
        const left = until - Date.now();
        if (left <= 0) return "not tried";
        // One that makes a test run for ever is found as well.
        if (!(await this.passes(mutation.file, deaths, Math.min(left, 15 * 60_000))))
          return Date.now() >= until ? "not tried" : deaths === "none" ? "found" : "found with deaths";
      }
      return "survived";
    } finally {
      writeFileSync(place, whole);
    }
  }

  async passes(file: string, deaths: "none" | "all", timeout: number): Promise<boolean> {
    const sequencer = `--testSequencer=${path.join(this.folder, "tools/mutants/shortest-first.cjs")}`;
    const related = ["--findRelatedTests", file, "--bail=1"];
    const args = ["--selectProjects", "unit", "simulation", "--maxWorkers=2", sequencer, ...related];
    const child = spawn(this.node, ["node_modules/jest/bin/jest.js", ...args], {
      ...{ cwd: this.folder, stdio: "ignore", timeout },
      env: { ...process.env, ...(deaths === "none" ? { SIMULATION_DEATHS: "none" } : {}) },
    });
    return (await exitCodeOf(child)) === 0;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      count: { type: "string", default: "100" },
      seed: { type: "string", default: "1" },
      minutes: { type: "string", default: "90" },
      against: { type: "string" },
    },
  });
  const [count, seed, minutes] = [values.count, values.seed, values.minutes].map(Number);
  if (![count, seed, minutes].every((number) => Number.isSafeInteger(number)))
    throw new Error("--count, --seed and --minutes are whole numbers");
  const clone = new Clone(await newerNode((line) => console.log(line)));
  const results: Result[] = [];
  try {
    const all = clone.sources().flatMap((file) => mutationsOf(file, clone.read(file)));
    const some = chosen(all, count ?? 0, seed ?? 0);
    console.log(`${some.length} of ${all.length} faults in ${mutatedFolders.join(" and ")}, seed ${seed}`);
    const until = Date.now() + (minutes ?? 0) * 60_000;
    // Where the tests fail without a fault, each would count as found.
    const [first] = some;
    if (first && !(await clone.passes(first.file, "none", 15 * 60_000)))
      throw new Error(`the tests related to ${first.file} fail without a fault: npm run verify says more`);
    for (const [index, mutation] of some.entries()) {
      const fate = await clone.fate(mutation, until);
      results.push({ ...mutation, fate });
      console.log(`[${index + 1}/${some.length}] ${fate}: ${words(mutation)}`);
    }
  } finally {
    clone.remove();
  }
  return told(results, values.against);
}

function told(results: readonly Result[], against: string | undefined): number {
  const file = path.join(root, `.mutants-${Date.now()}.json`);
  writeFileSync(file, JSON.stringify(results, undefined, 1));
  const survived = results.filter(({ fate }) => fate === "survived");
  console.log(`\n${survived.length} of ${results.length} survived; ${file} has all`);
  if (against === undefined) return 0;
  const before = new Map(
    (JSON.parse(readFileSync(against, "utf8")) as Result[]).map((one) => [words(one), one.fate]),
  );
  const fresh = survived.filter((one) => before.get(words(one))?.startsWith("found"));
  for (const one of fresh) console.log(`found before, and survives now: ${words(one)}`);
  return fresh.length === 0 ? 0 : 1;
}

endWith(main(process.argv.slice(2)));
