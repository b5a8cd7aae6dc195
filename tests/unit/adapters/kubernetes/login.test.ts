/** Logins that fail, that hang, and that many calls wait for: what comes out are faults, and one login for all. */
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectKubernetes } from "../../../../provider/adapters/kubernetes/index.js";
import { createLogin } from "../../../../provider/adapters/kubernetes/login.js";
import { execInPod } from "../../../../provider/adapters/kubernetes/exec.js";
import { json, kubeconfig, startFakeServer, type FakeServer } from "./fake-server.js";

let server: FakeServer;
let folder: string;

beforeEach(async () => {
  server = await startFakeServer();
  folder = await mkdtemp(join(tmpdir(), "login-"));
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** A kubeconfig whose user has an authenticator: this shell script. */
async function withAuthenticator(script: string): Promise<string> {
  const command = join(folder, "authenticator");
  await writeFile(command, `#!/bin/sh\n${script}\n`);
  await chmod(command, 0o755);
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command, interactiveMode: "Never" };
  return JSON.stringify({
    ...(JSON.parse(kubeconfig(server.url)) as object),
    users: [{ name: "u", user: { exec } }],
  });
}

const token = `echo '{"status":{"token":"s3cret"}}'`;
const faultOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

test("an authenticator that fails while a run goes on is worth another try, for calls and for lines to pods", async () => {
  const marker = join(folder, "away");
  const connection = await connectKubernetes({
    kubeconfig: await withAuthenticator(
      `test ! -e ${marker} || { echo no route to the issuer >&2; exit 1; }\n${token}`,
    ),
  });
  server.answers.set("/x", json({ fine: true }));
  await writeFile(marker, "");
  const expected = {
    kind: "retry",
    reason: "KubernetesUnreachable",
    message: `There are no credentials for the Kubernetes API at ${server.url}: no route to the issuer`,
  };
  expect(await faultOf(connection.api.get("/x"))).toMatchObject(expected);
  expect(await faultOf(execInPod(connection, "apps", "graph-0", "neo4j", ["true"]))).toMatchObject(expected);
  await rm(marker);
  expect(await connection.api.get("/x")).toEqual({ fine: true });
});

test("calls that wait at the same time have one login", async () => {
  const log = join(folder, "log");
  const connection = await connectKubernetes({
    kubeconfig: await withAuthenticator(`echo login >> ${log}\n${token}`),
  });
  server.answers.set("/x", json({ fine: true }));
  const before = (await readFile(log, "utf8")).length;
  await Promise.all(["/x", "/x", "/x"].map((path) => connection.api.get(path)));
  expect((await readFile(log, "utf8")).length - before).toBe("login\n".length);
});

test("an authenticator that hangs is given up, and asked again by the next call", async () => {
  let asked = 0;
  const login = createLogin(
    "https://api",
    () => ({
      applyToHTTPSOptions: (options) => {
        asked += 1;
        options.auth = "found";
        return asked === 1 ? new Promise(() => undefined) : Promise.resolve();
      },
    }),
    20,
  );
  expect(await faultOf(login())).toMatchObject({
    kind: "retry",
    message:
      "There are no credentials for the Kubernetes API at https://api: the authenticator did not answer within 0.02 s",
  });
  expect(await login()).toEqual({ auth: "found" });
});
