/** The table of `npm run test:report`, as text. Pure. */
import type { FileRecord, PhaseRecord, SizeRecord } from "./record.js";

/** What the whole of `npm test` may take where everything that can be kept from an earlier run is there. */
export const budgetSeconds = 25 * 60;

export function inMinutes(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** "1 min 02 s, 80 % of the processors" */
export function inWords({ seconds, busyShare }: Pick<PhaseRecord, "seconds" | "busyShare">): string {
  const busy = busyShare === undefined ? "" : `, ${Math.round(busyShare * 100)} % of the processors`;
  return `${inMinutes(seconds)}${busy}`;
}

/** "simulated: 9000 runs, 400000 effects, 8000 deaths; 50 runs a second" */
export function sizeInWords(sizes: readonly SizeRecord[], seconds?: number): string {
  const sum = (of: "runs" | "effects" | "deaths"): number => sizes.reduce((all, size) => all + size[of], 0);
  const pace = seconds === undefined ? "" : `; ${(sum("runs") / seconds).toFixed(0)} runs a second`;
  return `simulated: ${sum("runs")} runs, ${sum("effects")} effects, ${sum("deaths")} deaths${pace}`;
}

export function totalSeconds(phases: readonly PhaseRecord[]): number {
  return phases.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Files that took no longer than this are counted, and have no row. */
const shortSeconds = 5;

export function report(
  phases: readonly PhaseRecord[],
  files: readonly FileRecord[],
  sizes: readonly SizeRecord[],
): readonly string[] {
  const total = totalSeconds(phases);
  const tests = files.reduce((sum, file) => sum + file.tests, 0);
  const byTime = [...files].sort((one, other) => other.seconds - one.seconds);
  const long = byTime.filter(({ seconds }) => seconds > shortSeconds);
  return [
    ...table(
      ["part", "took"],
      [
        ...phases.map((phase) => [phase.phase, inWords(phase)]),
        ["all", `${inMinutes(total)} of ${inMinutes(budgetSeconds)}`],
      ],
    ),
    "",
    ...(sizes.length > 0 ? [sizeInWords(sizes), ""] : []),
    `${tests} tests in ${files.length} files; those of more than ${shortSeconds} s:`,
    "",
    ...table(
      ["project", "file", "tests", "took"],
      long.map(({ project, file, tests: count, seconds }) => [
        project,
        file,
        String(count),
        inMinutes(seconds),
      ]),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
}
