/**
 * Which way a restore goes, from what is known of target and database. The order of steps follows from it
 * (workflow/flows.ts). Pure; refusals name the reason and what to write instead.
 */
import type { RestoreRequest } from "../spec/request.js";

/** Strategies that this version carries out; the page's other ones belong to clusters. */
export type Strategy = "swap" | "inPlace" | "create";

export type StrategyChoice =
  { readonly ok: true; readonly strategy: Strategy } | { readonly ok: false; readonly message: string };

/** @param existed a database of that name exists, or may exist (the server does not answer). */
export function chooseStrategy(request: RestoreRequest, existed: boolean): StrategyChoice {
  const wanted = request.spec.options?.strategy ?? "auto";
  switch (wanted) {
    case "auto":
    case "swap":
    case "inPlace":
      if (!existed) return { ok: true, strategy: "create" };
      return { ok: true, strategy: wanted === "inPlace" ? "inPlace" : "swap" };
    case "designatedSeeder":
    case "seedURI":
    case "recreate":
      return {
        ok: false,
        message: `spec.options.strategy ${wanted} is for a cluster of several servers; this target is a standalone: write auto, swap or inPlace`,
      };
  }
}

/** Overwriting was agreed to. */
export function consented(request: RestoreRequest): boolean {
  return request.spec.force === true || request.spec.options?.replaceExisting === true;
}
