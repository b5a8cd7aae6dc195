/**
 * What must be given back, in Secrets: written before the state that refers to it, never over another content, read back,
 * and gone with the journal.
 */
import { createJournal } from "../../../../provider/adapters/kubernetes/index.js";
import type { Api } from "../../../../provider/adapters/kubernetes/api.js";
import type { KubernetesConnection } from "../../../../provider/adapters/kubernetes/connection.js";
import { nameOf } from "../../../../provider/adapters/kubernetes/json.js";
import { refusal } from "../../../../provider/adapters/kubernetes/errors.js";
import { most } from "../../../../provider/plan/bounds.js";
import { digestOf } from "../../../../provider/plan/digest.js";
import type { JsonObject } from "../../../../provider/plan/observation.js";

type Stored = JsonObject & { readonly metadata: JsonObject };

/** An API server that keeps objects, as far as a journal needs one. */
function store() {
  const objects = new Map<string, Stored>();
  const calls: string[] = [];
  let version = 0;
  const put = (path: string, body: JsonObject): JsonObject => {
    const { metadata } = body as Stored;
    const stored = { ...body, metadata: { ...metadata, uid: "u", resourceVersion: String(++version) } };
    objects.set(path, stored);
    return stored;
  };
  const expectVersion = (path: string, body: JsonObject): void => {
    const wanted = (body as Stored).metadata["resourceVersion"];
    const there = objects.get(path)?.metadata["resourceVersion"];
    if (wanted !== undefined && wanted !== there) throw refusal(path, 409, '{"reason":"Conflict"}');
  };
  const merged = (there: JsonObject, body: JsonObject): JsonObject => ({
    ...there,
    ...body,
    metadata: { ...(there as Stored).metadata, ...(body as Stored).metadata },
  });
  const api = {
    get: async (path: string) => objects.get(path),
    create: async (path: string, body: JsonObject) => {
      calls.push(`POST ${path.split("/").at(-1)}`);
      const at = `${path}/${nameOf(body)}`;
      if (objects.has(at)) throw refusal(at, 409, '{"reason":"AlreadyExists"}');
      return put(at, body);
    },
    replace: async (path: string, body: JsonObject) => {
      calls.push(`PUT ${path.split("/").at(-1)}`);
      expectVersion(path, body);
      return put(path, body);
    },
    patch: async (path: string, body: JsonObject) => {
      calls.push(`PATCH ${path.split("/").at(-1)}`);
      expectVersion(path, body);
      return put(path, merged(objects.get(path) ?? {}, body));
    },
    remove: async (path: string) => objects.delete(path),
  } as unknown as Api;
  const journal = () => createJournal({ api } as unknown as KubernetesConnection);
  const secret = (piece: number): JsonObject =>
    (objects.get(`/api/v1/namespaces/n/secrets/neo4j-restore-r.kept.${piece}`)?.["data"] ?? {}) as JsonObject;
  return { objects, calls, journal, secret };
}

const packed = (content: string) => ({ digest: digestOf(content), content });
const refOf = (content: string) => ({
  digest: digestOf(content),
  pieces: Math.ceil(content.length / most.keptPiece),
});
const record = (content?: string) => ({
  ...{ status: "{}", request: "{}", owner: "o" },
  state: JSON.stringify({ runId: "run1", ...(content === undefined ? {} : { kept: refOf(content) }) }),
  ...(content === undefined ? {} : { kept: packed(content) }),
});

const small = "c21hbGw=";
const large = "abcd".repeat((2 * most.keptPiece) / 4 + 11);

test.each([
  ["small", small],
  ["in three pieces", large],
])("%s: written before the state, read whole, unchanged it costs nothing", async (_name, content) => {
  const { calls, journal } = store();
  const one = journal();
  const first = await one.save("n", "r", record(), { revision: undefined, active: true });
  calls.length = 0;
  const second = await one.save("n", "r", record(content), { revision: first, active: true });
  expect(calls.at(-1)).toBe("PATCH neo4j-restore-r");
  expect(calls.slice(0, -1).every((call) => /secrets|kept/.test(call))).toBe(true);
  expect(await journal().kept("n", "r", refOf(content))).toBe(content);
  calls.length = 0;
  await one.save("n", "r", record(content), { revision: second, active: true });
  expect(calls).toEqual(["PATCH neo4j-restore-r"]);
});

test("a driver that was replaced does not spoil its successor's", async () => {
  const { journal } = store();
  const [former, successor] = [journal(), journal()];
  const first = await former.save("n", "r", record(), { revision: undefined, active: true });
  await successor.save("n", "r", record("successor"), { revision: first, active: true });
  await expect(
    former.save("n", "r", record("former"), { revision: first, active: true }),
  ).rejects.toMatchObject({ reason: "JournalConflict" });
  expect(await journal().kept("n", "r", refOf("successor"))).toBe("successor");
});

test("where there is no room for all contents, what the journal refers to and the new one stay", async () => {
  const { journal, secret } = store();
  const one = journal();
  const content = (index: number) => String(index).repeat(most.keptPiece / 2);
  let revision = await one.save("n", "r", record(), { revision: undefined, active: true });
  for (let index = 1; index <= 8; index += 1)
    revision = await one.save("n", "r", record(content(index)), { revision, active: true });
  expect(await journal().kept("n", "r", refOf(content(8)))).toBe(content(8));
  expect(JSON.stringify(secret(0)).length).toBeLessThan(1_400_000);
});

test("a Secret that somebody deleted is written again before anything is stopped; with the journal it goes", async () => {
  const { objects, journal } = store();
  const one = journal();
  const first = await one.save("n", "r", record(), { revision: undefined, active: true });
  await one.save("n", "r", record(large), { revision: first, active: true });
  for (const path of [...objects.keys()].filter((key) => key.includes(".kept."))) objects.delete(path);
  expect(await one.kept("n", "r", refOf(large))).toBeUndefined();
  await one.keep("n", "r", "run1", packed(large));
  expect(await one.kept("n", "r", refOf(large))).toBe(large);
  const labels = [...objects].filter(([path]) => path.includes(".kept.")).map(([, { metadata }]) => metadata);
  expect(labels.every((one) => JSON.stringify(one).includes('"neo4j.com/restore":"r"'))).toBe(true);
  await one.remove("n", "r");
  expect([...objects.keys()]).toEqual([]);
});
