/** Small ways of writing things for people: columns, times, a command's arguments as a shell would take them. */

/** Rows of a label and a text, the texts below one another; a text of several lines stays in its column. */
export function table(rows: readonly (readonly [label: string, text: string | undefined])[]): string {
  const there = rows.flatMap(([label, text]) =>
    text === undefined || text === "" ? [] : [[label, text] as const],
  );
  const width = Math.max(0, ...there.map(([label]) => label.length));
  const indent = " ".repeat(width + 4);
  return there
    .map(([label, text]) => `  ${label.padEnd(width)}  ${text.replaceAll("\n", `\n${indent}`)}\n`)
    .join("");
}

/** A heading and its lines; nothing where there are none. */
export function section(heading: string, lines: readonly string[]): string {
  return lines.length === 0
    ? ""
    : `${heading}\n${lines.map((line) => `  ${line.replaceAll("\n", "\n    ")}\n`).join("")}\n`;
}

/** "0:07", "12:30", "1:02:03" */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const pad = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** One argument as one would type it. */
export function shellWord(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** A later command about the same restore, ready to be typed. */
export function nextCommand(verb: string, { name, namespace }: Named): string {
  return `neo4j-restore ${verb} ${name} --namespace ${namespace}`;
}

export interface Named {
  readonly name: string;
  readonly namespace: string;
}
