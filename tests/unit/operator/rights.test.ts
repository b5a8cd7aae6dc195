/**
 * An operator that lacks a permission: it says which, works where it may, and takes up what it held back once it may. Each
 * permission of the shipped Roles, missing alone.
 */
import type { OperatorWorld } from "../../../provider/compose.js";
import { operate } from "../../../provider/faces/operator/operator.js";
import type { Metrics } from "../../../provider/faces/operator/metrics.js";
import type { NeededPermission } from "../../../provider/plan/permissions.js";
import { missingRights, operatorRights, type Right } from "../../../provider/runtime/operator-rights.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";
import { VirtualClock } from "../../simulation/world/virtual-clock.js";
import { namespace, settled, Small } from "./small-world.js";

const pod = { namespace: "system", name: "operator-1" };
const settings = {
  namespaces: [namespace, "billing"],
  leaderNamespace: "system",
  apiGroup: "neo4j.neo4j.com",
  port: 0,
  logLevel: "info",
  toolsImage: undefined,
  pod,
  kubeconfig: undefined,
  context: undefined,
} as const;
const rights = operatorRights({
  namespaces: settings.namespaces,
  leader: "system",
  pod: "system",
  apiGroup: settings.apiGroup,
});
const ignored = (): void => undefined;
const metrics: Metrics = {
  meter: { ended: ignored, failed: ignored, waiting: ignored, active: ignored },
  leads: ignored,
  text: () => Promise.resolve({ type: "text/plain", text: "" }),
};

/** As Kubernetes names it: create jobs.batch, get pods/log. */
function titleOf({ verb, group, resource, subresource }: NeededPermission): string {
  const named = group === "" ? resource : `${resource}.${group}`;
  return `${verb} ${subresource === undefined ? named : `${named}/${subresource}`}`;
}

/** An operator at work in a world that denies what it is told to. */
class Denied {
  readonly small = new Small();
  readonly clock = new VirtualClock(ignored);
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  /** "create jobs.batch in neo4j" */
  denied: readonly string[] = [];
  silent = false;
  asked = 0;
  private readonly over = new AbortController();
  private ended: Promise<boolean> = Promise.resolve(true);

  async start(more: Partial<OperatorWorld> = {}, namespaces: readonly string[] = settings.namespaces) {
    this.ended = operate(
      { ...this.small.world({ close: () => Promise.resolve() }), ...this.answers(), ...more },
      { ...settings, namespaces },
      { log: (level, message, about) => void this.lines.push({ level, message, ...about }), metrics },
      this.over.signal,
    );
    await this.seconds(2);
  }

  private answers(): Partial<OperatorWorld> {
    return {
      clock: this.clock,
      lead: () => Promise.resolve({ mine: () => true, release: () => Promise.resolve() }),
      ownImage: () => Promise.resolve("operator:1"),
      missingRights: (wanted) =>
        missingRights(
          {
            missingPermissions: (place, needed) => {
              this.asked += needed.length;
              if (this.silent)
                return Promise.reject(new RestoreFault("retry", "KubernetesUnreachable", "no answer"));
              const lacks = needed.filter((one) => this.denied.includes(`${titleOf(one)} in ${place}`));
              return Promise.resolve(
                lacks.map((one) => ({
                  verb: one.verb,
                  resource: titleOf(one).replace(/^\S+ /, ""),
                  namespace: place,
                })),
              );
            },
          },
          wanted,
        ),
    };
  }

  async seconds(count: number): Promise<void> {
    for (let passed = 0; passed < count; passed += 1) {
      await settled();
      await this.clock.pass(1000);
    }
    await settled();
  }

  async ready(): Promise<string> {
    const port = this.lines.find(({ message }) => message === "waiting to lead")?.["port"];
    return (await fetch(`http://127.0.0.1:${Number(port)}/readyz`)).text();
  }

  /** The lists of what was missing, as the log has them. */
  get told(): readonly unknown[] {
    return this.lines.flatMap(({ missing }) => missing ?? []);
  }

  async stop(): Promise<void> {
    for (const { end } of this.small.atWork.values()) end(true);
    this.over.abort();
    await this.ended;
  }
}

