// Puts the stand-in for the kubernetes plugin into a folder for PATH, under the name that the engine looks for.

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

export async function placeKubernetesStandin(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const [loader, main] = [require.resolve("tsx/cjs"), path.join(__dirname, "main.ts")];
  const script = `#!/usr/bin/env node\n// A stand-in.\nrequire(${JSON.stringify(loader)});\nrequire(${JSON.stringify(main)});\n`;
  await writeFile(path.join(folder, "pulumi-resource-kubernetes"), script, { mode: 0o755 });
}
