// Go durations ("1h30m", "168h", "1.5s") to milliseconds and back, in Go's own spelling.
// Invariants: never throws; whatever formatDuration writes, parseDuration reads back to the nanosecond.

const NANOS_PER_UNIT: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3, // U+00B5, what Go writes
  μs: 1e3, // U+03BC, what Go also reads
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const TERM = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;
/** Go counts nanoseconds in a signed 64-bit integer. */
const LONGEST_MS = 2 ** 63 / 1e6;

/** Milliseconds, or undefined where the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const negative = text.startsWith("-");
  const body = negative || text.startsWith("+") ? text.slice(1) : text;
  if (body === "0") return 0;
  if (body === "") return undefined;
  let nanos = 0;
  let ms = 0;
  for (let at = 0; at < body.length; at = TERM.lastIndex) {
    TERM.lastIndex = at;
    const [, amount, unit] = TERM.exec(body) ?? [];
    const perUnit = unit === undefined ? undefined : NANOS_PER_UNIT[unit];
    if (amount === undefined || perUnit === undefined) return undefined;
    // Small units are summed apart: a whole number of milliseconds must not pass through nanoseconds.
    if (perUnit >= 1e6) ms += Number(amount) * (perUnit / 1e6);
    else nanos += Number(amount) * perUnit;
  }
  const total = ms + nanos / 1e6;
  if (total >= LONGEST_MS) return undefined;
  return negative && total !== 0 ? -total : total;
}

/** As Go's Duration.String: "1h30m0s", "2.5s", "150ms", "0s". */
export function formatDuration(ms: number): string {
  const whole = Math.trunc(ms);
  const signed = BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6));
  const sign = signed < 0n ? "-" : "";
  const nanos = signed < 0n ? -signed : signed;
  if (nanos === 0n) return "0s";
  if (nanos < 1_000n) return `${sign}${nanos}ns`;
  if (nanos < 1_000_000n) return `${sign}${decimal(nanos, 3)}µs`;
  if (nanos < 1_000_000_000n) return `${sign}${decimal(nanos, 6)}ms`;
  const seconds = nanos / 1_000_000_000n;
  const minutes = seconds / 60n;
  const hours = minutes / 60n;
  const rest = `${decimal(nanos % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return `${sign}${rest}`;
  return hours === 0n ? `${sign}${minutes}m${rest}` : `${sign}${hours}h${minutes % 60n}m${rest}`;
}

/** The number with `places` digits after the point, trailing zeros cut. */
function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  return fraction === "" ? digits.slice(0, -places) : `${digits.slice(0, -places)}.${fraction}`;
}