let it: Denied;
beforeEach(() => {
  it = new Denied();
});
afterEach(() => it.stop());

const wordsOf = ({ namespace: place, permission }: Right): string => `${titleOf(permission)} in ${place}`;
const begun = (): boolean => it.small.began.length > 0;

test("nothing is missing: it is ready, takes work, and asks once", async () => {
  it.small.add("r", "graph");
  await it.start();
  expect(await it.ready()).toBe("ok");
  expect(begun()).toBe(true);
  await it.seconds(600);
  expect(it.asked).toBe(rights.length);
});

test.each(
  [...new Map(rights.map((right) => [wordsOf(right), right])).values()].map((right) => [
    wordsOf(right),
    right,
  ]),
)("without %s", async (words, { keepsFrom, namespace: place }) => {
  it.denied = [words];
  it.small.add("r", "graph");
  await it.start();
  expect(it.told).toEqual([words]);
  if (keepsFrom === "little") expect(await it.ready()).toBe("ok");
  else
    expect(await it.ready()).toMatch(
      new RegExp(`^the operator may not: ${words.replaceAll(".", "\\.")}\\. .*kubectl apply`),
    );
  // What is missing elsewhere keeps no restore from beginning here.
  expect(begun()).toBe(keepsFrom === "little" || (keepsFrom === "restoring" && place !== namespace));
  it.denied = [];
  await it.seconds(10);
  expect(await it.ready()).toBe("ok");
  expect(begun()).toBe(true);
});

test("all that is missing is told in one line, and held restores say it of their namespace", async () => {
  it.denied = [
    `create jobs.batch in ${namespace}`,
    `patch statefulsets.apps in ${namespace}`,
    "get secrets in billing",
  ];
  it.small.add("r", "graph");
  await it.start();
  expect(it.lines.filter(({ missing }) => missing !== undefined)).toEqual([
    expect.objectContaining({
      level: "warn",
      reason: "MissingPermissions",
      missing: expect.any(Array) as string[],
    }),
  ]);
  expect([...it.told].sort()).toEqual([...it.denied].sort());
  const { status } = it.small.view("r");
  expect(status).toMatchObject({ phase: "Pending" });
  expect(status?.conditions?.find(({ type }) => type === "Ready")?.reason).toBe("MissingPermissions");
  expect(status?.message).toContain(`patch statefulsets.apps in ${namespace}`);
  expect(status?.message).not.toContain("billing");
  const written = it.small.shown.length;
  it.denied = it.denied.slice(1);
  await it.seconds(10);
  expect(begun()).toBe(false);
  expect(it.small.shown).toHaveLength(written + 1);
  it.denied = it.denied.slice(1);
  await it.seconds(20);
  expect(begun()).toBe(true);
  expect(await it.ready()).toMatch(/^the operator may not: get secrets in billing\. /);
});

test("everywhere: asked for all namespaces at once, and what is missing is missing in each", async () => {
  it.denied = ["create jobs.batch in "];
  it.small.add("r", "graph");
  await it.start({}, []);
  expect(it.told).toEqual(["create jobs.batch in all namespaces"]);
  expect(begun()).toBe(false);
});

test("its own pod is read once it may be, so that staging works without a restart", async () => {
  it.denied = ["get pods in system"];
  const own: { image?: string } = {};
  await it.start({ ownImage: () => Promise.resolve(own.image) });
  own.image = "operator:1";
  it.denied = [];
  await it.seconds(10);
  it.small.add("r", "graph");
  await settled();
  expect(it.small.requests.map(({ connection }) => connection?.toolsImage)).toEqual(["operator:1"]);
});

test("an API server that does not answer is told once, and asked again", async () => {
  it.silent = true;
  it.small.add("r", "graph");
  await it.start();
  await it.seconds(30);
  expect(begun()).toBe(false);
  expect(await it.ready()).toBe("what the operator may do is not known: no answer");
  expect(it.lines.filter(({ reason }) => reason === "KubernetesUnreachable")).toHaveLength(1);
  it.silent = false;
  await it.seconds(60);
  expect(begun()).toBe(true);
  expect(await it.ready()).toBe("ok");
});
