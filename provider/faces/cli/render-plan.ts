/** A plan as text: what is there, what will happen, what it costs, what is in the way, what to type next. */
import type { PlanReport } from "../../runtime/plan-report.js";
import { formatQuantity } from "../../spec/quantity.js";
import type { RestoreRequest } from "../../spec/request.js";
import { nextCommand, section, shellWord, table } from "./words.js";

export function renderPlan(
  plan: PlanReport,
  { spec }: RestoreRequest,
  warnings: readonly string[],
  runCommand: string,
): string {
  const head = `Restore ${plan.name} in namespace ${plan.namespace}: database ${spec.databaseName} of ${spec.clusterRef}\n\n`;
  const idle = plan.done !== undefined || plan.due === "nothing";
  return [
    head,
    found(plan),
    // What will not happen is not worth reading.
    idle ? "" : whatHappens(plan),
    section("Warnings", warnings.map(dashed)),
    section(
      `In the way (${plan.problems.length})`,
      plan.problems.map(({ reason, message }) => dashed(`${reason}: ${message}`)),
    ),
    section(
      `A run would wait for (${plan.waits.length})`,
      plan.waits.map(({ reason, message }) => dashed(`${reason}: ${message}`)),
    ),
    verdict(plan, runCommand),
  ].join("");
}

function whatHappens(plan: PlanReport): string {
  return [
    section(
      plan.strategy === undefined ? "Steps" : `Steps (strategy ${plan.strategy})`,
      plan.steps.map((step, index) => `${String(index + 1).padStart(2)}. ${step}`),
    ),
    section(
      "Calls of neo4j-admin in the Job",
      plan.commands.map((argv) => argv.map(shellWord).join(" ")),
    ),
    section(
      "Statements of the hooks",
      plan.statements.map(({ hook, number, database }) => `${hook} ${number} on database ${database}`),
    ),
    section("What it costs", plan.consequences.map(dashed)),
  ].join("");
}

const dashed = (text: string): string => `- ${text}`;

function found({ found: { target, database, volume, backup } }: PlanReport): string {
  const rows = table([
    [
      "target",
      target &&
        `${target.kind} ${target.name}, pod ${target.pod} ${target.running ? "running" : "not running"}${target.version === undefined ? "" : `, Neo4j ${target.version}`}`,
    ],
    ["database", database && databaseText(database)],
    [
      "volume",
      volume &&
        `${formatQuantity(volume.freeBytes)} of ${formatQuantity(volume.totalBytes)} free, the database takes ${formatQuantity(volume.storeBytes)}`,
    ],
    [
      "backup",
      backup &&
        `${backup.paths.join(" or ")}${backup.claim === undefined ? "" : ` on claim ${backup.claim}`}${backup.takenAt === undefined ? "" : `, taken ${backup.takenAt}`}`,
    ],
  ]);
  return rows === "" ? "" : `Found\n${rows}\n`;
}

function databaseText(database: NonNullable<PlanReport["found"]["database"]>): string {
  const { name, exists, status, lastTransaction, created } = database;
  if (exists === undefined) return `${name}: Neo4j does not answer`;
  if (!exists) return `${name} does not exist: it is created`;
  return [
    `${name} is ${status ?? "there"}`,
    lastTransaction === undefined ? "" : `last transaction ${lastTransaction}`,
    created === undefined ? "" : `created ${created}`,
  ]
    .filter(Boolean)
    .join(", ");
}

function verdict(plan: PlanReport, runCommand: string): string {
  const { due, present, done, problems, waits } = plan;
  const before = present ? `The restore of this name is ${present.phase}: ${present.message}\n` : "";
  if (done !== undefined) return `A run would change nothing: ${done}\n`;
  switch (due) {
    case "nothing":
      return `${before}A run would change nothing; --trigger TEXT restores again.\n`;
    case "goOn":
      return `${before}A run would go on with it: ${runCommand}\n`;
    case "resumeAtStep":
      return `${before}A run would go on at the step that failed: ${runCommand}\n`;
    case "giveBack":
      return `${before}A run would first finish giving back, then restore: ${runCommand}\n`;
    case "endOther":
      return `${before}It has another source or trigger: a run would end it first, then restore: ${runCommand}\n`;
    case "begin":
      break;
  }
  if (problems.length > 0) return "A run would be refused. Nothing was touched.\n";
  if (waits.length > 0)
    return `A run would wait, then begin. Nothing was touched. To start it: ${runCommand}\n`;
  return `Nothing is in the way, and nothing was touched. To restore: ${runCommand}\nTo follow it from elsewhere: ${nextCommand("status", plan)}\n`;
}
