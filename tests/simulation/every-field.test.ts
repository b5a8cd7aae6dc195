/**
 * No field is ignored: for each one of the API, whatever it is and whoever adds it, there are two documents that differ
 * in it alone, and what comes of them differs. A field without such a pair fails here.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Form } from "../../provider/spec/definition.js";
import { parseRestore, type ParseResult } from "../../provider/spec/parse.js";
import { document } from "../../provider/spec/schema.js";
import { documentOf, everyField, type Shown } from "./every-field-table.js";
import { drive, running } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

jest.setTimeout(120_000);

/** "Type.field" of all types of the API. */
function fieldsOf(form: Form): readonly string[] {
  switch (form.kind) {
    case "object":
      return Object.entries(form.fields).flatMap(([key, field]) => [
        `${form.name}.${key}`,
        ...fieldsOf(field.form),
      ]);
    case "list":
      return fieldsOf(form.item);
    default:
      return [];
  }
}

const fields = [...new Set(fieldsOf(document.form))];

test("each field of the API is in the table, and nothing else", () => {
  expect(fields.length).toBeGreaterThan(80);
  expect(Object.keys(everyField).sort()).toEqual([...fields].sort());
});

/** Everything that a run asks of Kubernetes and Neo4j, each call once, and what it says in the end. */
async function tell(result: ParseResult, prepare: (world: World) => void): Promise<readonly string[]> {
  if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join("\n"));
  const world = await createWorld();
  prepare(world);
  const calls = new Set<string>();
  world.faults.add({
    when: "before",
    times: Infinity,
    call: ({ name, args }) => {
      if (!name.startsWith("journal.")) calls.add(`${name} ${JSON.stringify(args)}`);
      return false;
    },
  });
  const { report } = await drive(world, running(result.request));
  expect(world.violations).toEqual([]);
  return [...calls, JSON.stringify(report?.status), JSON.stringify(report?.failure ?? null)];
}

const of = (how: Shown["how"]): readonly string[] => fields.filter((field) => everyField[field]?.how === how);

test.each(of("runs"))("%s changes what is done", async (field) => {
  const shown = everyField[field];
  if (shown?.how !== "runs") throw new Error("no pair");
  const prepare = shown.prepare ?? (() => undefined);
  const [one, other] = shown.documents.map((each) => parseRestore(each));
  if (!one || !other) throw new Error("no pair");
  expect(await tell(other, prepare)).not.toEqual(await tell(one, prepare));
});

test("only where the same document does the same, a difference tells something", async () => {
  const same = parseRestore(documentOf({}));
  expect(await tell(same, () => undefined)).toEqual(await tell(same, () => undefined));
});

test.each(of("refuses"))("%s is refused where it does not fit", (field) => {
  const shown = everyField[field];
  if (shown?.how !== "refuses") throw new Error("no pair");
  const [one, other] = shown.documents.map((each) => parseRestore(each));
  expect(one?.ok).toBe(true);
  const name = field.split(".").at(-1) ?? "";
  const paths = other?.ok === false ? other.issues.map(({ path }) => path) : [];
  expect(paths.some((path) => path.split(".").includes(name))).toBe(true);
});

test.each(of("warns"))("%s only informs, and says so", (field) => {
  const shown = everyField[field];
  if (shown?.how !== "warns") throw new Error("no pair");
  const [one, other] = shown.documents.map((each) => {
    const result = parseRestore(each);
    return result.ok ? result.warnings.map(({ path }) => path) : ["refused"];
  });
  expect(one).toEqual([]);
  expect(other?.map((path) => path.split(".").at(-1))).toEqual([field.split(".").at(-1)]);
});

test.each(of("elsewhere"))("%s is shown by another test", (field) => {
  const shown = everyField[field];
  if (shown?.how !== "elsewhere") throw new Error("no test");
  const path = join(__dirname, "..", "..", shown.test);
  expect(existsSync(path) ? readFileSync(path, "utf8") : "").toContain(shown.mentions);
});
