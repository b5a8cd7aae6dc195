/** The watches that can't be had at the moment, and why: what the operator does not see it must not keep quiet about. */
import type { RestoreEvent } from "../../compose.js";
import type { Log } from "./log.js";
import type { Meter } from "./meter.js";

export class Sight {
  private readonly blind = new Map<string, string>();

  constructor(
    private readonly log: Log,
    private readonly meter: Pick<Meter, "failed">,
  ) {}

  /** A watch was lost or refused; without trouble: it is there. */
  onLine(line: string, trouble: Pick<RestoreEvent, "reason" | "message"> | undefined): void {
    if (trouble?.message === this.blind.get(line)) return;
    if (trouble) {
      this.blind.set(line, trouble.message);
      this.meter.failed(trouble.reason);
      this.log("warn", `a watch was lost or refused: ${trouble.message}`, { line, reason: trouble.reason });
    } else {
      this.blind.delete(line);
      this.log("info", "the watch is there again", { line });
    }
  }

  /** What keeps it from seeing all that it looks after; undefined: nothing. */
  get blindness(): string | undefined {
    return this.blind.size === 0 ? undefined : [...this.blind.values()].join("\n");
  }
}
