/**
 * The operator's own preflight: everything that its shipped Roles list is asked for before it takes work, and what is
 * missing again, with growing pauses, until it is granted. Invariants: all that is missing is told at once, with what
 * grants it; without a right nothing new is begun where it is missing, what is under way goes on, and so does all else.
 */
import type { OperatorWorld } from "../../compose.js";
import { explain } from "../../runtime/explain.js";
import { everywhere, rightsSentence, type MissingRight, type Right } from "../../runtime/operator-rights.js";
import type { Log } from "./log.js";
import { pauseAfter } from "./queue.js";

export class Rights {
  private missing: readonly MissingRight[] = [];
  /** The API server did not tell, and why. */
  private untold: string | undefined;
  private lastTold: string | undefined;

  /** @param onAnswer called when it is known what is missing, and whenever some of that was granted. */
  constructor(
    private readonly world: Pick<OperatorWorld, "missingRights" | "clock">,
    private wanted: readonly Right[],
    private readonly log: Log,
    private readonly onAnswer: () => Promise<void>,
  ) {}

  /** Asks until nothing is missing that keeps it from that, or the signal comes. */
  async granted(what: "leading" | "everything", signal: AbortSignal): Promise<void> {
    const { clock } = this.world;
    for (let times = 1; !signal.aborted; times += 1) {
      await this.ask();
      const open = this.missing.filter(({ keepsFrom }) => what === "everything" || keepsFrom === what);
      if (this.untold === undefined && open.length === 0) return;
      await clock.wait(clock.now() + pauseAfter(times), signal);
    }
  }

  /** Why nothing new is begun in that namespace; undefined: nothing is missing there. */
  lacking(namespace: string): string | undefined {
    const here = this.missing.filter(
      (right) =>
        right.keepsFrom === "restoring" && (right.namespace === namespace || right.namespace === everywhere),
    );
    return here.length === 0 ? undefined : rightsSentence(here);
  }

  /** What keeps it from its work, or from a part of it; undefined: nothing. */
  get complaint(): string | undefined {
    const preventing = this.missing.filter(({ keepsFrom }) => keepsFrom !== "little");
    return this.untold ?? (preventing.length === 0 ? undefined : rightsSentence(this.missing));
  }

  private async ask(): Promise<void> {
    try {
      const missing = await this.world.missingRights(this.wanted);
      const first = this.lastTold === undefined || this.untold !== undefined;
      const changed = first || missing.length !== this.missing.length;
      [this.missing, this.wanted, this.untold] = [missing, missing, undefined];
      this.tell();
      if (changed) await this.onAnswer();
    } catch (error) {
      const failure = explain(error);
      if (!failure) throw error;
      this.untold = `what the operator may do is not known: ${failure.message}`;
      this.say("warn", this.untold, { reason: failure.reason });
    }
  }

  private tell(): void {
    const { missing } = this;
    const about = { reason: "MissingPermissions", missing: missing.map(({ words }) => words) };
    if (missing.length > 0) this.say("warn", rightsSentence(missing), about);
    else this.say("info", "it may do all that it must", {});
  }

  private say(level: "info" | "warn", message: string, about: Readonly<Record<string, unknown>>): void {
    if (message !== this.lastTold) this.log(level, message, about);
    this.lastTold = message;
  }
}
