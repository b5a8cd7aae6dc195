/**
 * The Neo4j adapter against a real Neo4j that speaks TLS only: whom it believes, whom it refuses and with which fix.
 * The way to the pod is a loopback connection, so nothing but the certificate says who answers.
 */
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import type { Neo4jEndpoint } from "../../provider/workflow/ports.js";
import { createAuthority, type Authority, type Pair } from "../../tools/lab/certificates.js";
import { type Adapter, adapterFor, endpoint, faultOf } from "./neo4j/adapter.js";
import { FIRST_BUILD_MS, Standin } from "./standin/server.js";

const minute = 60_000;

jest.setTimeout(60_000);

const caSecret = "graph-tls-secret";
const service = "graph-service.shop.svc";
const withTls: Neo4jEndpoint = { ...endpoint, tls: { caSecret, names: [service, "graph-service"] } };

let authority: Authority;
let server: Standin;
let adapter: Adapter;

beforeAll(async () => {
  authority = await createAuthority("the target's own");
  const pair = await authority.issue([service]);
  server = await Standin.create((home) => speakTls(home, pair));
}, FIRST_BUILD_MS);
afterAll(() => server.remove());

beforeEach(() => {
  adapter = adapterFor(server);
  adapter.others.set(caSecret, { "ca.crt": authority.certificate });
});
afterEach(() => adapter.port.close());

test("a certificate with only the Service's name is believed", async () => {
  const { port } = adapter;
  expect(await port.server(withTls)).toMatchObject({ reachable: true, version: "5.26.0" });
  await port.run(withTls, "neo4j", "UNWIND range(1, 3000) AS n CREATE (:Counted {n: n}) RETURN n", minute);
});

test("an authority that was rotated is read anew", async () => {
  adapter.others.set(caSecret, { "ca.crt": (await createAuthority("of last year")).certificate });
  expect(await adapter.port.server(withTls)).toMatchObject({ reachable: false, reason: "certificate" });
  adapter.others.set(caSecret, { "ca.crt": authority.certificate });
  expect(await adapter.port.server(withTls)).toMatchObject({ reachable: true });
});

test("a certificate for another name is refused, with the name it needs", async () => {
  const other = { ...withTls, tls: { caSecret, names: ["other-service.shop.svc", "other-service"] } };
  const fault = await faultOf(adapter.port.stop(other, "neo4j"));
  expect(fault).toMatchObject({ kind: "terminal", reason: "CertificateRefused" });
  expect(fault.message).toContain("is not valid for other-service.shop.svc or other-service");
});

test("a certificate of another authority is refused, with the Secret to correct", async () => {
  adapter.others.set(caSecret, { "ca.crt": (await createAuthority("somebody")).certificate });
  const fault = await faultOf(adapter.port.stop(withTls, "neo4j"));
  expect(fault).toMatchObject({ kind: "terminal", reason: "CertificateRefused" });
  expect(fault.message).toContain(`ca.crt of Secret ${caSecret}`);
});

test.each([
  ["no certificate at all", "not a certificate"],
  ["a broken one", "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n"],
])("%s as authority is refused", async (_, text) => {
  adapter.others.set(caSecret, { "ca.crt": text });
  const view = await adapter.port.server(withTls);
  expect(view).toMatchObject({ reachable: false, reason: "certificate" });
  expect("message" in view ? view.message : "").toContain(`ca.crt of Secret ${caSecret}`);
});

test.each([[undefined], [{}], [{ "ca.crt": "" }]])(
  "an authority that is missing is waited for: %j",
  async (secret) => {
    if (secret) adapter.others.set(caSecret, secret);
    else adapter.others.delete(caSecret);
    const fault = await faultOf(adapter.port.server(withTls));
    expect(fault).toMatchObject({ kind: "waiting", reason: "SecretNotFound" });
    expect(fault.message).toContain(`shop/${caSecret} has no ca.crt`);
  },
);

test("a server that closes without a word, whichever way it is asked, is silent and not misjudged", async () => {
  const ends = createServer((socket) => socket.once("data", () => socket.destroy())).listen(0, "127.0.0.1");
  await once(ends, "listening");
  adapter.way = () => Promise.resolve(connect((ends.address() as AddressInfo).port, "127.0.0.1"));
  const view = await adapter.port.server(withTls);
  ends.close();
  expect(view).toMatchObject({ reachable: false, reason: "unreachable" });
});

test("a server that speaks TLS only is no silent one to a target without TLS", async () => {
  const view = await adapter.port.server(endpoint);
  expect(view).toMatchObject({ reachable: false, reason: "certificate" });
  expect("message" in view ? view.message : "").toContain("speaks TLS only");
  const fault = await faultOf(adapter.port.stop(endpoint, "neo4j"));
  expect(fault).toMatchObject({ kind: "terminal", reason: "CertificateRefused" });
});

test("an expired certificate is refused until it is renewed", async () => {
  await server.stop();
  await speakTls(server.home, await authority.issue([service], { expired: true }));
  await server.start();
  const fault = await faultOf(adapter.port.stop(withTls, "neo4j"));
  expect(fault).toMatchObject({ kind: "terminal", reason: "CertificateRefused" });
  expect(fault.message).toContain("has expired: renew it");
});

test("a server without TLS is no silent one to a target with TLS", async () => {
  await server.stop();
  await rm(join(server.home, "conf", "neo4j.conf"));
  await server.start();
  const view = await adapter.port.server(withTls);
  expect(view).toMatchObject({ reachable: false, reason: "certificate" });
  expect("message" in view ? view.message : "").toContain("speaks no TLS");
  expect(await adapter.port.server(endpoint)).toMatchObject({ reachable: true });
});

/** As the operator writes it into neo4j.conf. */
async function speakTls(home: string, pair: Pair): Promise<void> {
  const folder = join(home, "ssl");
  const policy = "dbms.ssl.policy.bolt";
  const settings = {
    "server.bolt.tls_level": "REQUIRED",
    [`${policy}.enabled`]: "true",
    [`${policy}.base_directory`]: folder,
    [`${policy}.private_key`]: "tls.key",
    [`${policy}.public_certificate`]: "tls.crt",
    [`${policy}.client_auth`]: "NONE",
    [`${policy}.tls_versions`]: "TLSv1.3,TLSv1.2",
  };
  await mkdir(folder, { recursive: true });
  await mkdir(join(home, "conf"), { recursive: true });
  await writeFile(join(folder, "tls.crt"), pair.certificate);
  await writeFile(join(folder, "tls.key"), pair.key);
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  await writeFile(join(home, "conf", "neo4j.conf"), lines.join("\n"));
}
