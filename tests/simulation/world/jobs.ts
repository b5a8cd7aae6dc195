/**
 * Jobs and their one pod: it starts after a while or is kept from it, runs our script or a hook, and ends by
 * itself, at its deadline, by deletion or because a story kills it. Invariant: while its container runs it is
 * in nobody's view `over`, and what it did to a volume before its end stays done.
 */
import type { JobView, JsonObject } from "../../../provider/plan/observation.js";
import type { Claims } from "./claims.js";
import { deadlineOf, hookProcess, inTurn, type JobBehaviour, turnOf } from "./job-behaviour.js";
import { argvOf, listAt, mountsOf, namesEachClaimOnce, nodeOf, objectAt } from "./manifests.js";
import { Output, type Process } from "./process.js";
import type { Making } from "./restore-verb.js";
import { scriptProcess, verbOf } from "./script.js";
import { stage } from "./staging.js";
import { verbProcess } from "./volume-verbs.js";
import type { VirtualClock } from "./virtual-clock.js";
import type { Volume } from "./volume.js";

interface Job {
  readonly name: string;
  readonly uid: string;
  readonly run: string;
  readonly argv: readonly string[];
  readonly mounts: ReadonlyMap<string, string>;
  readonly namesClaimsOnce: boolean;
  /** The container that stages before. */
  readonly staging:
    { readonly argv: readonly string[]; readonly mounts: ReadonlyMap<string, string> } | undefined;
  readonly behaviour: JobBehaviour;
  readonly node: string;
  readonly turn: number | undefined;
  /** It has no pod until it is told to start. */
  suspended: boolean;
  readonly deadlineSeconds: number | undefined;
  /** Its one pod; undefined once somebody has deleted it. */
  pod: string | undefined;
  readonly out: Output;
  process: Process | undefined;
  terminating: boolean;
  startedAt?: string;
  end?: { readonly at: string; readonly code: number; readonly reason: string };
}

export interface JobsWorld {
  readonly clock: VirtualClock;
  readonly claims: Claims;
  readonly stores: ReadonlyMap<string, Volume>;
  readonly behaviour: (component: string) => JobBehaviour;
  readonly changed: () => void;
  readonly freshSet: () => string;
  readonly hookBegins: (job: string, run: string) => void;
  /** Where the scheduler puts what may run anywhere. */
  readonly anyNode: () => string;
}

/** Time between a container's SIGTERM and its end. */
const graceMs = 700;
/** Time between the end of a deleted Job's container and that of its object. */
const lingerMs = 300;

export class Jobs {
  private readonly jobs = new Map<string, Job>();
  /** Hooks whose container has begun to run, each time. */
  readonly hooksBegun: string[] = [];
  private made = 0;

  constructor(private readonly world: JobsWorld) {}

  runOf(name: string): string | undefined {
    return this.jobs.get(name)?.run;
  }

  /** Also of a pod that is none of a Job that is there. */
  podEnded(pod: string): boolean {
    const job = [...this.jobs.values()].find((one) => one.pod === pod);
    return job === undefined || job.end !== undefined;
  }

  names(): readonly string[] {
    return [...this.jobs.keys()];
  }

  /** Jobs with a container that runs or may come to run. */
  unfinished(): readonly {
    readonly name: string;
    readonly run: string;
    readonly claims: readonly string[];
    readonly started: boolean;
  }[] {
    return [...this.jobs.values()]
      .filter((job) => !job.end)
      .map(({ name, run, mounts, startedAt }) => ({
        ...{ name, run, claims: [...mounts.values()] },
        started: startedAt !== undefined,
      }));
  }

  create(name: string, run: string, component: string, manifest: JsonObject): void {
    const spec = objectAt(manifest, "spec");
    const pod = objectAt(objectAt(spec, "template"), "spec");
    const container = listAt(pod, "containers")[0] ?? {};
    const before = listAt(pod, "initContainers")[0];
    const job: Job = {
      name,
      run,
      uid: `uid-job-${++this.made}`,
      argv: argvOf(container),
      mounts: mountsOf(pod, container),
      staging: before && { argv: argvOf(before), mounts: mountsOf(pod, before) },
      behaviour: this.world.behaviour(component),
      node: nodeOf(pod) ?? this.world.anyNode(),
      turn: turnOf(manifest),
      suspended: spec["suspend"] === true,
      deadlineSeconds: deadlineOf(manifest),
      namesClaimsOnce: namesEachClaimOnce(pod),
      // Never one that was there before.
      pod: `${name}-pod${this.made}`,
      out: new Output(),
      process: undefined,
      terminating: false,
    };
    this.jobs.set(name, job);
    if (!job.suspended) this.schedule(job);
    this.world.changed();
  }

  /** @returns whether it is still the same */
  start(name: string, uid: string): boolean {
    const job = this.jobs.get(name);
    if (job?.uid !== uid) return false;
    if (job.suspended && !job.terminating) {
      job.suspended = false;
      this.schedule(job);
    }
    this.world.changed();
    return true;
  }

  /** Its deadline counts from here. */
  private schedule(job: Job): void {
    const { clock } = this.world;
    if (job.deadlineSeconds !== undefined)
      clock.after(job.deadlineSeconds * 1000, () => this.kill(job, 143, "DeadlineExceeded"));
    if (this.blockerOf(job) === undefined && job.namesClaimsOnce)
      clock.after(job.behaviour.startMs, () => this.begin(job));
  }

  /** Foreground deletion: done when no container runs any more. */
  async delete(name: string): Promise<void> {
    const job = this.jobs.get(name);
    if (!job) return;
    if (!job.end && job.process) await this.world.clock.sleep(graceMs);
    this.kill(job, 143, "Error");
    job.terminating = true;
    this.world.changed();
    // The object goes a little after its last container, as with a real API server.
    this.world.clock.after(lingerMs, () => {
      if (this.jobs.get(name) === job) this.jobs.delete(name);
      this.world.changed();
    });
  }

