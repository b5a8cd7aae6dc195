/**
 * Time as the simulation knows it: it moves on only when everybody waits, from one event to the next.
 * Invariants: events of the same instant happen in the order in which they were asked for; nothing here looks
 * at the real clock, so a run is the same every time. `settle` tells a standstill from a wait.
 */
import type { Clock } from "../../../provider/workflow/ports.js";

/** Until everybody waits: a tick comes when no microtask is left, and costs no turn of the event loop. */
const tick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

interface Happening {
  readonly at: number;
  readonly happen: () => void;
}

/** 2026-03-01T00:00:00Z */
export const beginning = Date.UTC(2026, 2, 1);
const mostHappenings = 400_000;
const longestStory = 60 * 24 * 3_600_000;

export class VirtualClock implements Clock {
  private time = beginning;
  private readonly agenda: Happening[] = [];
  private past = 0;

  /**
   * @param afterEach is called after every event
   * @param turn ends when everybody waits; where somebody waits for a real socket it is a turn of the event loop
   */
  constructor(
    private readonly afterEach: () => void,
    private readonly turn: () => Promise<void> = tick,
  ) {}

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time - beginning;
  }

  iso(): string {
    return new Date(this.time).toISOString();
  }

  after(ms: number, happen: () => void): void {
    const entry = { at: this.time + Math.max(0, ms), happen };
    let place = this.agenda.length;
    while (place > 0 && (this.agenda[place - 1]?.at ?? 0) > entry.at) place--;
    this.agenda.splice(place, 0, entry);
  }

  sleep(ms: number): Promise<void> {
    return ms <= 0 ? Promise.resolve() : new Promise((resolve) => this.after(ms, resolve));
  }

  wait(until: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || until <= this.time) return Promise.resolve();
    return new Promise((resolve) => {
      const over = (): void => {
        signal.removeEventListener("abort", over);
        resolve();
      };
      signal.addEventListener("abort", over, { once: true });
      this.after(until - this.time, over);
    });
  }

  /** Lets time pass until the work is done. */
  async settle<T>(work: Promise<T>): Promise<T> {
    const state = { done: false };
    const end = (): void => void (state.done = true);
    work.then(end, end);
    await this.turn();
    while (!state.done) {
      this.step();
      await this.turn();
    }
    return work;
  }

  /** Lets this much time pass. */
  async pass(ms: number): Promise<void> {
    await this.settle(this.sleep(ms));
  }

  private step(): void {
    const next = this.agenda.shift();
    if (!next) throw new Error("the simulation stands still: somebody waits for what will never happen");
    this.time = next.at;
    if (++this.past > mostHappenings) throw new Error("the simulation does not end: too many events");
    if (this.time - beginning > longestStory)
      throw new Error("the simulation does not end: 60 days are over");
    next.happen();
    this.afterEach();
  }
}
