/**
 * What goes wrong between a driver and the world: calls that fail before or after their effect, answers that
 * come late. A rule applies to the calls it matches, from its `after`-th on, `times` times.
 */
import { RestoreFault } from "../../../provider/workflow/faults.js";
import type { FaultKind } from "../../../provider/workflow/faults.js";
import type { Reason } from "../../../provider/workflow/reasons.js";

export interface Call {
  readonly driver: string;
  /** Such as "kubernetes.scale" or "neo4j.stop". */
  readonly name: string;
  readonly args: readonly unknown[];
}

/** The journal lies there as well. */
export const ofKubernetes = ({ name }: Pick<Call, "name">): boolean => !name.startsWith("neo4j.");

export interface FaultRule {
  readonly call: string | ((call: Call) => boolean);
  /** before: nothing happened; after: it happened and the answer was lost. */
  readonly when: "before" | "after";
  readonly kind?: FaultKind;
  readonly reason?: Reason;
  readonly message?: string;
  /** What is thrown instead of a fault. */
  readonly error?: Error;
  /** How often (default 1). */
  readonly times?: number;
  /** Matching calls that still go well before that. */
  readonly after?: number;
}

export interface LatencyRule {
  readonly call: string | ((call: Call) => boolean);
  readonly ms: number | (() => number);
  /** Before or after the effect (default after). */
  readonly when?: "before" | "after";
  readonly times?: number;
  readonly after?: number;
}

/** A call that takes place only when it arrives; its driver waits for the answer, if it lives. */
export interface TransitRule {
  readonly call: (call: Call) => boolean;
  readonly arrives: Promise<void>;
}

interface Counted<Rule> {
  readonly rule: Rule;
  seen: number;
}

/** How long a call takes where no rule says otherwise. */
const usualMs = 2;

export class Faults {
  private readonly rules: Counted<FaultRule>[] = [];
  private readonly delays: Counted<LatencyRule>[] = [];
  private readonly transits: TransitRule[] = [];

  add(rule: FaultRule): void {
    this.rules.push({ rule, seen: 0 });
  }

  delay(rule: LatencyRule): void {
    this.delays.push({ rule, seen: 0 });
  }

  holdBack(rule: TransitRule): void {
    this.transits.push(rule);
  }

  way(call: Call): Promise<void> | undefined {
    return this.transits.find((rule) => rule.call(call))?.arrives;
  }

  clear(): void {
    this.rules.length = 0;
    this.delays.length = 0;
    this.transits.length = 0;
  }

  fault(call: Call, when: FaultRule["when"]): Error | undefined {
    const rule = firstDue(this.rules, call, when)?.rule;
    if (!rule || rule.error) return rule?.error;
    const neo4j = !ofKubernetes(call);
    const kind = rule.kind ?? (when === "after" && neo4j ? "outcomeUnknown" : "retry");
    const reason = rule.reason ?? (neo4j ? "ServerUnreachable" : "KubernetesUnreachable");
    return new RestoreFault(kind, reason, rule.message ?? `${call.name} was made to fail ${when} its effect`);
  }

  latency(call: Call, when: "before" | "after"): number {
    const ms = firstDue(this.delays, call, when)?.rule.ms ?? (when === "after" ? usualMs : 0);
    return typeof ms === "number" ? ms : ms();
  }
}

function firstDue<Rule extends FaultRule | LatencyRule>(
  rules: readonly Counted<Rule>[],
  call: Call,
  when: "before" | "after",
): Counted<Rule> | undefined {
  return rules.find((counted) => {
    const { rule } = counted;
    if ((rule.when ?? "after") !== when) return false;
    const matches = typeof rule.call === "string" ? rule.call === call.name : rule.call(call);
    if (!matches) return false;
    counted.seen++;
    const from = rule.after ?? 0;
    return counted.seen > from && counted.seen <= from + (rule.times ?? 1);
  });
}
