/**
 * The controller: restores that may have changed are looked at one by one, each at most once at a time, and what is
 * due is begun; the work itself goes on beside it. Invariants: a look is short, work is a task; two tasks never work
 * for one restore; when told to stop, tasks are told to leave and waited for.
 */
import type { OperatorWorld, RestoreKey, RestoreView } from "../../compose.js";
import type { Standing } from "../../runtime/engine.js";
import { explain } from "../../runtime/explain.js";
import type { RestoreRequest } from "../../spec/request.js";
import { Announcer } from "./announcer.js";
import { decide, finalizer, givesBackOnly, isOrphan, type Action } from "./decide.js";
import type { Log } from "./log.js";
import { idOf, keyOf, Memories, noteSign, targetOf, waitsForMissing, type Memory } from "./memories.js";
import type { Meter } from "./meter.js";
import { KeyedQueue, looksAtOnce, pauseAfter } from "./queue.js";
import { requestOf } from "./request.js";
import { Sight } from "./sight.js";
import { accepted, deferred, endMark, markOf, observedOf, projected } from "./status.js";
import { startTask } from "./tasks.js";

/** What can become different while it works. */
export interface Circumstances {
  /** What stages backups. */
  readonly toolsImage: () => string | undefined;
  /** Why nothing new is begun in a namespace. */
  readonly lacking: (namespace: string) => string | undefined;
}

export class Controller {
  private readonly queue = new KeyedQueue();
  private readonly memories = new Memories();
  private wake: () => void = () => undefined;
  private stopping = false;
  private readonly sight: Sight;
  private readonly announcer: Announcer;

  constructor(
    private readonly world: OperatorWorld,
    private readonly log: Log,
    private readonly meter: Meter,
    private readonly circumstances: Circumstances,
  ) {
    this.sight = new Sight(log, meter);
    this.announcer = new Announcer(world.resources, log, meter);
  }

  /** Until the signal; then until every task has left. */
  async run(namespaces: readonly string[], signal: AbortSignal): Promise<void> {
    const { resources, clock } = this.world;
    const watching = resources.watch(
      namespaces,
      (changed) => this.onChange(changed),
      (line, trouble) => this.sight.onLine(line, trouble),
      signal,
    );
    const inHand = new Set<Promise<void>>();
    while (!signal.aborted) {
      const full = inHand.size >= looksAtOnce;
      const key = full ? undefined : this.queue.take(clock.now());
      if (key !== undefined) {
        const look = this.look(key).finally(() => {
          inHand.delete(look);
          this.wake();
        });
        inHand.add(look);
        continue;
      }
      this.meter.waiting(this.queue.depth + this.memories.waiting);
      this.meter.active(this.memories.tasks().length);
      await this.untilSomething(full ? undefined : this.queue.nextAt(), signal);
    }
    this.stopping = true;
    await Promise.all([watching, ...inHand]);
    const tasks = this.memories.tasks();
    tasks.forEach((task) => task.ask("leave"));
    await Promise.all(tasks.map(({ ended }) => ended));
    await Promise.all(this.memories.ids().map((key) => this.lastWords(key)));
  }

  /** What keeps it from seeing all that it looks after; undefined: nothing. */
  get blindness(): string | undefined {
    return this.sight.blindness;
  }

  /** What it may do, or knows of itself, has changed. */
  lookAgain(): void {
    this.onChange(undefined);
  }

  private onChange(changed: RestoreKey | undefined): void {
    if (changed) this.queue.add(idOf(changed));
    else for (const id of this.memories.ids()) this.queue.add(id);
    this.wake();
  }

  private async untilSomething(instant: number | undefined, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const end = (): void => over.abort();
    this.wake = end;
    signal.addEventListener("abort", end, { once: true });
    await this.world.clock.wait(instant ?? Number.MAX_SAFE_INTEGER, over.signal);
    signal.removeEventListener("abort", end);
  }

  private async look(id: string): Promise<void> {
    const { clock } = this.world;
    const key = keyOf(id);
    try {
      await this.reconcile(key, this.memories.of(key)).catch((error: unknown) =>
        this.announcer.unreadable(key, error, clock.now()),
      );
      this.queue.finish(id, "done", clock.now());
    } catch (error) {
      this.announcer.trouble(key, "looking at it failed", error);
      this.queue.finish(id, "failed", clock.now());
    }
  }

  private async reconcile(key: RestoreKey, memory: Memory): Promise<void> {
    const { engine, resources, clock } = this.world;
    const view = await resources.get(key);
    const standing = await engine.standing(key);
    const { task } = memory;
    memory.waits = waitsForMissing(standing);
    if (memory.waits) this.letBegin(key, task?.request);
    const observed = observedOf(memory.begun, task !== undefined, standing, view?.status);
    const { removed = false, orphanSince } = memory;
    const asked = view && requestOf(view.document, this.circumstances.toolsImage());
    const orphan = isOrphan(view) && standing?.active === true && !task;
    const drivenUntil = orphan ? await noteSign(memory, () => engine.driver(key), clock) : undefined;
    const now = clock.now();
    const ahead = asked?.ok === true ? this.aheadOf(key, asked.request) : undefined;
    const lacking = this.circumstances.lacking(key.namespace);
    const due = decide({
      ...{ view, asked, standing, task, observed, removed, ahead, lacking, now },
      ...{ orphanSince, drivenUntil },
    });
    const vain = givesBackOnly(due, view) && (await resources.isGoing(key.namespace));
    const action: Action = vain ? { do: "abandon" } : due;
    if (view) delete memory.orphanSince;
    else memory.orphanSince ??= clock.now();
    delete memory.behind;
    if (view && asked?.ok === true && action.do !== "refuse")
      await this.announcer.remark(view, asked.warnings, observed, memory);
    const note = action.do === "nothing" ? action.note : undefined;
    if (view && standing && !["refuse", "unmark", "queue", "hold"].includes(action.do))
      await this.announcer.show(view, projected(standing, observed, note));
    if (view && (action.do === "queue" || action.do === "hold"))
      await this.announcer.show(view, deferred(view, now, action, standing ? observed : view.generation));
    await this.act(key, memory, action, view, standing);
    const { namespace, name } = key;
    this.log("debug", "looked", { namespace, restore: name, revision: view?.revision, does: action.do });
  }

