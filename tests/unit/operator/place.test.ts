/** The operator's process tells which cluster it works on, before it asks it for anything. */
import { execFile } from "node:child_process";
import path from "node:path";
import { kubeconfig, startFakeServer, status } from "../adapters/kubernetes/fake-server.js";

test("first of all, also where it is not let in", async () => {
  const server = await startFakeServer();
  server.answers.set("/version", status(401, "who are you?"));
  const main = path.join(__dirname, "../../../provider/faces/operator/main.ts");
  const argv = ["--import", "tsx", main, "--port", "0", "--kubeconfig", kubeconfig(server.url)];
  const out = await new Promise<string>((resolve) => {
    execFile(process.execPath, argv, (_error, stdout) => resolve(stdout));
  });
  await server.close();
  const [first, second] = out.split("\n").map((line) => line && (JSON.parse(line) as unknown));
  const message = `works on: context here, server ${new URL(server.url).host}`;
  expect(first).toMatchObject({ level: "info", message });
  expect(second).toMatchObject({ level: "error", reason: "KubernetesUnauthorized" });
  expect(out).not.toContain("s3cret");
}, 60_000);
