/** A namespace whose egress is cut off, as far as a lab without a policy engine has one: its packets to an address are dropped. */
import { layout } from "../../tools/lab/layout.js";
import { findSandbox, runInside } from "../../tools/lab/sandbox.js";

/** @returns what lets them through again. */
export async function cutOff(address: string): Promise<() => Promise<void>> {
  const sandbox = await findSandbox(layout());
  if (!sandbox) throw new Error("there is no lab");
  const rule = (verb: "--insert" | "--delete"): Promise<string> =>
    runInside(sandbox, "iptables", [
      ...["--wait", "--table", "raw", verb, "PREROUTING"],
      ...["--destination", address, "--jump", "DROP"],
    ]);
  await rule("--insert");
  return async () => {
    await rule("--delete");
  };
}
