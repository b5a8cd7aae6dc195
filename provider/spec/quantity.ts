// Kubernetes quantities ("1.5Gi", "500M", "1e9") to bytes and back.
// Invariants: never throws; a part of a byte counts as a whole one, as in Kubernetes; what formatQuantity
// writes is a valid quantity, at most half a percent off.

const QUANTITY = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d{1,3})?$/;
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"] as const;

/** Bytes, or undefined where the text is not a quantity. */
export function parseQuantity(text: string): number | undefined {
  const [, amount, suffix = ""] = QUANTITY.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const bytes = scale(amount, suffix);
  const whole = bytes < 0 ? Math.floor(bytes) : Math.ceil(bytes);
  return Number.isFinite(whole) ? whole + 0 : undefined;
}

function scale(amount: string, suffix: string): number {
  const binary = BINARY.findIndex((unit) => unit !== "" && unit === suffix);
  if (binary > 0) return Number(amount) * 1024 ** binary;
  const decimal = DECIMAL.findIndex((unit) => unit === suffix);
  // Through the number's own notation: 1.1 * 10 ** 3 is not 1100.
  return Number(decimal >= 0 ? `${amount}e${(decimal - 3) * 3}` : `${amount}${suffix}`);
}

/** Bytes in the largest binary unit that leaves at least 1, with at most two decimals: "1.5Gi". */
export function formatQuantity(bytes: number): string {
  let power = 0;
  let value = Math.max(0, Math.round(bytes));
  // 1023.995 and more would be written as 1024 of the smaller unit.
  while (power < BINARY.length - 1 && (power === 0 ? value >= 1024 : value >= 1023.995)) {
    value /= 1024;
    power += 1;
  }
  return `${power === 0 ? value : Number(value.toFixed(2))}${BINARY[power] ?? ""}`;
}
