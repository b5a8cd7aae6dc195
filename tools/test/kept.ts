/**
 * The report that docs/testing.md keeps, between two marks: for readers, and for the order in which jest takes files.
 * A file that is not in it counts as a short one.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

export const page = path.join(__dirname, "..", "..", "docs", "testing.md");
const marks = ["<!-- test:report -->", "<!-- /test:report -->"] as const;

/** @throws where the page has lost its marks */
export function withReport(text: string, lines: readonly string[]): string {
  const [begin, end] = marks.map((mark) => text.indexOf(mark));
  if (begin === undefined || end === undefined || begin < 0 || end < begin)
    throw new Error(`docs/testing.md has not ${marks.join(" and ")}`);
  return `${text.slice(0, begin + marks[0].length)}\n\n${lines.join("\n")}\n\n${text.slice(end)}`;
}

/** Seconds by file, as the page tells them. */
export function keptSeconds(text: string): ReadonlyMap<string, number> {
  const rows = text.matchAll(/^\| *\S+ *\| *(tests\/\S+) *\| *\d+ *\| *(?:(\d+) min )?(\d+) s *\|$/gm);
  return new Map(
    [...rows].map(([, file = "", minutes = "0", rest]) => [file, Number(minutes) * 60 + Number(rest)]),
  );
}

/** The longest first: what is long and comes last would be alone at the end. */
export function longestFirst<Test extends { readonly path: string }>(
  tests: readonly Test[],
  root: string,
  known: ReadonlyMap<string, number>,
): Test[] {
  const seconds = (test: Test): number => known.get(path.relative(root, test.path)) ?? 0;
  return [...tests].sort((one, other) => {
    const [a, b] = [seconds(one), seconds(other)];
    return a === b ? (one.path < other.path ? -1 : 1) : b - a;
  });
}

export function keep(lines: readonly string[]): void {
  writeFileSync(page, withReport(readFileSync(page, "utf8"), lines));
}
