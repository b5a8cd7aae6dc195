/**
 * One process that drives restores: its own view of the world's ports, through which calls take time, fail,
 * and end for ever when the process dies. Invariant: a dead driver makes no further call and gets no further
 * answer; its death comes right after an effect, before the effect's answer.
 */
import type { Ports } from "../../../provider/workflow/ports.js";
import { isLook } from "./script.js";
import { size } from "./size.js";
import type { Call, Faults } from "./faults.js";
import type { Transit } from "./transit.js";
import type { VirtualClock } from "./virtual-clock.js";

/** Calls that change something; everything else only looks. Renewing a lease is not worth a death. */
const effectful = new Set([
  ...[
    "hold",
    "releaseHold",
    "saveReturnState",
    "protectClaims",
    "scale",
    "create",
    "startJob",
    "deleteJob",
    "deleteClaim",
    "exec",
  ].map((name) => `kubernetes.${name}`),
  ...["stop", "start", "create", "drop", "recreate", "giveAttachments", "setAccess", "run"].map(
    (name) => `neo4j.${name}`,
  ),
  ...["save", "requestCancel", "remove", "keep", "writeLedger", "releaseLease"].map(
    (name) => `journal.${name}`,
  ),
]);

/** Ports that say in the first moment what they have read, or over which line they speak. */
const readsFirst = /^(neo4j\.|kubernetes\.(hold|releaseHold|protectClaims)$|journal\.writeLedger$)/;

/** A call that changes something. */
export function isEffect(call: Call): boolean {
  const looksOnly = call.name === "kubernetes.exec" && isLook(call.args[3] as readonly string[]);
  return effectful.has(call.name) && !looksOnly;
}

export interface DriverWorld {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly transit: Transit;
  readonly afterEffect: (call: Call) => void;
}

export class Driver {
  /** Effects so far, and what they were. */
  readonly effects: string[] = [];
  readonly died: Promise<void>;
  private dead = false;
  private asleepUntil = 0;
  /** For so long its monotonic clock stood still. */
  private stoodStill = 0;
  private bury: () => void = () => undefined;

  constructor(
    readonly name: string,
    private readonly world: DriverWorld,
    private readonly crashAfter: number | undefined,
  ) {
    this.died = new Promise((resolve) => {
      this.bury = resolve;
    });
  }

  get alive(): boolean {
    return !this.dead;
  }

  /** The whole process stands still until then (a suspended laptop). */
  sleepUntil(instant: number): void {
    this.asleepUntil = instant;
  }

  /** The machine sleeps, and its monotonic clock with it. */
  suspend(ms: number): void {
    this.sleepUntil(this.world.clock.now() + ms);
    this.stoodStill += ms;
  }

  kill(): void {
    size.deaths += this.dead ? 0 : 1;
    this.dead = true;
    this.bury();
  }

  wrap(ports: Omit<Ports, "clock">): Ports {
    const { clock } = this.world;
    return {
      kubernetes: this.guard("kubernetes", ports.kubernetes),
      neo4j: this.guard("neo4j", ports.neo4j),
      journal: this.guard("journal", ports.journal),
      clock: {
        now: () => clock.now(),
        monotonic: () => clock.monotonic() - (clock.now() < this.asleepUntil ? 0 : this.stoodStill),
        wait: async (until, signal) => {
          await clock.wait(until, signal);
          await this.breathe();
        },
      },
      newId: ports.newId,
    };
  }

  private guard<Port extends object>(kind: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, key): unknown => {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== "function") return member;
        return (...args: readonly unknown[]) =>
          this.call({ driver: this.name, name: `${kind}.${String(key)}`, args }, () =>
            Promise.resolve(Reflect.apply(member, target, args) as unknown),
          );
      },
    });
  }

  private async call(call: Call, perform: () => Promise<unknown>): Promise<unknown> {
    const { faults } = this.world;
    if (call.name === "kubernetes.changed") {
      await this.breathe();
      await perform();
      await this.breathe();
      return undefined;
    }
    await this.pause(faults.latency(call, "before"));
    const early = faults.fault(call, "before");
    if (early) {
      await this.pause(faults.latency(call, "after"));
      throw early;
    }
    const way = faults.way(call);
    const arrived =
      way === undefined || readsFirst.test(call.name)
        ? this.world.transit.send(way, perform)
        : way.then(perform);
    const answer = await arrived.then(
      (value) => ({ ok: true, value }) as const,
      (error: unknown) => ({ ok: false, error }) as const,
    );
    if (answer.ok) this.count(call);
    await this.pause(faults.latency(call, "after"));
    if (!answer.ok) throw answer.error;
    const late = faults.fault(call, "after");
    if (late) throw late;
    return answer.value;
  }

  private count(call: Call): void {
    if (!isEffect(call) || this.dead) return;
    this.effects.push(call.name);
    size.effects++;
    this.world.afterEffect(call);
    if (this.effects.length === this.crashAfter) this.kill();
  }

  private async pause(ms: number): Promise<void> {
    if (ms <= 0 && !this.dead && this.asleepUntil <= this.world.clock.now()) return;
    await this.breathe();
    await this.world.clock.sleep(ms);
    await this.breathe();
  }

  /** Where sleepers wait and the dead stay. */
  private async breathe(): Promise<void> {
    await this.world.clock.sleep(this.asleepUntil - this.world.clock.now());
    if (this.dead) await new Promise<never>(() => undefined);
  }
}
