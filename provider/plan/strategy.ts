/**
 * Which way a restore goes, from what is known of target and database. The order of steps follows from it
 * (workflow/flows.ts). Pure; refusals name the reason and what to write instead.
 */
import type { RestoreRequest } from "../spec/request.js";

export type Strategy = "swap" | "inPlace" | "create" | "designatedSeeder" | "seedURI" | "recreate";

export type StrategyChoice =
  { readonly ok: true; readonly strategy: Strategy } | { readonly ok: false; readonly message: string };

/** What decides, beside the request. */
export interface Circumstances {
  /** A database of that name exists, or may exist (the server does not answer). */
  readonly existed: boolean;
  /** Another server may hold a copy of it: a store that is merely swapped and started could lose against that. */
  readonly several: boolean;
}

export function chooseStrategy(request: RestoreRequest, { existed, several }: Circumstances): StrategyChoice {
  const wanted = request.spec.options?.strategy ?? "auto";
  switch (wanted) {
    case "auto":
    case "swap":
    case "inPlace":
      if (several && wanted !== "auto") return { ok: false, message: onlyAlone(wanted) };
      if (several) return { ok: true, strategy: "designatedSeeder" };
      if (!existed) return { ok: true, strategy: "create" };
      return { ok: true, strategy: wanted === "inPlace" ? "inPlace" : "swap" };
    case "designatedSeeder":
    case "recreate":
      if (!several) return { ok: false, message: onlyCluster(wanted) };
      // There is nothing to recreate in place of a database that does not exist.
      return { ok: true, strategy: existed ? wanted : "designatedSeeder" };
    case "seedURI":
      return several ? { ok: true, strategy: wanted } : { ok: false, message: onlyCluster(wanted) };
  }
}

function onlyCluster(wanted: string): string {
  return `spec.options.strategy ${wanted} is for a cluster of several servers; this target has one: write auto, swap or inPlace`;
}

function onlyAlone(wanted: string): string {
  return `spec.options.strategy ${wanted} is for a target of one server; on a cluster of several, another server's old copy could win: write auto, designatedSeeder or recreate`;
}

/** Whether its steps move stores by renaming, so that there is an old one aside. */
export function setsAside(strategy: Strategy | undefined): boolean {
  return strategy === "swap" || strategy === "designatedSeeder" || strategy === "recreate";
}

/** The other copies went: what was set aside is the only old one, and goes by `discard` alone. */
export function keepsOnlyCopy(strategy: Strategy | undefined): boolean {
  return strategy === "designatedSeeder" || strategy === "recreate";
}

/** Its database comes from a server's store or from a URI, by a call to the servers: not by starting what lies there. */
export function comesFromSeed(strategy: Strategy | undefined): boolean {
  return keepsOnlyCopy(strategy) || strategy === "seedURI";
}

/** Overwriting was agreed to. */
export function consented(request: RestoreRequest): boolean {
  return request.spec.force === true || request.spec.options?.replaceExisting === true;
}