  kill(job: Job, code: number, reason: string): void {
    if (job.end || this.jobs.get(job.name) !== job) return;
    job.process?.return(code);
    this.finish(job, code, reason);
  }

  killByName(name: string, code: number, reason: string): void {
    const job = this.jobs.get(name);
    if (job) this.kill(job, code, reason);
  }

  view(name: string): JobView | undefined {
    const job = this.jobs.get(name);
    if (!job) return undefined;
    const blocker = this.blockerOf(job);
    return {
      name,
      uid: job.uid,
      runId: job.run,
      ...(job.suspended ? { suspended: true } : {}),
      ...(job.turn === undefined ? {} : { turn: job.turn }),
      terminating: job.terminating,
      over: job.end !== undefined,
      succeeded: job.end?.code === 0,
      started: job.startedAt !== undefined,
      ...(job.startedAt === undefined ? {} : { startedAt: job.startedAt }),
      ...(job.startedAt === undefined || job.pod === undefined ? {} : { pod: job.pod }),
      ...(job.end ? { finishedAt: job.end.at, endReason: job.end.reason } : {}),
      // With its pod went what it had to say.
      ...(job.end && job.pod !== undefined ? { exitCode: job.end.code } : {}),
      ...(job.end && job.pod !== undefined && job.out.report.length > 0
        ? { terminationMessage: job.out.report.join("\n") }
        : {}),
      // At its deadline Kubernetes removes the pod, and with it the log.
      lastLines:
        job.end?.reason === "DeadlineExceeded" || job.pod === undefined
          ? []
          : [...job.out.lines, ...job.out.errors].slice(-20),
      ...(blocker !== undefined && job.startedAt === undefined ? { blocker } : {}),
    };
  }

  private blockerOf(job: Job): string | undefined {
    if (job.behaviour.blocker !== undefined) return job.behaviour.blocker;
    const { claims } = this.world;
    const mounted = [...job.mounts.values()];
    const missing = mounted.find((claim) => !claims.has(claim));
    if (missing !== undefined) return `persistentvolumeclaim "${missing}" not found`;
    const elsewhere = mounted.find((claim) => !claims.attachesTo(claim, job.node));
    if (elsewhere !== undefined) return `Multi-Attach error for volume "${elsewhere}"`;
    return mounted.some((claim) => (claims.holder(claim) ?? job.name) !== job.name)
      ? "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
      : undefined;
  }

  private begin(job: Job): void {
    if (job.end || this.jobs.get(job.name) !== job) return;
    const { clock } = this.world;
    const { behaviour } = job;
    job.startedAt = clock.iso();
    if (verbOf(job.argv) === undefined) {
      this.hooksBegun.push(job.name);
      this.world.hookBegins(job.name, job.run);
    }
    for (const claim of job.mounts.values()) this.world.claims.use(claim, job.name, job.node);
    job.process = this.processOf(job);
    if (behaviour.vanishesAfterMs !== undefined) {
      clock.after(behaviour.vanishesAfterMs, () => {
        this.kill(job, 137, "Error");
        if (this.jobs.get(job.name) === job) this.jobs.delete(job.name);
        this.world.changed();
      });
    }
    if (behaviour.podVanishesAfterMs !== undefined) {
      clock.after(behaviour.podVanishesAfterMs, () => this.losePod(job));
    }
    if (behaviour.killedAfterMs !== undefined) {
      clock.after(behaviour.killedAfterMs, () => this.kill(job, 137, "OOMKilled"));
    }
    this.world.changed();
    this.advance(job);
  }

  private losePod(job: Job): void {
    if (job.end) return;
    job.pod = undefined;
    this.kill(job, 137, "BackoffLimitExceeded");
  }

  private advance(job: Job): void {
    if (job.end || !job.process) return;
    const next = job.process.next();
    if (next.done) this.finish(job, next.value, next.value === 0 ? "Completed" : "Error");
    else this.world.clock.after(next.value, () => this.advance(job));
  }

  private finish(job: Job, code: number, reason: string): void {
    job.end = { at: this.world.clock.iso(), code, reason };
    for (const claim of job.mounts.values()) this.world.claims.unuse(claim, job.name);
    this.world.changed();
  }

  private processOf(job: Job): Process {
    const mounts = this.volumesAt(job.mounts);
    const { clock, freshSet } = this.world;
    const { behaviour } = job;
    const surroundings = {
      who: `job ${job.name}`,
      argv: job.argv,
      pod: job.pod ?? job.name,
      mounts,
      now: () => clock.now(),
      out: job.out,
    };
    const making: Making = { restoreMs: behaviour.restoreMs, failAt: behaviour.failAt, freshSet };
    if (verbOf(job.argv) === undefined) return hookProcess(behaviour, job.out);
    const script = scriptProcess(surroundings, making);
    if (!script) throw new Error(`job ${job.name} has an argv that is not the constant script's`);
    if (!job.staging) return script;
    const { argv } = job.staging;
    const staging = { ...surroundings, argv, mounts: this.volumesAt(job.staging.mounts) };
    return inTurn(verbProcess(stage(staging), staging, true), script);
  }

  private volumesAt(claims: ReadonlyMap<string, string>): ReadonlyMap<string, Volume> {
    const volumes = new Map<string, Volume>(this.world.stores);
    for (const [path, claim] of claims) {
      const volume = this.world.claims.volume(claim);
      if (volume) volumes.set(path, volume);
    }
    return volumes;
  }
}