  private async act(
    key: RestoreKey,
    memory: Memory,
    action: Action,
    view: RestoreView | undefined,
    standing: Standing | undefined,
  ): Promise<void> {
    const { resources, clock } = this.world;
    const id = idOf(key);
    switch (action.do) {
      case "nothing":
        if (action.wakeAt !== undefined) this.queue.addAt(id, action.wakeAt);
        return;
      case "forget":
        this.memories.forget(key);
        this.queue.forget(id);
        return;
      case "mark":
        if (view) await resources.mark(view, finalizer, true);
        return;
      case "unmark":
        if (view) await resources.mark(view, finalizer, false);
        return;
      case "refuse": {
        const text = `${view?.generation ?? 0} ${action.reason} ${action.message}`;
        if (!view) return;
        // Marked by both at once; what a run of ours left behind still goes with the resource.
        if (action.reason === "ForeignController" && !standing && view.finalizers.includes(finalizer))
          await resources.mark(view, finalizer, false);
        if (memory.refused === text) return;
        await this.announcer.refuse(view, action.reason, action.message, clock.now());
        memory.refused = text;
        return;
      }
      case "hold":
        return;
      case "abandon":
        if (standing) this.announcer.abandoned(key, standing);
        await resources.letJournalGo(key);
        if (view?.finalizers.includes(finalizer) === true) await resources.mark(view, finalizer, false);
        return;
      case "queue":
        this.wait(key, memory, action.request);
        return;
      case "ask":
        memory.task?.ask(action.of);
        return;
      case "start":
        if (clock.now() < memory.notBefore) {
          this.queue.addAt(id, memory.notBefore);
          return;
        }
        if (view && !standing) await this.announcer.show(view, accepted(view, clock.now()));
        // Another look may have begun work on the target meanwhile.
        if (action.work === "run" && standing?.active !== true && this.aheadOf(key, action.request))
          this.queue.add(id);
        else this.start(key, memory, action, view, standing);
    }
  }

  /** The name of the restore that works on the same target. */
  private aheadOf(key: RestoreKey, request: RestoreRequest | undefined): string | undefined {
    return request && this.memories.ahead(key, targetOf(key.namespace, request));
  }

  /** Until that one has ended, which it may have done already. */
  private wait(key: RestoreKey, memory: Memory, request: RestoreRequest): void {
    if (this.aheadOf(key, request) === undefined) this.queue.add(idOf(key));
    else memory.behind = targetOf(key.namespace, request);
  }

  /** Those that wait behind this one are looked at again. */
  private letBegin({ namespace }: RestoreKey, request: RestoreRequest | undefined): void {
    if (request) for (const id of this.memories.behind(targetOf(namespace, request))) this.queue.add(id);
  }

  private start(
    key: RestoreKey,
    memory: Memory,
    { work, request }: Extract<Action, { do: "start" }>,
    view: RestoreView | undefined,
    standing: Standing | undefined,
  ): void {
    if (this.stopping || memory.task) return;
    const { namespace, name } = key;
    const about = { namespace, restore: name, work };
    this.log("info", "begins", about);
    const before = observedOf(memory.begun, false, standing, view?.status);
    if (request && view) memory.begun = { generation: view.generation, before, from: markOf(standing) };
    const order = {
      key,
      work,
      request,
      generation: view?.generation,
      runId: standing?.runId ?? "",
      owner: view ? `operator/${view.uid}` : "operator",
      // By rare looks it was silent for long enough. With a resource nobody has looked.
      gone: isOrphan(view) ? memory.sign?.renewed : undefined,
      onProgress: ({ step, message }: { readonly step: string; readonly message: string }) =>
        // What a restore that goes leaves behind is told nowhere else.
        this.log(work === "remove" && step === "Clean" ? "info" : "debug", message, { ...about, step }),
    };
    memory.task = startTask(this.world.engine, order, ({ report, error }) => {
      delete memory.task;
      const failed = error !== undefined || (work === "discard" && report?.failure !== undefined);
      memory.failures = failed ? memory.failures + 1 : 0;
      memory.notBefore = failed ? this.world.clock.now() + pauseAfter(memory.failures) : 0;
      if (explain(error)?.reason === "Interrupted") {
        this.log("info", "left", about);
      } else if (error !== undefined) {
        delete memory.begun;
        this.announcer.trouble(key, `${work} failed`, error);
        if (view) void this.announcer.complain(view, error, this.world.clock.now());
      } else {
        if (work === "remove") memory.removed = true;
        this.announcer.ended(about, report, endMark(standing?.status));
      }
      this.queue.add(idOf(key));
      this.letBegin(key, request);
      this.wake();
    });
  }

  /** What a finished task left in the journal is shown also when the operator goes. */
  private async lastWords(id: string): Promise<void> {
    const key = keyOf(id);
    try {
      const view = await this.world.resources.get(key);
      const standing = await this.world.engine.standing(key);
      const observed = observedOf(this.memories.of(key).begun, false, standing, view?.status);
      if (view && standing && !view.deleting)
        await this.announcer.show(view, projected(standing, observed, undefined));
    } catch (error) {
      this.announcer.trouble(key, "the last status was not written", error);
    }
  }
}
