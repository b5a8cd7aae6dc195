/**
 * The Job of a hook: exactly the container that the user wrote, once, with a deadline. Kubernetes' own
 * expansion of `$(VAR)` is kept there because the user wrote for it.
 */
import { defaults } from "../spec/defaults.js";
import { parseDuration } from "../spec/duration.js";
import type { RestoreHookJob } from "../spec/types.js";
import { jobName, ourLabels } from "./names.js";
import type { JsonObject } from "./observation.js";

/** The user of Neo4j's own images. */
export const neo4jUser = 7474;

/** options.preRestore/postRestore.job.timeout, where unset. */
export const defaultHookTimeoutMs = 30 * 60_000;

/** Kubernetes ends a hook that much later by itself: only where nobody drives the run by then. */
const headStartMs = 60_000;

export function hookTimeoutMs(hook: RestoreHookJob): number {
  return hook.timeout === undefined
    ? defaultHookTimeoutMs
    : (parseDuration(hook.timeout) ?? defaultHookTimeoutMs);
}

export function renderHookJob(job: {
  readonly restore: string;
  readonly namespace: string;
  readonly runId: string;
  readonly role: "pre-restore-hook" | "post-restore-hook";
  readonly labels: Readonly<Record<string, string>>;
  readonly hook: RestoreHookJob;
  readonly imagePullSecrets: readonly string[];
  /** The user that a container must have where its namespace admits none of root; else the image's own. */
  readonly user: number | undefined;
  /** Its namespace takes no container without requests and limits, for which a hook has no field. */
  readonly bounded: boolean;
}): JsonObject {
  const { container, backoffLimit } = job.hook.template;
  const labels = { ...job.labels, ...ourLabels(job.restore, job.runId, job.role) };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: jobName(job.restore, job.role), namespace: job.namespace, labels },
    spec: {
      // What a driver that was replaced has sent makes a Job that nobody starts.
      suspend: true,
      backoffLimit: backoffLimit ?? defaults.hookBackoffLimit,
      activeDeadlineSeconds: Math.ceil((hookTimeoutMs(job.hook) + headStartMs) / 1000),
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          enableServiceLinks: false,
          automountServiceAccountToken: false,
          imagePullSecrets: job.imagePullSecrets.map((name) => ({ name })),
          securityContext: {
            seccompProfile: { type: "RuntimeDefault" },
            ...(job.user === undefined ? {} : { runAsNonRoot: true, runAsUser: job.user }),
          },
          containers: [
            {
              name: "hook",
              image: container.image,
              ...(container.command ? { command: container.command } : {}),
              ...(container.args ? { args: container.args } : {}),
              ...(container.env ? { env: container.env.map(envEntry) } : {}),
              ...(job.bounded ? { resources: hookResources } : {}),
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            },
          ],
        },
      },
    },
  };
}

/** Enough for cypher-shell. */
const hookResources: JsonObject = {
  requests: { cpu: "100m", memory: "256Mi" },
  limits: { cpu: "1", memory: "512Mi" },
};

type EnvVar = NonNullable<RestoreHookJob["template"]["container"]["env"]>[number];

function envEntry(env: EnvVar): JsonObject {
  const selector = (ref: {
    readonly name: string;
    readonly key: string;
    readonly optional?: boolean;
  }): JsonObject => ({
    name: ref.name,
    key: ref.key,
    ...(ref.optional === undefined ? {} : { optional: ref.optional }),
  });
  const { secretKeyRef, configMapKeyRef } = env.valueFrom ?? {};
  return {
    name: env.name,
    ...(env.value === undefined ? {} : { value: env.value }),
    ...(secretKeyRef ? { valueFrom: { secretKeyRef: selector(secretKeyRef) } } : {}),
    ...(configMapKeyRef ? { valueFrom: { configMapKeyRef: selector(configMapKeyRef) } } : {}),
  };
}
