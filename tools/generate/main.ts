// `npm run generate`: writes what follows from the spec definition and other tables. With --check it only says what is out of date.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { document } from "../../provider/spec/schema.js";
import { options } from "../../provider/spec/schema-options.js";
import { source } from "../../provider/spec/schema-source.js";
import { status } from "../../provider/spec/schema-status.js";
import { addedYaml, crdYaml, operatorYaml, roleYaml } from "./deploy-yaml.js";
import { fieldsPage } from "./fields-page.js";
import { packageSchema } from "./package-schema.js";
import { permissionsPage } from "./permissions-page.js";
import { reasonsPage } from "./reasons-page.js";
import { typesModule } from "./typescript.js";

const ROOT = join(__dirname, "..", "..");

async function outputs(): Promise<ReadonlyMap<string, string>> {
  const { version, description } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    readonly version: string;
    readonly description: string;
  };
  const texts = {
    "provider/spec/types.ts": typesModule({
      duty: "What a user may say about a restore: the public types.",
      root: document.form,
      others: [
        { from: "./source-types.js", root: source.form },
        { from: "./options-types.js", root: options.form },
        { from: "./status-types.js", root: status.form },
      ],
    }),
    "provider/spec/source-types.ts": typesModule({
      duty: "Where a backup comes from: public types.",
      root: source.form,
    }),
    "provider/spec/options-types.ts": typesModule({
      duty: "Options and hooks: public types.",
      root: options.form,
    }),
    "provider/spec/status-types.ts": typesModule({
      duty: "What a restore tells about itself: public types.",
      root: status.form,
    }),
    "provider/deploy/crd.yaml": crdYaml(),
    "provider/deploy/operator.yaml": operatorYaml(version),
    "provider/deploy/namespaced/role.yaml": roleYaml(),
    "provider/deploy/replicas/pod-disruption-budget.yaml": addedYaml("PodDisruptionBudget"),
    "provider/deploy/service-monitor/service-monitor.yaml": addedYaml("ServiceMonitor"),
    "docs/fields.md": fieldsPage(),
    "docs/permissions.md": permissionsPage(),
    "docs/reasons.md": reasonsPage(),
  };
  const formatted = Object.entries(texts).map(async ([path, text]): Promise<[string, string]> => {
    const filepath = join(ROOT, path);
    return [path, await format(text, { ...(await resolveConfig(filepath)), filepath })];
  });
  const schema = `${JSON.stringify(packageSchema(version, description), null, 2)}\n`;
  return new Map([...(await Promise.all(formatted)), ["schema.json", schema]]);
}

async function main(check: boolean): Promise<void> {
  const stale: string[] = [];
  for (const [path, text] of await outputs()) {
    const current = await readFile(join(ROOT, path), "utf8").catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    });
    if (current === text) continue;
    stale.push(path);
    if (!check) await writeFile(join(ROOT, path), text);
  }
  if (stale.length === 0) return;
  console.log(`${check ? "out of date, run npm run generate:" : "written:"} ${stale.join(", ")}`);
  if (check) process.exitCode = 1;
}

void main(process.argv.includes("--check"));
