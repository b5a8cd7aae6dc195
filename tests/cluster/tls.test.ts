/** A standalone that speaks Bolt over TLS only: restored like any other, and left alone where it is not believed. */
import { createAuthority } from "../../tools/lab/index.js";
import { tlsSecretName } from "../../tools/lab/objects/standalone.js";
import { expectRestored, untouched } from "./expectations.js";
import { Stage, target } from "./stage.js";

jest.setTimeout(180_000);

let stage: Stage;
const name = "orders";
beforeAll(async () => {
  stage = await Stage.open({ tls: true });
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
}, 300_000);
afterAll(() => stage.close());

test("an authority that did not issue the certificate: refused before anything stops, with the Secret", async () => {
  const check = await untouched(stage, name);
  const own = await authority();
  await setAuthority((await createAuthority("somebody else")).certificate);
  const report = await stage.restore({ name, force: true });
  await setAuthority(own);
  expect(report.failure?.reason).toBe("CertificateRefused");
  expect(report.failure?.message).toContain(`ca.crt of Secret ${tlsSecretName(target)}`);
  await stage.engine.remove({ name, namespace: stage.namespace, runId: report.runId }, stage.options);
  await check();
});

test("an authority that is not there is waited for by name", async () => {
  const check = await untouched(stage, name);
  const own = await authority();
  await setAuthority(null);
  const report = await stage.restore({ name, force: true, options: { waitFor: "1s" } });
  await setAuthority(own);
  expect(report.failure?.reason).toBe("WaitedTooLong");
  expect(report.failure?.message).toContain(`Secret ${tlsSecretName(target)} needs the key ca.crt`);
  await stage.engine.remove({ name, namespace: stage.namespace, runId: report.runId }, stage.options);
  await check();
});

test.each([
  ["online", false],
  ["with stopCluster", true],
])("restored %s", async (_, stopCluster) => {
  const report = await stage.restore({ name, force: true, stopCluster, trigger: `${stopCluster}` });
  await expectRestored(stage, report, ["monday"]);
});

async function authority(): Promise<string> {
  const { namespace, cluster } = stage;
  const secret = await cluster.core.readNamespacedSecret({ name: tlsSecretName(target), namespace });
  return Buffer.from(secret.data?.["ca.crt"] ?? "", "base64").toString();
}

async function setAuthority(pem: string | null): Promise<void> {
  const { namespace, cluster } = stage;
  const value = pem === null ? null : Buffer.from(pem).toString("base64");
  const body = [
    { op: value === null ? "remove" : "add", path: "/data/ca.crt", ...(value === null ? {} : { value }) },
  ];
  await cluster.core.patchNamespacedSecret({ name: tlsSecretName(target), namespace, body });
}
