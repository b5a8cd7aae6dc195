/** How old a backup is said to be. */
import { whenTaken } from "../../../provider/plan/backup-age.js";

const now = Date.parse("2026-03-01T00:00:00Z");

test.each<readonly [taken: string | undefined, words: string | undefined]>([
  ["2026-02-28T02:05:00Z", "2026-02-28T02:05:00Z (21h55m ago)"],
  ["2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z (672h0m ago)"],
  ["2026-02-28T23:59:50Z", "2026-02-28T23:59:50Z (1m ago)"],
  // The clocks of two machines.
  ["2026-03-01T00:00:05Z", "2026-03-01T00:00:05Z (1m ago)"],
  ["yesterday", undefined],
  [undefined, undefined],
])("%s: %s", (taken, words) => {
  expect(whenTaken(taken, now)).toBe(words);
});
