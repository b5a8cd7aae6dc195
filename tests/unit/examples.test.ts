/**
 * Every example is a program and a YAML document that say the same; those of the page say what the page says.
 * Programs run against a Pulumi engine that only takes down what they declare.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { parseRestore } from "../../provider/spec/parse.js";

const folder = path.join(__dirname, "../../examples");
const page = path.join(__dirname, "../fixtures/page");
const examples = readdirSync(folder, { withFileTypes: true })
  .map(({ name }) => name)
  .filter((name) => existsSync(path.join(folder, name, "restore.yaml")));

interface Document {
  readonly metadata: { readonly name: string };
  readonly spec: object;
}
const documentIn = (file: string): Document => parse(readFileSync(file, "utf8")) as Document;
const twinOf = (name: string): Document => documentIn(path.join(folder, name, "restore.yaml"));

async function declared(name: string): Promise<{ readonly name: string; readonly inputs: object }> {
  const all: { readonly name: string; readonly inputs: object }[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      // Beside the restore an example may deploy the operator.
      if (type.endsWith(":Neo4jRestore")) all.push({ name, inputs: inputs as object });
      return { id: name, state: { ...inputs, status: {} } as object };
    },
    call: () => ({}),
  });
  await jest.isolateModulesAsync(() => import(path.join(folder, name, "index.ts")));
  await pulumi.runtime.disconnect();
  const [first, ...more] = all;
  if (first === undefined || more.length > 0) throw new Error(`${all.length} resources in ${name}`);
  return first;
}

test("each example of the page is here, word for word", () => {
  const ours = examples.map((name) => JSON.stringify(twinOf(name)));
  for (const file of readdirSync(page)) {
    expect(ours).toContain(JSON.stringify(documentIn(path.join(page, file))));
  }
});

test.each(examples)("%s: program and document say the same", async (name) => {
  const twin = twinOf(name);
  expect(parseRestore(twin)).toMatchObject({ ok: true });
  const resource = await declared(name);
  const { name: restore, ...metadata } = twin.metadata;
  expect(resource.name).toBe(restore);
  expect(resource.inputs).toMatchObject({ metadata, spec: twin.spec });
});
