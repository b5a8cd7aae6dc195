/** The few things that every command says the same way: JSON lines, failures, what it acts on, what is wrong with a document. */
import type { TellPlace } from "../../compose.js";
import type { RunReport } from "../../runtime/engine.js";
import type { DocumentProblem } from "./document.js";
import type { Io } from "./io.js";
import { section } from "./words.js";

type Failure = Omit<NonNullable<RunReport["failure"]>, "reason"> & { readonly reason: string };

/** One object, one line; `type` says what it is. */
export function jsonLine(type: string, value: object): string {
  return `${JSON.stringify({ type, ...value })}\n`;
}

export function tellFailure(io: Io, json: boolean, { reason, message, hints }: Failure): void {
  if (json) io.out(jsonLine("error", { reason, message, hints }));
  else io.err(`${reason}: ${message}\n${hints.length > 0 ? "\n" : ""}${section("What to do", hints)}`);
}

/** Never among the results: programs read those. */
export const tellPlace =
  (io: Io): TellPlace =>
  (place) =>
    io.err(`${place}\n`);

export function tellProblems(
  io: Io,
  json: boolean,
  file: string,
  problems: readonly DocumentProblem[],
): void {
  const name = file === "-" ? "standard input" : file;
  if (json) {
    io.out(jsonLine("invalid", { file: name, problems }));
    return;
  }
  const count = problems.length === 1 ? "a mistake" : `${problems.length} mistakes`;
  io.err(
    `${name} has ${count}; nothing was touched:\n\n${problems.map(({ message }) => `- ${message}\n`).join("")}`,
  );
}
