/** Which files are read, as kubectl reads them, and what they lead to. */
import { chmod } from "node:fs/promises";
import type https from "node:https";
import path from "node:path";
import { loadKubeConfig, type LoadedConfig } from "../../../../provider/adapters/kubernetes/kubeconfig.js";
import { kubeconfig } from "./fake-server.js";
import { content, file, files, folder, inFolder, refusal, secret } from "./kubeconfig-folder.js";

inFolder();

async function headersOf({ config }: LoadedConfig): Promise<unknown> {
  const options: https.RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return options.headers;
}

test("the first file that sets a value wins, absent and empty ones are passed over", async () => {
  await files(
    ["absent", undefined],
    ["empty", "# later\n"],
    ["one", kubeconfig("https://one.example.com:6443", "apps")],
    ["two", kubeconfig("https://two.example.com", "shop").replace('"here"', '"there"')],
  );
  expect(loadKubeConfig(undefined)).toMatchObject({
    place: "context here, server one.example.com:6443",
    origin: expect.stringContaining(
      "(KUBECONFIG), context here, server https://one.example.com:6443",
    ) as unknown,
    inside: false,
  });
});

test("~/.kube/config is the default", async () => {
  await file(".kube/config", content);
  expect(loadKubeConfig(undefined).place).toBe("context here, server one.example.com:6443");
});

test("a long path that is one is read", async () => {
  const at = await file(`${"abcdefgh/".repeat(20)}config`, content);
  expect(loadKubeConfig({ kubeconfig: at }).place).toBe("context here, server one.example.com:6443");
});

describe("what a file names lies in its folder", () => {
  const withUser = (user: object): string =>
    JSON.stringify({
      ...(JSON.parse(content) as object),
      clusters: [{ name: "c", cluster: { server: "https://one", "certificate-authority": "ca.crt" } }],
      users: [{ name: "u", user }],
    });

  test("certificates and keys, unless their path is absolute", async () => {
    const user = { "client-certificate": "../u.crt", "client-key": "/keys/u.key" };
    const { config } = loadKubeConfig({ kubeconfig: await file("conf/config", withUser(user)) });
    expect(config.getCurrentCluster()?.caFile).toBe(path.join(folder, "conf/ca.crt"));
    expect(config.getCurrentUser()).toMatchObject({
      certFile: path.join(folder, "u.crt"),
      keyFile: "/keys/u.key",
    });
  });

  test("a token file, which is read anew for each call, and wins over a token", async () => {
    const user = { tokenFile: "token", token: "old", "token-file": "/unknown/to/kubectl" };
    const at = await file("conf/config", withUser(user).replace(',"certificate-authority":"ca.crt"', ""));
    await file("conf/token", "first\n");
    const loaded = loadKubeConfig({ kubeconfig: at });
    expect(await headersOf(loaded)).toEqual({ Authorization: "Bearer first" });
    await file("conf/token", "second");
    expect(await headersOf(loaded)).toEqual({ Authorization: "Bearer second" });
  });

  test.each([
    ["./bin/login", "bin/login"],
    ["login", undefined],
  ])("an authenticator %s", async (command, below) => {
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command, interactiveMode: "Never" };
    const { config } = loadKubeConfig({ kubeconfig: await file("conf/config", withUser({ exec })) });
    const expected = below === undefined ? command : path.join(folder, "conf", below);
    expect(config.getCurrentUser()?.exec).toMatchObject({ command: expected });
  });
});

test("entries that the context does not use may be incomplete, as for kubectl", () => {
  const parsed = JSON.parse(content) as Readonly<Record<string, readonly object[]>>;
  const whole = {
    ...parsed,
    clusters: [{ name: "new", cluster: {} }, ...(parsed["clusters"] ?? [])],
    contexts: [{ name: "new", context: { user: "u" } }, ...(parsed["contexts"] ?? [])],
  };
  const given = { kubeconfig: JSON.stringify(whole) };
  expect(loadKubeConfig(given).place).toBe("context here, server one.example.com:6443");
  expect(refusal({ ...given, context: "new" })).toBe(
    "the given kubeconfig, context new: it names no cluster.",
  );
});

test("nothing of a server's URL is shown but its host, and no name breaks the line", () => {
  const server = `https://me:${secret}@one.example.com:6443/k8s`;
  const { place, origin } = loadKubeConfig({
    kubeconfig: kubeconfig(server).replaceAll('"here"', '"he\\nre\\u001b[31m"'),
  });
  expect(place).toBe("context he?re?[31m, server one.example.com:6443");
  expect(origin).toBe("the given kubeconfig, context he?re?[31m, server https://one.example.com:6443/k8s");
});

describe("in a pod", () => {
  const mount = "var/run/secrets/kubernetes.io/serviceaccount";
  beforeEach(() => {
    process.env["KUBERNETES_SERVICE_HOST"] = "10.96.0.1";
    process.env["KUBERNETES_SERVICE_PORT"] = "443";
  });

  test.each([undefined, "/absent/config", path.delimiter])(
    "KUBECONFIG %s: its ServiceAccount",
    async (value) => {
      if (value !== undefined) process.env["KUBECONFIG"] = value;
      await file(`${mount}/token`, "t");
      await file(`${mount}/namespace`, "restores");
      const { place, inside, config } = loadKubeConfig(undefined, folder);
      expect({ place, inside }).toEqual({
        place: "the pod's ServiceAccount, server 10.96.0.1",
        inside: true,
      });
      expect(config.getContextObject(config.getCurrentContext())?.namespace).toBe("restores");
    },
  );

  test("a kubeconfig wins; an empty one is a mistake, and no reason to act on the pod's cluster", async () => {
    await file(`${mount}/token`, "t");
    await files(["one", content]);
    expect(loadKubeConfig(undefined, folder).inside).toBe(false);
    await files(["one", ""]);
    expect(refusal(undefined, folder)).toMatch(/^file ~\/one \(KUBECONFIG\): it is empty/);
  });

  test("without a token, or with a context, it is told", async () => {
    expect(refusal(undefined, folder)).toMatch(/and this pod has no token of a ServiceAccount\.$/);
    await file(`${mount}/token`, "t");
    expect(refusal({ context: "prod" }, folder)).toMatch(/and a pod has no context "prod"\.$/);
  });
});

test("a file that may not be read ends the search, and is told", async () => {
  await files(["a", content], ["b", content]);
  await chmod(path.join(folder, "a"), 0);
  // The superuser reads everything.
  if (process.getuid?.() === 0) expect(loadKubeConfig(undefined).inside).toBe(false);
  else expect(refusal(undefined)).toMatch(/^file ~\/a \(KUBECONFIG\) cannot be read: EACCES: /);
});
