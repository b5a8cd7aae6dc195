/** Reading what the restore Job left in its termination message. Figures are measured or absent, never invented. */
import type { JobView } from "../../plan/observation.js";
import { scriptExit } from "../../plan/script-exit.js";
import { storeFailure } from "../../plan/store-failure.js";
import { isWhole, parseReport } from "../../plan/volume-command.js";
import type { Fault } from "../faults.js";
import type { Reason } from "../reasons.js";
import type { Context, Move } from "../step.js";
import { type FailedJob, jobFailure } from "./job.js";
import type { Facts, RestoredFacts } from "../state.js";

const byExit: Readonly<Record<number, Reason>> = {
  [scriptExit.artifactNotFound]: "ArtifactNotFound",
  [scriptExit.artifactAmbiguous]: "ArtifactNotFound",
  [scriptExit.artifactInvalid]: "ArtifactInvalid",
  [scriptExit.storeUnread]: "ArtifactInvalid",
  [scriptExit.diskHeadroom]: "DiskHeadroom",
  [scriptExit.inconsistent]: "BackupInconsistent",
  [scriptExit.noFingerprint]: "FingerprintMissing",
  [scriptExit.swapRefused]: "SwapFailed",
  [scriptExit.pointUnreachable]: "PointNotReachable",
  [scriptExit.chainBroken]: "ChainBroken",
  [scriptExit.stagedFormat]: "ArtifactInvalid",
  [scriptExit.decryption]: "DecryptionFailed",
  [scriptExit.bucketNotFound]: "BucketNotFound",
  [scriptExit.lockHeld]: "VolumeBusy",
};

/** @param inStore the backup was read from a store, not from a claim. */
export function jobFailureOf(context: Context, failed: FailedJob, inStore: boolean, what: string): Move {
  const { job } = failed;
  const reason = failureReason(job);
  const fromAdmin = reason === "JobFailed" || reason === "ArtifactInvalid";
  if (!inStore || !fromAdmin || job.endReason === "OOMKilled")
    return jobFailure(context, failed, reason, what);
  const said = parseReport(job.terminationMessage ?? "")["said"];
  const why = storeFailure([...(said === undefined ? [] : [said]), ...job.lastLines].join("\n"));
  return why
    ? jobFailure(context, failed, why.reason, `${what}: ${why.message}`)
    : jobFailure(context, failed, reason, what);
}

function failureReason(job: JobView): Reason {
  if (job.endReason === "DeadlineExceeded") return "TimedOut";
  return (job.exitCode === undefined ? undefined : byExit[job.exitCode]) ?? "JobFailed";
}

/** What the rehearsal has found and read. */
export function inspectedOf(
  job: JobView,
): Pick<Facts, "artifact" | "base" | "originalDatabase" | "artifactTime"> {
  const { inspect } = reportOf(job);
  const original = cellOf(inspect, /^DATABASE$/);
  const time = instantOf(cellOf(inspect, /^TIME\b/));
  return {
    ...foundOf(job),
    ...(original === undefined ? {} : { originalDatabase: original }),
    ...(time === undefined ? {} : { artifactTime: time }),
  };
}

/** What a Job has taken, for the next one to take the same. */
export function foundOf(job: JobView): Pick<Facts, "artifact" | "base"> {
  const { artifact, base } = reportOf(job);
  return { ...(artifact === undefined ? {} : { artifact }), ...(base === undefined ? {} : { base }) };
}

export function restoredOf(job: JobView): { readonly facts: RestoredFacts } | { readonly fault: Fault } {
  const report = reportOf(job);
  const info = infoOf(report["info"]);
  const { artifact } = report;
  if (artifact === undefined || info.lastCommittedTxn === undefined) {
    return {
      fault: {
        kind: "terminal",
        reason: "FingerprintMissing",
        message: `Job ${job.name} succeeded but left no fingerprint of the restored store`,
        evidence: { lastLines: job.lastLines },
      },
    };
  }
  const artifactTime = instantOf(cellOf(report["inspect"], /^TIME\b/)) ?? instantOf(artifact);
  const original = cellOf(report["inspect"], /^DATABASE$/);
  return {
    facts: {
      artifact,
      lastCommittedTxn: info.lastCommittedTxn,
      ...(info.storeFormat === undefined ? {} : { storeFormat: info.storeFormat }),
      ...figure("artifactBytes", report["artifact_bytes"]),
      ...figure("storeBytes", report["store_bytes"]),
      ...figure("files", report["files"]),
      ...figure("seconds", report["restore_seconds"]),
      ...(artifactTime === undefined ? {} : { artifactTime }),
      ...(original === undefined ? {} : { originalDatabase: original }),
      ...(report["until"] ? { until: report["until"] } : {}),
      ...figure("gapSeconds", report["gap_seconds"]),
      checked: report["checked"] === "yes",
      swapped: report["swapped"] === "yes",
      metadataScript: report["metadata_script"] === "yes",
    },
  };
}

