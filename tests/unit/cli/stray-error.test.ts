/**
 * The executable itself: it says first what it acts on; an error that nobody waits for is told, and what it was asked to
 * do goes on.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { kubeconfig, startFakeServer, type FakeServer } from "../adapters/kubernetes/fake-server.js";

jest.setTimeout(60_000);

const root = path.join(__dirname, "../../..");
const main = path.join(root, "provider/faces/cli/main.ts");

let server: FakeServer;
beforeEach(async () => {
  server = await startFakeServer();
});
afterEach(() => server.close());

interface Ended {
  readonly code: number | null;
  readonly err: string;
}

/** @param stray runs inside the process, beside the command. */
function status(stray: string): Promise<Ended> {
  const inject = `data:text/javascript,${encodeURIComponent(stray)}`;
  const argv = ["--import", "tsx", "--import", inject, main, "status", "monday"];
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...argv, "--kubeconfig", kubeconfig(server.url)],
      { cwd: root },
      (_error, _out, err) => resolve({ code: child.exitCode, err }),
    );
  });
}

test.each([
  ["a rejection", "setImmediate(() => { Promise.reject(new Error('stray')); })"],
  ["an exception", "setImmediate(() => { throw new Error('stray'); })"],
])("%s ends nothing", async (_what, stray) => {
  const expected = "there is no restore monday";
  // Once the command is under way: it looks at the cluster.
  const late = `import("node:http").then(({ default: http }) => {
    const request = http.request;
    http.request = (...args) => { ${stray}; http.request = request; return request(...args); };
  })`;
  const { code, err } = await status(late);
  expect(err.split("\n")[0]).toBe(`context here, server ${new URL(server.url).host}`);
  expect(err).toContain("neo4j-restore: a bug: Error: stray");
  expect(err).toContain(expected);
  expect(code).toBe(1);
});
