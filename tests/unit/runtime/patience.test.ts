/** Refusals that others may take back are waited out while the database is down; a bound of our own never is. */
import { insist, type Patience } from "../../../provider/runtime/patience.js";
import { RestoreFault, tooLarge } from "../../../provider/workflow/faults.js";
import { limits } from "../../../provider/workflow/limits.js";

const clock = () => {
  let now = 0;
  return {
    ...{ now: () => now, monotonic: () => now },
    wait: (until: number) => {
      now = Math.max(now, until);
      return Promise.resolve();
    },
  };
};
const everything: Patience = { giveUp: () => false, outlasts: () => true };

test("a limit of our own is told at once, whatever is worth waiting for", async () => {
  const time = clock();
  const refuse = jest.fn(() => Promise.reject(tooLarge("The journal of r", 300_000, 262_144)));
  await expect(insist({ clock: time }, everything, refuse)).rejects.toMatchObject({ reason: "TooLarge" });
  expect(refuse).toHaveBeenCalledTimes(1);
  expect(time.now()).toBe(0);
});

test("a quota is waited out, as long as an outage may last", async () => {
  const time = clock();
  const refuse = jest.fn(() => Promise.reject(new RestoreFault("terminal", "KubernetesRefused", "quota")));
  await expect(insist({ clock: time }, everything, refuse)).rejects.toMatchObject({ message: "quota" });
  expect(time.now()).toBeGreaterThan(limits.outage);
});
