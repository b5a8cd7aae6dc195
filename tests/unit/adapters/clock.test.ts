/** The real clock waits until an instant or an abort, and leaves nothing behind. */
import { getEventListeners } from "node:events";
import { systemClock } from "../../../provider/adapters/clock.js";

test("a wait ends at its instant, not before", async () => {
  const until = systemClock.now() + 40;
  await systemClock.wait(until, new AbortController().signal);
  expect(systemClock.now()).toBeGreaterThanOrEqual(until);
});

test("an instant in the past is no wait", async () => {
  const timersBefore = activeTimers();
  const waiting = systemClock.wait(systemClock.now() - 1_000, new AbortController().signal);
  expect(activeTimers()).toBe(timersBefore);
  await waiting;
});

test("an abort ends the wait at once and takes timer and listener along", async () => {
  const controller = new AbortController();
  const timersBefore = activeTimers();
  const waiting = systemClock.wait(systemClock.now() + 3_600_000, controller.signal);
  expect(activeTimers()).toBe(timersBefore + 1);
  controller.abort();
  await waiting;
  expect(activeTimers()).toBe(timersBefore);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test("a signal that was aborted before ends the wait before it begins", async () => {
  await systemClock.wait(systemClock.now() + 3_600_000, AbortSignal.abort());
});

test("a wait that ran its time leaves no listener", async () => {
  const { signal } = new AbortController();
  await systemClock.wait(systemClock.now() + 5, signal);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}