/**
 * What the servers will be seeded with, from inspect alone: its last transaction, or at a point in time the one
 * beyond which it cannot go.
 */
export function seedOf(
  job: JobView,
  cut: boolean,
): { readonly facts: RestoredFacts } | { readonly fault: Fault } {
  const { artifact, inspect, until } = reportOf(job);
  const last = Number(cellOf(inspect, /^HIGHEST TX$/) ?? NaN);
  if (artifact === undefined || !Number.isSafeInteger(last) || last < 1) {
    return {
      fault: {
        kind: "terminal",
        reason: "FingerprintMissing",
        message: `backup inspect in Job ${job.name} told no last transaction of the artifact, so what the servers make of it could not be proven`,
        evidence: { lastLines: job.lastLines },
      },
    };
  }
  const artifactTime = instantOf(cellOf(inspect, /^TIME\b/)) ?? instantOf(artifact);
  const original = cellOf(inspect, /^DATABASE$/);
  return {
    facts: {
      artifact,
      ...(cut ? { lastCommittedTxn: 1, atMostTxn: last } : { lastCommittedTxn: last }),
      ...(artifactTime === undefined ? {} : { artifactTime }),
      ...(original === undefined ? {} : { originalDatabase: original }),
      ...(until ? { until } : {}),
      ...{ checked: false, swapped: false, metadataScript: false },
    },
  };
}

/** Of one that was cut, nothing counts: half a path is another one. */
export function reportOf({ terminationMessage = "" }: JobView): Readonly<Record<string, string>> {
  return isWhole(terminationMessage) ? parseReport(terminationMessage) : {};
}

function figure<K extends string>(key: K, text: string | undefined): { readonly [P in K]?: number } {
  const value = Number(text ?? NaN);
  return Number.isFinite(value) ? ({ [key]: value } as { readonly [P in K]?: number }) : {};
}

/** `neo4j-admin database info --format=json`: one object, or an array of one. */
function infoOf(text: string | undefined): {
  readonly lastCommittedTxn?: number;
  readonly storeFormat?: string;
} {
  const transaction = /"lastCommittedTransaction(?:Id)?"\s*:\s*"?(\d+)/.exec(text ?? "")?.[1];
  const format = /"storeFormat"\s*:\s*"([^"]*)"/.exec(text ?? "")?.[1];
  return {
    ...(transaction === undefined ? {} : { lastCommittedTxn: Number(transaction) }),
    ...(format === undefined ? {} : { storeFormat: format }),
  };
}

/** A time as inspect's UTC column has it, or as it ends an artifact's name. */
function instantOf(text: string | undefined): string | undefined {
  const match = /(\d{4}-\d{2}-\d{2})T(\d{2})[-:](\d{2})[-:](\d{2})(?:\.backup)?$/.exec(text ?? "");
  return match ? `${match[1]}T${match[2]}:${match[3]}:${match[4]}Z` : undefined;
}

/** A column of the artifact (the last one of a chain) in inspect's table, by its header. Rows are joined by `~`. */
function cellOf(table: string | undefined, name: RegExp): string | undefined {
  const rows = (table ?? "").split("~").map((row) => row.split("|").map((cell) => cell.trim()));
  const header = rows.find((row) => row.includes("DATABASE"));
  const column = header?.findIndex((cell) => name.test(cell)) ?? -1;
  const data = rows.findLast((row) => row !== header && row.some((cell) => cell.endsWith(".backup")));
  return column >= 0 ? data?.[column] : undefined;
}
