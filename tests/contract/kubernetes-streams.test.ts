/** Commands in a pod, byte streams to its ports, and changes as they happen, on a real kubelet. */
import { once } from "node:events";
import { text as readAll } from "node:stream/consumers";
import {
  connectKubernetes,
  createJournal,
  createKubernetesPort,
  openPodStream,
  readSecret,
} from "../../provider/adapters/kubernetes/index.js";
import { labels } from "../../provider/plan/names.js";
import type { KubernetesPort } from "../../provider/workflow/ports.js";
import { kubeconfig, openLab, podSpec, untilRunning, type Lab } from "./kubernetes/lab.js";

jest.setTimeout(120_000);

/** Sends back what it gets, in upper case, until the client is done. */
const server = `
use IO::Socket::INET;
my $s = IO::Socket::INET->new(LocalPort => 7687, Listen => 5, ReuseAddr => 1) or die;
while (my $c = $s->accept) { while (sysread($c, my $b, 65536)) { syswrite($c, uc $b); last if $b =~ /bye/; } close $c; }
`;

let lab: Lab;
let port: KubernetesPort & { close(): Promise<void> };

beforeAll(async () => {
  lab = await openLab();
  port = createKubernetesPort(lab.connection);
  await lab.make("Pod", "server", {
    spec: podSpec("", {}, { command: ["perl", "-e", server] }),
  });
  await untilRunning(lab, "server");
});

afterAll(async () => {
  await port.close();
  await lab.remove();
});

