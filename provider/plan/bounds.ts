/**
 * How much of what comes from outside is taken, in bytes, and how a text is cut. One place for all adapters.
 * Invariants: a text that was cut says so, with its beginning and its end; no character is cut in half; what is used
 * (names, ids, commands to give back) is never cut: an adapter refuses it where it is larger than this.
 */
const kib = 1024;

export const most = {
  /** A sentence of another program: a status message, an exception, a refusal. */
  text: 4 * kib,
  /** One line of a log, and how many of its last ones. */
  line: 500,
  lines: 20,
  /** A name, an id, an address, a version. */
  name: kib,
  /** An alias of a database may have 65534 characters. */
  alias: 256 * kib,
  /** Rows that one statement may answer with. */
  rows: 100_000,
  /** What hangs on the name of one database, as JSON. */
  attachments: 8 * kib * kib,
  /** Characters of base64 of it in one Secret: two contents of that size fit. */
  keptPiece: 512 * kib,
  /** The same in one argument of a command: Linux takes 128 KiB. */
  argument: 32 * kib,
  /** What one of our own scripts prints, or leaves as its pod's termination message. */
  report: 16 * kib,
  /** A Neo4jBackup as it is looked at, with the history of its runs. */
  backup: 512 * kib,
  /** One answer of the Kubernetes API. */
  answer: 64 * kib * kib,
  /** State and status of a run in its ConfigMap. */
  journal: 256 * kib,
} as const;

export function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}

/**
 * At most that many bytes of a text: its beginning and its end, and between them how much there was.
 * @param whole how much there was, where of a longer text only beginning and end are given
 */
export function bounded(text: string, bytes: number = most.text, whole?: number): string {
  // No character takes more than three bytes for each unit of its length: most texts need no counting.
  if (text.length * 3 <= bytes) return text;
  const size = whole ?? sizeOf(text);
  if (size <= bytes) return text;
  const mark = ` … (cut: ${size} bytes) … `;
  const room = Math.max(bytes - sizeOf(mark), 0);
  const ending = Math.floor(room / 4);
  // A window at each end is enough, however long the text is.
  const head = Buffer.from(text.slice(0, bytes));
  const tail = Buffer.from(text.slice(-bytes));
  return `${beginning(head, room - ending)}${beginning(Buffer.from(mark), bytes)}${end(tail, ending)}`;
}

/** The last lines of a log, each bounded. */
export function boundedLines(lines: readonly string[], count: number = most.lines): readonly string[] {
  return lines.slice(-count).map((line) => bounded(line, most.line));
}

/** The first of a list that is only told of, and how many there are beyond it. */
export function boundedNames(names: readonly string[], count: number = most.lines): readonly string[] {
  const told = names.slice(0, count).map((name) => bounded(name, most.line));
  return names.length > count ? [...told, `and ${names.length - count} more`] : told;
}

const continues = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

function beginning(bytes: Buffer, length: number): string {
  let to = Math.min(length, bytes.length);
  while (to > 0 && continues(bytes[to])) to -= 1;
  return bytes.subarray(0, to).toString("utf8");
}

function end(bytes: Buffer, length: number): string {
  let from = bytes.length - Math.min(length, bytes.length);
  while (continues(bytes[from])) from += 1;
  return bytes.subarray(from).toString("utf8");
}
