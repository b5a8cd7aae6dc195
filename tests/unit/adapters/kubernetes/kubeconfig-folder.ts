/**
 * A home of its own for tests of kubeconfigs: files below it, a process environment that names it and nothing of this
 * machine, and refusals in the product's words.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadKubeConfig } from "../../../../provider/adapters/kubernetes/kubeconfig.js";
import { RestoreFault } from "../../../../provider/workflow/faults.js";
import { kubeconfig } from "./fake-server.js";

const before = { ...process.env };
const { KUBECONFIG: _, KUBERNETES_SERVICE_HOST: __, KUBERNETES_SERVICE_PORT: ___, ...outside } = before;
export const secret = "s3cret";
export const content = kubeconfig("https://one.example.com:6443", "apps", secret);
export let folder: string;

/** Before and after each test of the module that calls this. */
export function inFolder(): void {
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "kubeconfig-"));
    process.env = { ...outside, HOME: folder };
  });

  afterEach(async () => {
    process.env = { ...before };
    await rm(folder, { recursive: true });
  });
}

/** Writes these files and names them, in this order. */
export async function files(
  ...written: readonly (readonly [name: string, text: string | undefined])[]
): Promise<void> {
  for (const [name, text] of written) if (text !== undefined) await file(name, text);
  process.env["KUBECONFIG"] = written.map(([name]) => path.join(folder, name)).join(path.delimiter);
}

export async function file(name: string, text: string): Promise<string> {
  const at = path.join(folder, name);
  await mkdir(path.dirname(at), { recursive: true });
  await writeFile(at, text);
  return at;
}

/** With the folder left out, and free of any secret. */
export function refusal(...args: Parameters<typeof loadKubeConfig>): string {
  try {
    loadKubeConfig(...args);
  } catch (error) {
    if (!(error instanceof RestoreFault)) throw error;
    expect(error).toMatchObject({ kind: "terminal", reason: "KubernetesUnreachable" });
    expect(JSON.stringify(error) + error.message + String(error.cause)).not.toContain(secret);
    expect(error.message).not.toContain(Buffer.from(content).toString("base64").slice(0, 30));
    return error.message.replaceAll(folder, "~");
  }
  throw new Error("it was not refused");
}
