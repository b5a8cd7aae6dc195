// What is generated from the definition is up to date, and everything in it is described.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..", "..");

test("npm run generate would change nothing", () => {
  const tsx = join(ROOT, "node_modules", "tsx", "dist", "cli.mjs");
  const output = execFileSync(
    process.execPath,
    [tsx, join(ROOT, "tools", "generate", "main.ts"), "--check"],
    {
      encoding: "utf8",
    },
  );
  expect(output).toBe("");
}, 60_000);

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly inputProperties?: Readonly<Record<string, Described>>;
  readonly enum?: readonly (Described & { readonly value: string })[];
}

test("every type, property and value of schema.json has a description", () => {
  const schema = JSON.parse(readFileSync(join(ROOT, "schema.json"), "utf8")) as {
    readonly types: Readonly<Record<string, Described>>;
    readonly resources: Readonly<Record<string, Described>>;
  };
  const silent = (name: string, part: Described): readonly string[] => [
    ...(part.description === undefined || part.description === "" ? [name] : []),
    ...Object.entries({ ...part.inputProperties, ...part.properties }).flatMap(([key, value]) =>
      silent(`${name}.${key}`, value),
    ),
    ...(part.enum ?? []).flatMap((value) => silent(`${name}=${value.value}`, value)),
  ];
  const parts = [...Object.entries(schema.types), ...Object.entries(schema.resources)];
  expect(parts.length).toBeGreaterThan(30);
  expect(parts.flatMap(([name, part]) => silent(name, part))).toEqual([]);
});
