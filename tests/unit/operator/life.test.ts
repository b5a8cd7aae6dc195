/** Alive is who answers: an operator that is only kept from its work says so and waits, one that could not go on ends. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { DriverLease } from "../../../provider/runtime/driver-lease.js";
import { operate } from "../../../provider/faces/operator/operator.js";
import { VirtualClock } from "../../simulation/world/virtual-clock.js";
import { settled, Small } from "./small-world.js";

const ignored = (): void => undefined;
const metrics = {
  meter: { ended: ignored, failed: ignored, waiting: ignored, active: ignored },
  leads: ignored,
  text: () => Promise.resolve({ type: "text/plain", text: "" }),
};
const settings = {
  namespaces: ["neo4j"],
  leaderNamespace: "system",
  apiGroup: "neo4j.neo4j.com",
  port: 0,
  logLevel: "info",
  ...{ toolsImage: undefined, pod: undefined, kubeconfig: undefined, context: undefined },
} as const;

function living(world: Partial<Parameters<typeof operate>[0]>) {
  const clock = new VirtualClock(ignored);
  const over = new AbortController();
  const told: { port?: unknown } = {};
  const log = (_level: string, _message: string, about?: Readonly<Record<string, unknown>>): void => {
    if (about?.["port"] !== undefined) told.port = about["port"];
  };
  const small = new Small().world({ close: () => Promise.resolve() });
  const ended = operate({ ...small, clock, ...world }, settings, { log, metrics }, over.signal);
  const ask = async (where: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${Number(told.port)}${where}`)).status;
  return { clock, ended, ask, over };
}

test("kept from its work it is alive and not ready, for as long as it takes", async () => {
  const { clock, ended, ask, over } = living({
    missingRights: (rights) => Promise.resolve(rights.map((right) => ({ ...right, words: "anything" }))),
  });
  await settled();
  await clock.pass(3_600_000);
  expect([await ask("/healthz"), await ask("/readyz")]).toEqual([200, 503]);
  over.abort();
  expect(await ended).toBe(true);
});

test("having lost the lead it ends, and nobody answers", async () => {
  const lost = { at: Infinity };
  const clock = new VirtualClock(ignored, () => turn());
  const lease: Pick<DriverLease, "mine" | "release"> = {
    mine: () => clock.monotonic() < lost.at,
    release: () => Promise.resolve(),
  };
  const { ended, ask } = living({ clock, lead: () => Promise.resolve(lease) });
  await settled();
  expect([await ask("/healthz"), await ask("/readyz")]).toEqual([200, 200]);
  lost.at = 0;
  expect(await clock.settle(ended)).toBe(false);
  await expect(ask("/healthz")).rejects.toThrow("fetch failed");
});

test("watches that end for good by a bug end the process, whatever else it waits for", () => {
  const script = `
    const { operate } = require("./provider/faces/operator/operator.ts");
    const { systemClock } = require("./provider/adapters/clock.ts");
    const ignored = () => undefined;
    const later = async () => undefined;
    const world = {
      clock: systemClock,
      lead: async () => ({ mine: () => true, release: later }),
      missingRights: async () => [],
      engine: { close: later },
      resources: { watch: () => Promise.reject(new Error("the watches are broken")) },
    };
    const meter = { ended: ignored, failed: ignored, waiting: ignored, active: ignored };
    const { signal } = new AbortController();
    operate(world, ${JSON.stringify(settings)}, { log: ignored, metrics: { meter, leads: ignored } }, signal);
  `;
  const cwd = path.join(__dirname, "..", "..", "..");
  const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", "-e", script], {
    cwd,
    encoding: "utf8",
    timeout: 60_000,
  });
  expect([status, stderr]).toEqual([1, expect.stringContaining("the watches are broken")]);
}, 90_000);
