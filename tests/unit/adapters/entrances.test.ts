/**
 * The entrances: every place where an adapter takes a text from outside, each with the text in it. However long it
 * is, what comes out is bounded; what is used is given whole or refused.
 */
import fc from "fast-check";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Neo4jError, Record as Row } from "neo4j-driver";
import { WebSocketServer } from "ws";
import { connectKubernetes } from "../../../provider/adapters/kubernetes/index.js";
import type { Api } from "../../../provider/adapters/kubernetes/api.js";
import { readBackup } from "../../../provider/adapters/kubernetes/backups.js";
import { describe as words, refusal, unreachable } from "../../../provider/adapters/kubernetes/errors.js";
import { execInPod } from "../../../provider/adapters/kubernetes/exec.js";
import { lastLines } from "../../../provider/adapters/kubernetes/job-log.js";
import { jobView } from "../../../provider/adapters/kubernetes/jobs.js";
import { serviceAccountView } from "../../../provider/adapters/kubernetes/service-accounts.js";
import { otherWork } from "../../../provider/adapters/kubernetes/other-work.js";
import { heldBy } from "../../../provider/adapters/kubernetes/target.js";
import { toFault } from "../../../provider/adapters/neo4j/driver-faults.js";
import { readAttachments } from "../../../provider/adapters/neo4j/attachments.js";
import { databaseRow, kernel, serverRow, withinBounds } from "../../../provider/adapters/neo4j/rows.js";
import { most, sizeOf } from "../../../provider/plan/bounds.js";
import type { JsonObject } from "../../../provider/plan/observation.js";
import { unforeseen } from "../../../provider/runtime/unforeseen.js";
import type { RestoreFault } from "../../../provider/workflow/faults.js";
import { kubeconfig } from "./kubernetes/fake-server.js";

jest.setTimeout(60_000);

const row = (fields: object): Row => new Row(Object.keys(fields), Object.values(fields));
const neo4jError = (code: string, message: string): Neo4jError =>
  new Neo4jError(message, code, "50N42", "", { OPERATION: "", OPERATION_CODE: "0", CURRENT_SCHEMA: "/" });
const attempt = { action: "stop database orders", server: "s-0", lost: "retry" } as const;
const data = (fault: RestoreFault): object => ({ ...fault.toData(), stack: undefined });

const job: JsonObject = {
  metadata: { name: "r-restore", uid: "u" },
  spec: { template: { spec: { containers: [{ name: "main" }] } } },
};
const ofJob = { ownerReferences: [{ uid: "u" }], name: "p", uid: "pu" };

/** An API that answers with one pod and its events. */
const api = (
  pod: JsonObject,
  events: readonly JsonObject[] = [],
  log = "",
  jobs: readonly JsonObject[] = [],
) =>
  ({
    get: () => Promise.resolve(job),
    list: (path: string) =>
      Promise.resolve(path.endsWith("/events") ? events : path.endsWith("/jobs") ? jobs : [pod]),
    text: () => Promise.resolve(log),
  }) as unknown as Api;

const pod = (status: JsonObject): JsonObject => ({ metadata: ofJob, status });

