/** How busy the machine's processors were, by the kernel's own count. Elsewhere than on Linux nothing is known. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

export interface Moment {
  readonly at: number;
  /** Seconds of all processors together; undefined where the kernel does not tell. */
  readonly busy: number | undefined;
}

/** As /proc/stat counts, which is in hundredths of a second on every Linux that we run on. */
const ticksPerSecond = 100;

/** The line `cpu user nice system idle iowait irq softirq …`: all but idle and iowait is work. */
export function busySeconds(stat: string): number | undefined {
  const line = /^cpu +(.*)$/m.exec(stat)?.[1];
  if (line === undefined) return undefined;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.split(" ").map(Number);
  return (user + nice + system + irq + softirq) / ticksPerSecond;
}

export function now(): Moment {
  const busy = process.platform === "linux" ? busySeconds(readFileSync("/proc/stat", "utf8")) : undefined;
  return { at: Date.now(), busy };
}

export interface Spent {
  readonly seconds: number;
  /** Part of what all processors could have done. */
  readonly busyShare?: number;
}

export function spentBetween(begin: Moment, end: Moment, processors = availableParallelism()): Spent {
  const seconds = (end.at - begin.at) / 1000;
  if (begin.busy === undefined || end.busy === undefined || seconds === 0) return { seconds };
  return { seconds, busyShare: Math.min(1, (end.busy - begin.busy) / (seconds * processors)) };
}
