/** What must be given back, in Secrets of a real API server: its limits on size and content, and what a removal leaves. */
import { randomBytes } from "node:crypto";
import { createJournal } from "../../provider/adapters/kubernetes/index.js";
import { nameOf } from "../../provider/adapters/kubernetes/json.js";
import { pathOf } from "../../provider/adapters/kubernetes/paths.js";
import { most } from "../../provider/plan/bounds.js";
import { digestOf } from "../../provider/plan/digest.js";
import type { JournalPort } from "../../provider/workflow/ports.js";
import { openLab, type Lab } from "./kubernetes/lab.js";

jest.setTimeout(60_000);

let lab: Lab;
let journal: JournalPort;

beforeAll(async () => {
  lab = await openLab();
  journal = createJournal(lab.connection);
});

afterAll(() => lab.remove());

const content = (bytes: number): string => randomBytes(bytes).toString("base64");
const refOf = (of: string) => ({ digest: digestOf(of), pieces: Math.ceil(of.length / most.keptPiece) });

async function save(name: string, of: string | undefined, revision?: string): Promise<string> {
  const kept = of === undefined ? {} : { kept: { digest: digestOf(of), content: of } };
  const state = { runId: "run1", ...(of === undefined ? {} : { kept: refOf(of) }) };
  const record = { ...{ status: "{}", request: "{}", owner: "urn:test" }, state: JSON.stringify(state) };
  return journal.save(lab.namespace, name, { ...record, ...kept }, { revision, active: true });
}

async function secretsOf(name: string): Promise<readonly string[]> {
  const names = (await lab.connection.api.list(pathOf("Secret", lab.namespace))).map(nameOf);
  return names.filter((one) => one.includes(`-${name}.`) || one.endsWith(`-${name}`)).sort();
}

/** The largest that hangs on one name, in pieces of which two contents fit beside each other, and odd ends. */
const sizes = [
  1,
  2,
  3,
  1024,
  (most.keptPiece / 4) * 3,
  (most.keptPiece / 4) * 3 + 1,
  2_000_001,
  most.attachments,
];

test.each(sizes)("%i bytes are written in pieces, twice over, and read as they were", async (bytes) => {
  const name = `size-${bytes}`;
  const [one, other] = [content(bytes), content(bytes)];
  const first = await save(name, undefined);
  const second = await save(name, one, first);
  expect(await createJournal(lab.connection).kept(lab.namespace, name, refOf(one))).toBe(one);
  await save(name, other, second);
  expect(await createJournal(lab.connection).kept(lab.namespace, name, refOf(other))).toBe(other);
  // The driver that was replaced reads what its own journal refers to.
  expect(await createJournal(lab.connection).kept(lab.namespace, name, refOf(one))).toBe(one);
});

test("a piece that somebody deleted makes it unknown, and keeping it again makes it whole", async () => {
  const whole = content(1_500_000);
  await save("torn", whole, await save("torn", undefined));
  await lab.connection.api.remove(pathOf("Secret", lab.namespace, "neo4j-restore-torn.kept.1"));
  expect(await journal.kept(lab.namespace, "torn", refOf(whole))).toBeUndefined();
  await journal.keep(lab.namespace, "torn", "run1", { digest: digestOf(whole), content: whole });
  expect(await journal.kept(lab.namespace, "torn", refOf(whole))).toBe(whole);
});

test("with the journal everything goes, also pieces of a larger content that its state refers to no more", async () => {
  const first = await save("gone", content(2_000_000), await save("gone", undefined));
  await save("gone", content(10), first);
  expect(await secretsOf("gone")).toContain("neo4j-restore-gone.kept.3");
  await journal.remove(lab.namespace, "gone");
  expect(await secretsOf("gone")).toEqual([]);
});
