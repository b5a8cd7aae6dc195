/** What a failed run shows of the other side: its own words, and how the log of its Job ended. Pure. */
import type { Observation } from "../plan/observation.js";
import type { Fault } from "./faults.js";
import type { RunState } from "./state.js";

const shownLines = 5;

/** Neo4j's or Kubernetes' text, unless the outcome's message has it already. */
export function ownWords({ fault, outcome }: RunState): readonly string[] {
  const { text = "" } = fault?.evidence ?? {};
  return outcome?.message.includes(text) === true ? [] : [`in its own words: ${text}`];
}

export function endOfLog({ fault }: RunState): readonly string[] {
  return (fault?.evidence?.lastLines ?? []).slice(-shownLines);
}

/** What this run's Job that is broken off has said until then: it is deleted, and its log with it. */
export function lastWords({ jobs = {} }: Observation, { runId }: RunState): Pick<Fault, "evidence"> {
  const lastLines = Object.values(jobs).flatMap((job) =>
    job !== "absent" && job.runId === runId && !job.over ? job.lastLines : [],
  );
  return lastLines.length > 0 ? { evidence: { lastLines } } : {};
}
