/** One JSON object per line on standard output. Nothing secret is ever given to it. */
export type Level = "debug" | "info" | "warn" | "error";

export const levels: readonly Level[] = ["debug", "info", "warn", "error"];

export type Log = (level: Level, message: string, about?: Readonly<Record<string, unknown>>) => void;

export function jsonLog(least: Level, write: (line: string) => void, now: () => number): Log {
  return (level, message, about = {}) => {
    if (levels.indexOf(level) < levels.indexOf(least)) return;
    write(`${JSON.stringify({ time: new Date(now()).toISOString(), level, message, ...about })}\n`);
  };
}
