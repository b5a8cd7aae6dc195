/**
 * Calls of the volume script as argv, and what it prints as pairs. Every piece of user data is one element of
 * argv; Kubernetes' own expansion is escaped where a manifest is rendered.
 */
import { timesArgument, type RunTimes } from "./newest-run.js";
import type { PointArguments } from "./point-in-time.js";
import { volumeScript } from "./volume-script.js";

/** Arguments of `rehearse` and `restore`, in the script's order. Empty text means "not given". */
export interface RestoreArguments {
  readonly data: string;
  readonly runId: string;
  readonly database: string;
  /** The name under which the store is written: the scratch name, or the database itself. */
  readonly into: string;
  /** Where to look: a file or a folder, and the other reading of a path with a leading slash (else the same). */
  readonly first: string;
  readonly second: string;
  /** Name of the Neo4jBackup whose own folders are searched below the candidates. */
  readonly reference: string;
  /** The database that the artifact is of. */
  readonly artifactDatabase: string;
  readonly overwrite: boolean;
  readonly temp: string;
  readonly check: boolean;
  readonly thenSwap: boolean;
  readonly point: PointArguments;
  /** The rehearsal has read this very artifact: it is not read again while the database is out of service. */
  readonly inspected: boolean;
  /** What an artifact that was named is to the chain: its end, or the base from which it goes on; "logs": from logStorage. */
  readonly named: "end" | "base" | "logs";
  /** The folder of staged artifacts, which goes when the script ends; empty where there is none. */
  readonly staged: string;
  /** Of a Neo4jBackup whose newest run names no file: when it was at work. */
  readonly times: RunTimes | undefined;
  readonly pageCache: string;
  readonly extra: readonly string[];
}

const yesNo = (value: boolean): string => (value ? "yes" : "no");

/** argv of a restore or rehearsal; not yet escaped for Kubernetes. */
export function restoreCommand(verb: "rehearse" | "restore", a: RestoreArguments): readonly string[] {
  return [
    ...scriptCommand(verb, a.data, a.runId, a.database),
    ...[
      a.into,
      a.first,
      a.second,
      a.reference,
      a.artifactDatabase,
      yesNo(a.overwrite),
      a.temp,
      yesNo(a.check),
    ],
    ...[yesNo(a.thenSwap), a.point.chain, a.point.until, a.point.accepted, a.point.hint],
    ...[yesNo(a.inspected), a.named, a.staged, timesArgument(a.times)],
    ...[a.pageCache, ...a.extra],
  ];
}

export type VolumeVerb = "inspect" | "aside" | "swap" | "back" | "undo" | "again" | "discard" | "wipe";

/**
 * What the run knows when it puts stores back: that they were seen to be swapped, or that an old store was there when the
 * database was stopped. Where the volume has no mark of the swap, that decides whether it is the right volume.
 */
export type BackFrom = "swapped" | "old" | "unknown";

/**
 * argv of a volume verb. `discard` keeps a previous store unless `discardPrevious`, and what the run has written under
 * the database's own name unless `discardWritten`: no database of that name exists.
 */
export function volumeCommand(
  verb: VolumeVerb,
  at: {
    readonly data: string;
    readonly runId: string;
    readonly database: string;
    readonly discardPrevious?: boolean;
    readonly discardWritten?: boolean;
    readonly backFrom?: BackFrom;
  },
): readonly string[] {
  const command = scriptCommand(verb, at.data, at.runId, at.database);
  if (verb === "back") return [...command, at.backFrom ?? "unknown"];
  return verb === "discard"
    ? [...command, yesNo(at.discardPrevious !== true), yesNo(at.discardWritten === true)]
    : command;
}

function scriptCommand(verb: string, data: string, runId: string, database: string): readonly string[] {
  return ["/bin/sh", "-c", volumeScript, "neo4j-restore", verb, data, runId, database];
}

/** `key=value` lines, as verbs print them and the Job leaves them in its termination message. */
export function parseReport(text: string): Readonly<Record<string, string>> {
  const entries = text
    .split("\n")
    .map((line) => /^([a-z_.]+)=(.*)$/.exec(line))
    .flatMap((match) =>
      match?.[1] !== undefined && match[2] !== undefined ? [[match[1], match[2]] as const] : [],
    );
  return Object.fromEntries(entries);
}