describe("exec", () => {
  const run = (...argv: string[]) => port.exec(lab.namespace, "server", "main", argv);

  test("gives exit code and both outputs, argv untouched by any shell", async () => {
    expect(await run("sh", "-c", 'echo "$1"; echo oops >&2; exit 7', "sh", "$(id) 'ö' & ;\n*")).toEqual({
      exitCode: 7,
      stdout: "$(id) 'ö' & ;\n*\n",
      stderr: "oops\n",
    });
    expect(await run("true")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  test("an output beyond the bound is refused; complaints are cut, and the exit code is still there", async () => {
    const long = "head -c 3000000 /dev/zero | tr '\\0' x";
    await expect(run("sh", "-c", long)).rejects.toMatchObject({ kind: "terminal", reason: "TooLarge" });
    const { exitCode, stdout, stderr } = await run("sh", "-c", `echo short; ${long} >&2; exit 2`);
    expect([exitCode, stdout]).toEqual([2, "short\n"]);
    expect(Buffer.byteLength(stderr)).toBeLessThanOrEqual(4 * 1024);
    expect(stderr).toContain("(cut: ");
  });

  test("a missing pod is refused, a missing command is told", async () => {
    await expect(port.exec(lab.namespace, "nobody", "main", ["true"])).rejects.toMatchObject({
      kind: "terminal",
      reason: "KubernetesRefused",
      message: expect.stringContaining('pods "nobody" not found') as string,
    });
    await expect(run("/no/such")).rejects.toMatchObject({ reason: "KubernetesRefused" });
  });
});

describe("pod streams", () => {
  test("carry bytes both ways and end with the server", async () => {
    const stream = await openPodStream(lab.connection, lab.namespace, "server", 7687);
    stream.write("hello ");
    const [answer] = (await once(stream, "data")) as [Buffer];
    expect(answer.toString()).toBe("HELLO ");
    stream.write("bye");
    expect(await readAll(stream)).toBe("BYE");
  });

  test("carry a megabyte whole to a slow reader", async () => {
    const stream = await openPodStream(lab.connection, lab.namespace, "server", 7687);
    const sent = "a".repeat(1_000_000);
    stream.write(sent + "bye");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await readAll(stream)).length).toBe(sent.length + 3);
    stream.destroy();
  });

  test("a port where nobody listens is an error of the stream; a missing pod is refused", async () => {
    const stream = await openPodStream(lab.connection, lab.namespace, "server", 9);
    const [error] = (await once(stream, "error")) as [unknown];
    expect(error).toMatchObject({ kind: "retry", reason: "KubernetesUnreachable" });
    await expect(openPodStream(lab.connection, lab.namespace, "nobody", 7687)).rejects.toMatchObject({
      reason: "KubernetesRefused",
    });
  });
});

describe("changes", () => {
  const never = new AbortController().signal;
  const waited = async (work: Promise<void>): Promise<"changed" | "quiet"> =>
    Promise.race([
      work.then(() => "changed" as const),
      new Promise<"quiet">((resolve) => setTimeout(() => resolve("quiet"), 1_500)),
    ]);

  test("wake the run that they concern, remember what came in between, and end with the signal", async () => {
    const scope = { target: { namespace: lab.namespace, name: "solo" }, runId: "run1", backup: "nightly" };
    const changed = (signal = never) => port.changed(scope, signal);
    await changed();
    while ((await waited(changed(AbortSignal.timeout(1_000)))) === "changed" && !(await quiet(changed))) {
      // The watches begin with what is there already.
    }
    const waiting = changed();
    await lab.make("Neo4jBackup", "other", { spec: {} });
    await lab.make("Pod", "unrelated", { spec: podSpec("true") });
    expect(await waited(waiting)).toBe("quiet");
    await lab.make("Neo4jBackup", "nightly", { spec: { target: { kind: "Database", name: "orders" } } });
    await waiting;
    await lab.make("ConfigMap", "of-run", {}, { labels: { [labels.run]: "run1" } });
    await lab.make(
      "Job",
      "of-run",
      { spec: { template: { spec: podSpec("true") } } },
      { labels: { [labels.run]: "run1" } },
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await waited(changed())).toBe("changed");
  });

  test("a request to cancel wakes the run", async () => {
    const journal = createJournal(lab.connection);
    const scope = { target: { namespace: lab.namespace, name: "solo" }, runId: "run7" };
    await journal.save(
      lab.namespace,
      "cancelled",
      { state: '{"runId":"run7"}', status: "{}", request: "{}", owner: "o" },
      { revision: undefined, active: false },
    );
    const changed = (signal = never) => port.changed(scope, signal);
    await changed();
    while (!(await quiet(changed))) {
      // As above.
    }
    const waiting = changed();
    await journal.requestCancel(lab.namespace, "cancelled");
    expect(await waited(waiting)).toBe("changed");
  });

  async function quiet(changed: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    const signal = AbortSignal.timeout(1_000);
    await changed(signal);
    return signal.aborted;
  }
});

describe("access", () => {
  test("missing permissions are all named", async () => {
    const user = `system:serviceaccount:${lab.namespace}:default`;
    const asDefault = createKubernetesPort({ ...(await connectAs(user)) });
    const needed = [
      { verb: "patch", group: "apps", resource: "statefulsets" },
      { verb: "create", group: "", resource: "pods", subresource: "exec" },
      { verb: "create", group: "authorization.k8s.io", resource: "selfsubjectaccessreviews" },
    ];
    expect(await asDefault.missingPermissions(lab.namespace, needed)).toEqual([
      { verb: "patch", resource: "statefulsets.apps", namespace: lab.namespace },
      { verb: "create", resource: "pods/exec", namespace: lab.namespace },
    ]);
    expect(await port.missingPermissions(lab.namespace, needed)).toEqual([]);
    const everywhere = [...needed, { verb: "get", group: "", resource: "namespaces" }];
    expect(await port.missingPermissions("", everywhere)).toEqual([]);
    expect(await asDefault.missingPermissions("", everywhere)).toEqual([
      { verb: "patch", resource: "statefulsets.apps", namespace: "" },
      { verb: "create", resource: "pods/exec", namespace: "" },
      { verb: "get", resource: "namespaces", namespace: "" },
    ]);
    await expect(asDefault.target({ namespace: lab.namespace, name: "x" })).rejects.toMatchObject({
      kind: "terminal",
      reason: "KubernetesRefused",
      message: expect.stringContaining("forbidden") as string,
    });
  });

  test("secrets: names of keys for all, values only for the connection", async () => {
    await lab.make("Secret", "admin", { stringData: { username: "neo4j", password: "p/a$s" } });
    expect(await port.secrets(lab.namespace, ["admin", "none"])).toEqual([
      { name: "admin", exists: true, keys: ["password", "username"] },
      { name: "none", exists: false, keys: [] },
    ]);
    expect(await readSecret(lab.connection, lab.namespace, "admin")).toEqual({
      username: "neo4j",
      password: "p/a$s",
    });
    expect(await readSecret(lab.connection, lab.namespace, "none")).toBeUndefined();
  });

  async function connectAs(user: string) {
    const { readFile } = await import("node:fs/promises");
    const { parse, stringify } = await import("yaml");
    const config = parse(await readFile(kubeconfig, "utf8")) as { users: { user: object }[] };
    config.users = config.users.map((entry) => ({ ...entry, user: { ...entry.user, as: user } }));
    return connectKubernetes({ kubeconfig: stringify(config) });
  }
});
