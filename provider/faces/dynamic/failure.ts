// Failures as the engine's host wants them. A failed run is an error with `id`, `properties` and `reasons`: the engine
// then keeps the resource and calls update the next time. Any other error must not have an `id`, or the host would
// take it for a run and store a resource without properties.

import type { RunReport } from "../../runtime/engine.js";
import { idOf, outputsOf, type Properties } from "./properties.js";

export class RestoreFailed extends Error {
  override readonly name = "RestoreFailed";
  readonly id: string;
  readonly properties: Properties;
  /** What the user sees, one bullet each; the engine hides an error's own message. */
  readonly reasons: readonly string[];

  constructor(
    inputs: Properties,
    report: RunReport,
    { reason, message, hints }: NonNullable<RunReport["failure"]>,
  ) {
    super(`${reason}: ${message}`);
    this.id = idOf(report);
    this.properties = outputsOf(inputs, report);
    this.reasons = [this.message, ...hints];
  }
}

/** An error that says its message and nothing else. The host prints a stack where there is one, for nobody's use. */
export function plainError(error: unknown): Error {
  const plain = new Error(error instanceof Error ? error.message : String(error), { cause: error });
  plain.name = "neo4j-restore";
  plain.stack = "";
  return plain;
}
