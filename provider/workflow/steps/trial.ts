/**
 * The trial: everything that the run will make is asked for by dry run before anything is touched, hooks after the
 * restore included. Containers are first asked for as they are meant to be; only where a namespace refuses that,
 * with a limit for everything, which quotas may demand and which a hook has no field for.
 */
import type { CloudAccess } from "../../plan/cloud.js";
import { jobPaths } from "../../plan/restore-job.js";
import { jobIdentity } from "../../plan/staging.js";
import { volumeCommand } from "../../plan/volume-command.js";
import type { JsonObject } from "../../plan/observation.js";
import { actingInJob } from "../acting.js";
import { once, resultOf, type Context, type Move } from "../step.js";
import type { Effect } from "../effects.js";
import type { Facts } from "../state.js";
import { isOffline } from "../subject.js";
import { hookManifests } from "./hooks.js";
import { restoreManifest } from "./restore.js";
import { tempClaimManifest } from "./temp-claim.js";
import { volumeManifest } from "./volume-job.js";

export interface Verdict {
  /** By the object's title, in Kubernetes' own words. */
  readonly refusals: Readonly<Record<string, string>>;
  /** Containers are admitted with limits only. */
  readonly bounded: boolean;
}

/** @returns what is still to be asked. @param context with the facts that preflight has found */
export function tryOut(context: Context): Move | undefined {
  const asked = once(context, effect(context, false));
  if (asked || isEmpty(refusalsOf(context, false))) return asked;
  return once(context, effect(context, true));
}

export function verdictOf(context: Context): Verdict {
  const refusals = refusalsOf(context, false);
  return isEmpty(refusals)
    ? { refusals, bounded: false }
    : { refusals: refusalsOf(context, true), bounded: true };
}

function effect(context: Context, bounded: boolean): Effect {
  return { kind: "tryOut", key: keyOf(bounded), manifests: manifests(withFacts(context, { bounded })) };
}

const keyOf = (bounded: boolean): string => (bounded ? "try-bounded" : "try");

const isEmpty = (record: object): boolean => Object.keys(record).length === 0;

function refusalsOf(context: Context, bounded: boolean): Verdict["refusals"] {
  const result = resultOf(context, keyOf(bounded));
  return result?.ok ? result.output : {};
}

function manifests(context: Context): readonly JsonObject[] {
  const claim = tempClaimManifest(context);
  return [
    ...(claim ? [claim] : []),
    restoreManifest(
      withoutAccount(context),
      context.state.facts.strategy === "seedURI" ? "rehearse" : "restore",
    ),
    ...(isOffline(context.state, context.request) ? [backManifest(context)] : []),
    ...hookManifests(context),
  ];
}

/** What puts the old store back while no server runs. */
function backManifest(context: Context): JsonObject {
  const { runId } = context.state;
  const { databaseName: database } = context.request.spec;
  const acting = actingInJob(context.state);
  return volumeManifest(context, volumeCommand("back", { data: jobPaths.data, runId, database, acting }));
}

/** No pod is taken with a ServiceAccount that is not there yet. */
function withoutAccount(context: Context): Context {
  const { source } = context.state.facts;
  if (source === undefined || jobIdentity(source)?.make !== true) return context;
  const { cloud, staging } = source;
  const logs = staging?.logs;
  return withFacts(context, {
    source: {
      ...source,
      ...(cloud ? { cloud: anonymous(cloud) } : {}),
      ...(logs?.cloud ? { staging: { logs: { ...logs, cloud: anonymous(logs.cloud) } } } : {}),
    },
  });
}

function anonymous({ identity: _yetToBeMade, ...access }: CloudAccess): CloudAccess {
  return access;
}

export function withFacts(context: Context, facts: Facts): Context {
  const { state } = context;
  return { ...context, state: { ...state, facts: { ...state.facts, ...facts } } };
}
