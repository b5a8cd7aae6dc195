// What the real Pulumi says of the schema that other languages' SDKs are generated from.

import { readFileSync } from "node:fs";
import path from "node:path";
import { startPulumi } from "../pulumi-cli.js";
import { environmentFile } from "./shared.js";

const root = path.join(__dirname, "..", "..");

test("pulumi accepts schema.json without a complaint", async () => {
  const environment = JSON.parse(readFileSync(environmentFile, "utf8")) as Record<string, string>;
  const { code, output } = await startPulumi(["schema", "check", "schema.json"], {
    folder: root,
    environment,
  }).ended;
  expect({ code, output: output.replace(/^warning: A new version.*$/gm, "").trim() }).toEqual({
    code: 0,
    output: "",
  });
});
