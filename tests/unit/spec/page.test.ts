// The eight examples of the API page, as they stand there.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseRestore } from "../../../provider/spec/parse.js";

const FOLDER = join(__dirname, "..", "..", "fixtures", "page");
const files = readdirSync(FOLDER);

function read(file: string): unknown {
  return parse(readFileSync(join(FOLDER, file), "utf8"));
}

test("there are eight", () => {
  expect(files).toHaveLength(8);
});

test.each(files)("%s is accepted, and nothing of it is lost or added", (file) => {
  const document = read(file) as { readonly metadata: object; readonly spec: object };
  const result = parseRestore(document);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  expect(result.request.spec).toEqual(document.spec);
  expect(result.request).toMatchObject(document.metadata);
});

test("warnings are for what the page promises and Neo4j does not have", () => {
  const warned = files.flatMap((file) => {
    const result = parseRestore(read(file));
    return result.ok ? result.warnings.map(({ path }) => `${file}: ${path}`) : [];
  });
  expect(warned).toEqual([
    "point-in-time-recovery-pitr.yaml: spec.source.pitr.compression.level",
    "restore-from-azure-blob-storage.yaml: spec.options.additionalArgs[0]",
  ]);
});
