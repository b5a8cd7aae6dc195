// When the host leaves and when it stays: handlers only while work is in flight, nothing new after the end has begun.

import { EventEmitter } from "node:events";
import { interruption } from "../../../provider/faces/dynamic/interruption.js";

class Host extends EventEmitter {
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(): { host: Host; said: string[] } & ReturnType<typeof interruption> {
  const host = new Host();
  const said: string[] = [];
  const lastWords = (): Promise<void> => {
    said.push("last words");
    return Promise.resolve();
  };
  return { host, said, ...interruption(host, lastWords) };
}

test("an idle host has no handler, so that a signal ends it at once", async () => {
  const { host, shield } = setUp();
  expect(host.eventNames()).toEqual([]);
  await shield(() => {
    expect(host.eventNames()).toEqual(["SIGINT", "SIGTERM"]);
    return Promise.resolve();
  });
  await shield(() => Promise.reject(new Error("work failed"))).catch(() => undefined);
  expect(host.eventNames()).toEqual([]);
  expect(host.exits).toEqual([]);
});

test("work in flight is told to give up and waited for, all of it", async () => {
  const { host, said, shield } = setUp();
  const finish: (() => void)[] = [];
  const works = [1, 2].map(() =>
    shield((signal) => new Promise<boolean>((resolve) => finish.push(() => resolve(signal.aborted)))),
  );
  host.emit("SIGINT");
  finish[0]?.();
  await settled();
  expect(host.exits).toEqual([]);
  finish[1]?.();
  expect(await Promise.all(works)).toEqual([true, true]);
  await settled();
  expect(said).toEqual(["last words"]);
  expect(host.exits).toEqual([1]);
});

test("nothing new begins once the end has begun", async () => {
  const { host, shield } = setUp();
  const work = shield(
    (signal) => new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve())),
  );
  host.emit("SIGTERM");
  const begun = jest.fn(() => Promise.resolve());
  await expect(shield(begun)).rejects.toThrow("cancelled");
  await work;
  expect(begun).not.toHaveBeenCalled();
});

test("the engine's death ends an idle host at once, and a busy one after its work", async () => {
  const idle = setUp();
  idle.abandon();
  await settled();
  expect(idle.host.exits).toEqual([1]);

  const busy = setUp();
  let finish = (): void => undefined;
  const work = busy.shield(() => new Promise<void>((resolve) => (finish = resolve)));
  busy.abandon();
  await settled();
  expect(busy.host.exits).toEqual([]);
  finish();
  await work;
  await settled();
  expect(busy.host.exits).toEqual([1]);
});
