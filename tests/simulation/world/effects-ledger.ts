/**
 * What was really done to the world, in order: the statements a server carried out, the Jobs that were made,
 * the renames that were asked for. Tests count here, not in what the engine believes.
 */
export interface LedgerLine {
  readonly at: number;
  readonly driver: string;
  /** Such as "STOP orders", "JOB restore", "EXEC swap", "SCALE 0", "HOOK 1". */
  readonly what: string;
}

export class EffectsLedger {
  readonly lines: LedgerLine[] = [];

  constructor(private readonly now: () => number) {}

  note(driver: string, what: string): void {
    this.lines.push({ at: this.now(), driver, what });
  }

  count(what: string | RegExp): number {
    return this.lines.filter((line) => (typeof what === "string" ? line.what === what : what.test(line.what)))
      .length;
  }

  whats(): readonly string[] {
    return this.lines.map((line) => line.what);
  }

  /** As a reader wants it when a story goes wrong. */
  toString(): string {
    const begin = this.lines[0]?.at ?? 0;
    return this.lines.map((line) => `${(line.at - begin) / 1000}s ${line.driver} ${line.what}`).join("\n");
  }
}
