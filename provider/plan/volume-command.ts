/**
 * Calls of the volume script as argv, and what it prints as pairs. Every piece of user data is one element of
 * argv; Kubernetes' own expansion is escaped where a manifest is rendered.
 */
import { most } from "./bounds.js";
import { timesArgument, type RunTimes } from "./newest-run.js";
import type { PointArguments } from "./point-in-time.js";
import { endMark } from "./script-exit.js";
import { volumeScript } from "./volume-script.js";

/** Who sends a verb. The volume refuses what comes from a driver that was replaced, or from a run that is over. */
export interface Acting {
  /** The run that has the target: seldom another one than that whose folder is worked on. */
  readonly runId: string;
  readonly epoch: number;
  /** Counts what this run has asked of its volume. */
  readonly turn: number;
  /** Pods that were seen to have ended, and entries of the lock whose holder is gone: they hold nobody up. */
  readonly ended?: readonly string[];
  /** How long it waits for another verb that is at work. */
  readonly patienceSeconds: number;
  /** Where it runs; a Job's pod knows that by itself. */
  readonly pod?: string;
}

/** Arguments of `rehearse` and `restore`, in the script's order. Empty text means "not given". */
export interface RestoreArguments {
  readonly data: string;
  readonly runId: string;
  readonly database: string;
  readonly acting: Acting;
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
    ...scriptCommand(verb, a, a.acting),
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

/** Verbs that change something. */
export type VolumeVerb = "aside" | "swap" | "back" | "undo" | "again" | "discard" | "wipe" | "close";

/**
 * What the run knows when it puts stores back: that they were seen to be swapped, or that an old store was there when the
 * database was stopped. Where the volume has no mark of the swap, that decides whether it is the right volume.
 */
export type BackFrom = "swapped" | "old" | "unknown";

/** Verbs that only look: at the stores, at what became of the verb whose answer was lost, at what is to be given back. */
export type VolumeLook = "inspect" | "last" | "kept";

interface At {
  readonly data: string;
  readonly runId: string;
  readonly database: string;
}

/**
 * argv of a volume verb. `discard` keeps a previous store unless `discardPrevious`, and what the run has written under
 * the database's own name unless `discardWritten`: no database of that name exists.
 */
export function volumeCommand(
  verb: VolumeVerb,
  at: At & {
    readonly acting: Acting;
    readonly discardPrevious?: boolean;
    readonly discardWritten?: boolean;
    readonly backFrom?: BackFrom;
  },
): readonly string[] {
  const command = scriptCommand(verb, at, at.acting);
  if (verb === "back") return [...command, at.backFrom ?? "unknown"];
  return verb === "discard"
    ? [...command, yesNo(at.discardPrevious !== true), yesNo(at.discardWritten === true)]
    : command;
}

/** argv of a look. It takes no lock, and nobody is asked who looks. @param pod where it runs, for `last` */
export function lookCommand(verb: VolumeLook, at: At, pod?: string): readonly string[] {
  const acting = { runId: at.runId, epoch: 0, turn: 0, patienceSeconds: 0 };
  return scriptCommand(verb, at, pod === undefined ? acting : { ...acting, pod });
}

/** argv of each piece of what is to be kept; the answer to the last one is the sum of what lies there then. */
export function keepCommands(
  at: At & { readonly acting: Acting },
  content: string,
  sum: string,
): readonly (readonly string[])[] {
  const pieces = Math.max(1, Math.ceil(content.length / most.argument));
  return Array.from({ length: pieces }, (_, index) => [
    ...scriptCommand("keep", at, at.acting),
    ...[String(index + 1), String(pieces), sum],
    content.slice(index * most.argument, (index + 1) * most.argument),
  ]);
}

/** argv that reads a part of it, from a byte on (the first is 1). */
export function keptCommand(at: At, from: number, bytes: number): readonly string[] {
  return [...lookCommand("kept", at), String(from), String(bytes)];
}

function scriptCommand(verb: string, at: At, acting: Acting): readonly string[] {
  return [
    ...["/bin/sh", "-c", volumeScript, "neo4j-restore", verb, at.data, at.runId, at.database],
    ...[acting.runId, String(acting.epoch), String(acting.turn), (acting.ended ?? []).join(" ")],
    ...[String(acting.patienceSeconds), acting.pod ?? ""],
  ];
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

/** It has its last line: nothing of it was cut off on the way. */
export function isWhole(text: string): boolean {
  return text.trimEnd().split("\n").at(-1) === endMark;
}
