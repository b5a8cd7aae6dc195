/** A Job's report that was cut is none: at whatever byte, nothing of it is taken for what the Job found or made. */
import { parseReport } from "../../../provider/plan/volume-command.js";
import type { JobView } from "../../../provider/plan/observation.js";
import { foundOf, inspectedOf, restoredOf, seedOf } from "../../../provider/workflow/steps/job-report.js";

const artifact = "/backup/orders-2026-02-28T02-00-00.backup";
const inspect = `| FILE | DATABASE | HIGHEST TX | TIME (UTC) |~| ${artifact} | orders | 88110 | 2026-02-28T02:00:00 |~`;
const whole = `artifact=${artifact}\ninspect=${inspect}\ninfo={"lastCommittedTransaction":88110,"storeFormat":"block"}\nend=yes\n`;

const job = (terminationMessage: string): JobView => ({
  ...{ name: "r-restore", uid: "u", terminating: false, over: true, succeeded: true, started: true },
  ...{ lastLines: [], exitCode: 0, terminationMessage },
});

it("is taken where it is whole", () => {
  expect(restoredOf(job(whole))).toMatchObject({ facts: { artifact, lastCommittedTxn: 88110 } });
  expect(seedOf(job(whole), false)).toMatchObject({ facts: { artifact, lastCommittedTxn: 88110 } });
  expect(inspectedOf(job(whole))).toMatchObject({ artifact, originalDatabase: "orders" });
  expect(foundOf(job(whole))).toEqual({ artifact });
});

it("is none where it was cut, at any byte", () => {
  const last = whole.lastIndexOf("end=yes") + "end=yes".length;
  for (let length = 0; length < last; length++) {
    const cut = job(whole.slice(0, length));
    expect(restoredOf(cut)).toMatchObject({ fault: { reason: "FingerprintMissing" } });
    expect(seedOf(cut, false)).toMatchObject({ fault: { reason: "FingerprintMissing" } });
    expect({ ...inspectedOf(cut), ...foundOf(cut) }).toEqual({});
  }
  expect(parseReport(whole.slice(0, 60))["artifact"]).toBeDefined();
});
