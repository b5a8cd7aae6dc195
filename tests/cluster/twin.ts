/** The YAML twin of an example, with a user's own things in their places, as the program takes them from its configuration. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { target } from "./stage.js";

const examples = path.join(__dirname, "../../examples");
const container = ["spec", "options", "postRestore", "job", "template", "container"];

/** Where each setting of the programs is in their twins; `store`: under the bucket's storage. */
const places: Readonly<Record<string, readonly string[]>> = {
  namespace: ["metadata", "namespace"],
  backupPath: ["spec", "source", "backupPath"],
  pointInTime: ["spec", "source", "pointInTime"],
  bucket: ["store", "bucket"],
  endpoint: ["store", "cloud", "endpointURL"],
  pathStyle: ["store", "cloud", "forcePathStyle"],
  checkImage: [...container, "image"],
  checkCommand: [...container, "command"],
  toolsImage: ["connection", "toolsImage"],
};

export function twinOf(example: string, config: Readonly<Record<string, string>>): string {
  const text = readFileSync(path.join(examples, example, "restore.yaml"), "utf8");
  const cluster = String(parseDocument(text).getIn(["spec", "clusterRef"]));
  const document = parseDocument(text.replaceAll(cluster, target));
  const store = document.hasIn(["spec", "source", "pitr"]) ? ["pitr", "logStorage"] : ["storage"];
  for (const [key, value] of Object.entries(config)) {
    const at = places[key];
    if (at === undefined) throw new Error(`where does the twin have the setting ${key}?`);
    const [first = "", ...rest] = at;
    const whole = first === "store" ? ["spec", "source", ...store, ...rest] : at;
    document.setIn(whole, /^(\[|true$)/.test(value) ? JSON.parse(value) : value);
  }
  return document.toString();
}
