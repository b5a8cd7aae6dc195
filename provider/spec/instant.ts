// RFC 3339 instants to epoch milliseconds and back, and the form that `--restore-until` takes.
// Invariants: never throws; only years 0000 to 9999; fractions are cut downwards, never rounded up.

const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const FIRST = Date.parse("0000-01-01T00:00:00Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

/** Epoch milliseconds, or undefined where the text is not an RFC 3339 instant. */
export function parseInstant(text: string): number | undefined {
  const [, date, time, fraction = "", sign, offsetHours = "00", offsetMinutes = "00"] =
    RFC3339.exec(text) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const wall = Date.parse(`${date}T${time}Z`);
  // The engine reads February 30 as March 2, and 24:00 as the next day.
  if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(`${date}T${time}`)) return undefined;
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return undefined;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000 * (sign === "-" ? -1 : 1);
  const ms = wall - offset + Number(fraction.slice(0, 3).padEnd(3, "0"));
  return ms >= FIRST && ms <= LAST ? ms : undefined;
}

/** "2025-01-04T12:30:00Z", with milliseconds only where there are any. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

/** The value of `--restore-until`: UTC, whole seconds, a space in the middle. */
export function toRestoreUntil(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** True where toRestoreUntil drops a part of a second. */
export function hasFraction(text: string): boolean {
  return /\.\d*[1-9]/.test(text);
}
