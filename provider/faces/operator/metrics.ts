/**
 * The operator's Prometheus metrics: what a person on call wants to know of restores, and the process's own. A registry
 * for each instance, nothing global.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { parseDuration } from "../../spec/duration.js";
import type { Meter } from "./meter.js";

export interface Metrics {
  readonly meter: Meter;
  readonly leads: (leading: boolean) => void;
  readonly text: () => Promise<{ readonly type: string; readonly text: string }>;
}

const minute = 60;
const hour = 60 * minute;

export function createMetrics(): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const registers = [register];
  const ended = new Counter({
    name: "neo4j_restore_runs_total",
    help: "Restores that ended, by phase and reason.",
    labelNames: ["phase", "reason"] as const,
    registers,
  });
  const duration = new Histogram({
    name: "neo4j_restore_duration_seconds",
    help: "Length of completed restores.",
    buckets: [5, 15, minute, 5 * minute, 15 * minute, hour, 3 * hour, 12 * hour],
    registers,
  });
  const interruption = new Histogram({
    name: "neo4j_restore_interruption_seconds",
    help: "How long databases took no writes.",
    buckets: [0.5, 1, 2, 3, 5, 10, 30, minute, 5 * minute, 30 * minute, 3 * hour],
    registers,
  });
  const errors = new Counter({
    name: "neo4j_restore_operator_errors_total",
    help: "Looks and tasks that failed outside of a restore's own outcome, by reason.",
    labelNames: ["reason"] as const,
    registers,
  });
  const underWay = new Gauge({
    name: "neo4j_restore_active",
    help: "Tasks that work for a restore at the moment.",
    registers,
  });
  const waiting = new Gauge({
    name: "neo4j_restore_queue_depth",
    help: "Restores that wait to be looked at, or behind another of their target.",
    registers,
  });
  const leader = new Gauge({
    name: "neo4j_restore_operator_leader",
    help: "1 where this replica works, 0 where it waits.",
    registers,
  });
  const observe = (histogram: Histogram, text: string | undefined): void => {
    const ms = text === undefined ? undefined : parseDuration(text);
    if (ms !== undefined) histogram.observe(ms / 1000);
  };
  return {
    meter: {
      ended: ({ status, failure }) => {
        const ready = status.conditions?.find(({ type }) => type === "Ready");
        ended.inc({ phase: status.phase, reason: failure?.reason ?? ready?.reason ?? "" });
        if (status.phase !== "Completed") return;
        observe(duration, status.stats?.duration);
        observe(interruption, status.stats?.interruption);
      },
      failed: (reason) => errors.inc({ reason }),
      waiting: (count) => waiting.set(count),
      active: (count) => underWay.set(count),
    },
    leads: (leading) => leader.set(leading ? 1 : 0),
    text: async () => ({ type: register.contentType, text: await register.metrics() }),
  };
}
