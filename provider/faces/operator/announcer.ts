/**
 * What becomes of a restore is written to its status, and every change of it is told by events. Invariant: nothing is
 * written twice.
 */
import type { OperatorWorld, RestoreView } from "../../compose.js";
import { explain } from "../../runtime/explain.js";
import type { Neo4jRestoreStatus } from "../../spec/types.js";
import { eventsOf } from "./events.js";
import type { Log } from "./log.js";
import { same, troubled } from "./status.js";

export class Announcer {
  constructor(
    private readonly resources: OperatorWorld["resources"],
    private readonly log: Log,
  ) {}

  async show(view: RestoreView, status: Neo4jRestoreStatus): Promise<void> {
    if (same(view.status, status)) return;
    const written = await this.resources.writeStatus(view, status);
    if (!written)
      this.log("warn", "the resource does not fit its schema: its status is told by events alone", {
        ...{ namespace: view.namespace, restore: view.name, phase: status.phase },
      });
    for (const event of eventsOf(view.status, status)) await this.resources.tell(view, event);
  }

  /** What keeps the operator from working for it, unless its run has a word of its own. */
  async complain(view: RestoreView, error: unknown, now: number): Promise<void> {
    const { reason, message } = explain(error) ?? { reason: "InProgress", message: String(error) };
    if (view.status?.phase !== "Running") await this.show(view, troubled(view, now, reason, message));
  }
}
