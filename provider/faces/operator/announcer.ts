/**
 * What becomes of a restore is written to its status, and every change of it is told by events, in the log and in the
 * metrics. Invariants: nothing is written twice; the status that another controller wrote on a resource of its own is left
 * as it is.
 */
import type { OperatorWorld, RestoreKey, RestoreView } from "../../compose.js";
import type { RunReport, Standing } from "../../runtime/engine.js";
import { explain } from "../../runtime/explain.js";
import type { Neo4jRestoreStatus } from "../../spec/types.js";
import { foreignFinalizers } from "../../spec/defaults.js";
import { eventsOf, remarkOf, warningOf } from "./events.js";
import { finalizer, type Action } from "./decide.js";
import type { Log } from "./log.js";
import type { Memory } from "./memories.js";
import type { Meter } from "./meter.js";
import { endMark, isOurs, refused, same, troubled } from "./status.js";

type Refusal = Extract<Action, { do: "refuse" }>;

export class Announcer {
  constructor(
    private readonly resources: OperatorWorld["resources"],
    private readonly log: Log,
    private readonly meter: Pick<Meter, "failed" | "ended">,
  ) {}

  async show(view: RestoreView, status: Neo4jRestoreStatus): Promise<void> {
    if (same(view.status, status)) return;
    if (view.status && !isOurs(view.status) && foreignFinalizers(view.finalizers).length > 0) return;
    const written = await this.resources.writeStatus(view, status);
    if (!written)
      this.log("warn", "the resource does not fit its schema: its status is told by events alone", {
        ...{ namespace: view.namespace, restore: view.name, phase: status.phase },
      });
    for (const event of eventsOf(view.status, status)) await this.resources.tell(view, event);
  }

  /**
   * What is valid and yet does not do what it seems to, once for each generation. It comes before the status speaks of
   * that: an operator that starts then knows that it was told.
   */
  async remark(
    view: RestoreView,
    warnings: readonly string[],
    observed: number | undefined,
    memory: Pick<Memory, "warned">,
  ): Promise<void> {
    if (view.deleting || [observed, memory.warned].includes(view.generation)) return;
    for (const warning of warnings) await this.resources.tell(view, remarkOf(view, warning));
    memory.warned = view.generation;
  }

  /** Not carried out, and why. */
  async refuse(view: RestoreView, reason: Refusal["reason"], message: string, now: number): Promise<void> {
    if (reason === "InvalidSpec") return this.show(view, refused(view, now, reason, message));
    // By an event alone, also where there is no status yet: the other controller writes none while it stops a target.
    // Its write would then fail on ours, and it would find a Failed that it takes for a reason to begin once more.
    const { namespace, name: restore } = view;
    this.log("warn", message, { namespace, restore, reason });
    await this.resources.tell(view, warningOf(view, reason, message));
  }

  /**
   * A journal that this version can't read is shown, and keeps no resource that is to go: what its run holds stays until a
   * person sees to it.
   * @throws any other error as it is
   */
  async unreadable(key: RestoreKey, error: unknown, now: number): Promise<void> {
    const { reason, message, hints = [] } = explain(error) ?? {};
    const view = reason === "JournalUnreadable" ? await this.resources.get(key) : undefined;
    if (reason === undefined || !view) throw error;
    const { namespace, name: restore, status } = view;
    this.log("warn", message ?? "", { namespace, restore, reason });
    const told = [message, ...hints].join("\n");
    if (view.deleting) await this.resources.mark(view, finalizer, false);
    else if (status?.phase === "Completed") await this.resources.tell(view, warningOf(view, reason, told));
    else await this.show(view, refused(view, now, reason, told));
  }

  /** What keeps the operator from working for it, unless its run has a word of its own. Never fails: it is told of as well. */
  async complain(view: RestoreView, error: unknown, now: number): Promise<void> {
    const { reason, message } = explain(error) ?? { reason: "InProgress", message: String(error) };
    const { phase } = view.status ?? {};
    try {
      if (phase === "Completed") await this.resources.tell(view, warningOf(view, reason, message));
      else if (phase !== "Running") await this.show(view, troubled(view, now, reason, message));
    } catch (second) {
      this.trouble(view, "the trouble could not be shown", second);
    }
  }

  /** A task's end. @param before the end that its run had when it began. */
  ended(
    about: Readonly<Record<string, unknown>>,
    report: RunReport | undefined,
    before: string | undefined,
  ): void {
    const { failure, status } = report ?? {};
    const outcome = failure ? { reason: failure.reason, why: failure.message } : {};
    this.log(failure ? "warn" : "info", "ended", { ...about, phase: status?.phase, ...outcome });
    // Noting, discarding or joining what had ended is not another end.
    const end = endMark(status);
    if (report && end !== undefined && end !== before) this.meter.ended(report);
  }

  /** Only the log outlives the namespace, and a volume that is retained may outlive both. */
  abandoned({ namespace, name }: RestoreKey, { runId, status }: Standing): void {
    const { phase, message, progress } = status;
    this.log(
      "warn",
      "the namespace is being deleted, and nobody drives this restore: its journal is let go, and nothing is given back",
      { ...{ namespace, restore: name, run: runId, phase }, step: progress?.step, was: message },
    );
  }

  /** To the log and the metrics. */
  trouble({ namespace, name }: RestoreKey, what: string, error: unknown): void {
    const { reason, message } = explain(error) ?? {
      reason: "Bug",
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
    this.meter.failed(reason);
    this.log("error", `${what}: ${message}`, { namespace, restore: name, reason });
  }
}