type Entrance = (text: string) => unknown;
const entrances: Readonly<Record<string, Entrance>> = {
  "Neo4j: statusMessage": (text) =>
    databaseRow(row({ ...cells, statusMessage: text, requestedStatus: "online" })),
  "Neo4j: an error with a code": (text) => data(toFault(neo4jError("Neo.ClientError.X.Y", text), attempt)),
  "Neo4j: a code": (text) => data(toFault(neo4jError(`Neo.${text}`, "no"), attempt)),
  "Neo4j: an error of a user's statement": (text) =>
    data(toFault(neo4jError("Neo.ClientError.X.Y", text), { ...attempt, statement: "RETURN 'x'" })),
  "Neo4j: the driver's own error": (text) => data(toFault(new Error(text), attempt)),
  "Kubernetes: a Status": (text) => data(refusal("GET /x", 403, JSON.stringify({ message: text }))),
  "Kubernetes: a Status' reason": (text) => {
    const fault = refusal("GET /x", 403, JSON.stringify({ reason: text }));
    return [data(fault), fault.statusReason];
  },
  "Kubernetes: an answer that is no Status": (text) => data(refusal("GET /x", 502, text)),
  "Kubernetes: the call": (text) => data(refusal(`GET /${text}`, 403, "{}")),
  "Kubernetes: no answer": (text) => data(unreachable(`GET /${text}`, "https://k", new Error(text))),
  "Kubernetes: a library or an authenticator": (text) => words(new Error(text)),
  "Kubernetes: several attempts": (text) => words(new AggregateError([new Error(text), new Error(text)])),
  "Kubernetes: a log of long lines": (text) => lastLines(api({}, [], `a\n${text}\n${text}`), "n", "p", "c"),
  "Kubernetes: a log of many lines": (text) =>
    lastLines(api({}, [], "line\n".repeat(text.length)), "n", "p", "c"),
  "Kubernetes: a pod's message and reason": (text) =>
    jobView(api(pod({ phase: "Failed", message: text, reason: text })), "n", "r-restore"),
  "Kubernetes: a pod's condition": (text) => {
    const conditions = [{ type: "DisruptionTarget", status: "True", reason: text, message: text }];
    return jobView(api(pod({ phase: "Failed", conditions })), "n", "r-restore");
  },
  "Kubernetes: why it is not scheduled": (text) => {
    const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: text }];
    return jobView(api(pod({ phase: "Pending", conditions })), "n", "r-restore");
  },
  "Kubernetes: an event": (text) =>
    jobView(api(pod({ phase: "Pending" }), [{ reason: "FailedMount", message: text }]), "n", "r-restore"),
  "Kubernetes: a backup's error": (text) =>
    readBackup("b", { status: { history: [{ status: "Failed", error: text }] } }),
  "Kubernetes: a backup's phase": (text) => readBackup("b", { status: { phase: text } }),
  "Kubernetes: an annotation of a ServiceAccount": (text) =>
    serviceAccountView(
      { get: () => Promise.resolve({ metadata: { annotations: { role: text } } }) } as unknown as Api,
      ...(["n", "a"] as const),
    ),
  "Kubernetes: another's hold": (text) =>
    heldBy({ metadata: { annotations: { "neo4j.com/restore-in-progress": text } } }),
  "Kubernetes: a list of others' Jobs": (text) => {
    const names = Array.from({ length: text.length % 5_000 }, (_, index) => ({
      metadata: { name: `backup-${index}`, labels: { "neo4j.com/backup-target": "solo" } },
    }));
    return otherWork(api({}, [], "", names), { namespace: "n", name: "solo" }, [], "run");
  },
  "this program: an error of the operating system": (text) =>
    data(unforeseen(Object.assign(new Error(text), { syscall: "open" }), "terminal")),
  "this program: an error's name": (text) =>
    data(unforeseen(Object.assign(new Error(""), { name: text, stack: "" }), "terminal")),
};

const cells = {
  ...{ name: "orders", type: "standard", access: "read-write", serverID: "s", address: "a:7687" },
  ...{ role: "primary", writer: true, requestedStatus: "online", currentStatus: "online", statusMessage: "" },
  ...{
    databaseID: "d",
    creationTime: "t",
    lastStartTime: "t",
    store: "f",
    lastCommittedTxn: 1,
    replicationLag: 0,
    default: true,
  },
};

const texts = fc
  .tuple(fc.constantFrom("e", "ü", "🧊", "at org.neo4j.Kernel\n"), fc.nat(1_000_000))
  .map(([one, size]) => one.repeat(Math.ceil(size / one.length)));

test.each(Object.entries(entrances))("%s", async (_name, entrance) => {
  const probe = async (text: string): Promise<void> => {
    const taken = JSON.stringify([await entrance(text)]);
    expect(sizeOf(taken)).toBeLessThanOrEqual(3 * most.text + 2 * most.name);
  };
  await probe("e".repeat(1024 * 1024));
  await fc.assert(fc.asyncProperty(texts, probe), { numRuns: 12 });
});

