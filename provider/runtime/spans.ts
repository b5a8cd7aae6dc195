/** Instants of the engine's clock, and what has passed since one (plan/elapsed.ts). */
import { between, type Instant } from "../plan/elapsed.js";
import type { Clock } from "../workflow/ports.js";

export { between, type Instant } from "../plan/elapsed.js";

export function instant(clock: Clock): Instant {
  return { wall: clock.now(), steady: clock.monotonic() };
}

export function since(clock: Clock, earlier: Instant): number {
  return between(earlier, instant(clock));
}