const refused = /takes at most/;
const tooLarge = { kind: "terminal", reason: "TooLarge" };

test("what is used of Neo4j's answers is given whole, or refused", async () => {
  const long = "n".repeat(100_000);
  for (const column of [
    "name",
    "address",
    "serverID",
    "role",
    "requestedStatus",
    "currentStatus",
    "store",
    "databaseID",
  ])
    expect(() => databaseRow(row({ ...cells, [column]: long }))).toThrow(refused);
  const server = { serverId: "s", state: "Enabled", health: "Available", modeConstraint: "NONE" };
  const lists = { allowedDatabases: [long], deniedDatabases: [], address: "a" };
  expect(() => serverRow(row({ ...server, ...lists }))).toThrow(refused);
  expect(() => kernel([row({ name: "Neo4j Kernel", versions: [long], edition: "e" })])).toThrow();
  const many = Array.from({ length: most.rows + 1 }, () => row({}));
  expect(() => withinBounds(many)).toThrow(refused);
  expect(withinBounds(many.slice(1))).toHaveLength(most.rows);
});

test("5,000 privileges are read whole; more than can be kept are refused before anything is stopped", async () => {
  const of = (count: number, length: number) => (statement: string) =>
    Promise.resolve(
      statement.includes("PRIVILEGES")
        ? Array.from({ length: count }, (_, index) =>
            row({ command: `GRANT ACCESS ON DATABASE orders TO role${"x".repeat(length)}${index}` }),
          )
        : [],
    );
  const { privileges } = await readAttachments(of(5_000, 100), "orders");
  expect(privileges).toHaveLength(5_000);
  expect(privileges.at(-1)).toMatch(/4999$/);
  await expect(readAttachments(of(5_000, 2_000), "orders")).rejects.toMatchObject(tooLarge);
});

test("a report of our Job is given whole, or refused", async () => {
  const ended = (message: string): JsonObject =>
    pod({
      phase: "Succeeded",
      containerStatuses: [{ name: "main", state: { terminated: { message, exitCode: 0 } } }],
    });
  const report = `info=${"i".repeat(4_000)}`;
  expect(await jobView(api(ended(report)), "n", "r-restore")).toMatchObject({ terminationMessage: report });
  await expect(jobView(api(ended("i".repeat(20_000))), "n", "r-restore")).rejects.toMatchObject(tooLarge);
});

/** A pod whose command prints that much. */
async function printing(stdout: number, stderr: number, code: number) {
  const server = createServer((_request, response) => void response.end("{}"));
  const sockets = new WebSocketServer({ server, handleProtocols: ([...all]) => all[0] ?? false });
  sockets.on("connection", (socket) => {
    const say = (channel: number, text: string): void =>
      socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(text)]));
    for (let sent = 0; sent < stdout; sent += 8_000) say(1, "o".repeat(Math.min(8_000, stdout - sent)));
    for (let sent = 0; sent < stderr; sent += 8_000) say(2, "e".repeat(Math.min(8_000, stderr - sent)));
    const causes = [{ reason: "ExitCode", message: String(code) }];
    say(3, JSON.stringify(code === 0 ? { status: "Success" } : { status: "Failure", details: { causes } }));
    socket.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const connection = await connectKubernetes({ kubeconfig: kubeconfig(url) });
    return await execInPod(connection, "n", "p", "c", ["x"]);
  } finally {
    sockets.close();
    server.closeAllConnections();
    server.close();
  }
}

test("a command's output is given whole or refused, its complaints are cut", async () => {
  expect((await printing(most.report, 0, 0)).stdout).toBe("o".repeat(most.report));
  await expect(printing(most.report + 1, 0, 0)).rejects.toMatchObject(tooLarge);
  const { exitCode, stderr } = await printing(10, 1_000_000, 7);
  expect(exitCode).toBe(7);
  expect(stderr).toContain("(cut: 1000000 bytes)");
  expect(sizeOf(stderr)).toBeLessThanOrEqual(most.text);
});
