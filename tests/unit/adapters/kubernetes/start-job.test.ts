/** A suspended Job is started as the one that was seen, and no other of its name. */
import {
  createKubernetesPort,
  type KubernetesConnection,
} from "../../../../provider/adapters/kubernetes/index.js";
import { json, startFakeServer, status, type Answer, type FakeServer } from "./fake-server.js";

const path = "/apis/batch/v1/namespaces/n/jobs/r-pre-restore-hook";
let server: FakeServer;
let connection: KubernetesConnection;

beforeAll(async () => {
  server = await startFakeServer();
  connection = await server.connect();
});

afterAll(() => server.close());

/** @returns what was sent, and how it was refused */
async function start(
  patch: Answer,
  there: Answer,
): Promise<{ readonly sent: string; readonly fault: unknown }> {
  let sent = "";
  server.answers.set(path, (request, response) => {
    if (request.method !== "PATCH") {
      there(request, response);
      return;
    }
    request.on("data", (part: Buffer) => (sent += part.toString())).on("end", () => patch(request, response));
  });
  const port = createKubernetesPort(connection);
  const fault = await port.startJob("n", "r-pre-restore-hook", "seen").catch((error: unknown) => error);
  await port.close();
  return { sent, fault };
}

const job = (uid: string): Answer => json({ metadata: { name: "r-pre-restore-hook", uid } });

it("the uid of the look goes with it", async () => {
  const { sent, fault } = await start(job("seen"), job("seen"));
  expect(JSON.parse(sent)).toEqual({ metadata: { uid: "seen" }, spec: { suspend: false } });
  expect(fault).toBeUndefined();
});

it("none is left: nothing is to be started", async () => {
  const none = status(404, "not found", "NotFound");
  expect((await start(none, none)).fault).toBeUndefined();
});

it.each([
  [409, "Conflict"],
  [422, "Invalid"],
])("another one, or none by now, is looked at again (%i)", async (code, reason) => {
  const refused = status(code, "metadata.uid: field is immutable", reason);
  const again = { kind: "retry", reason: "KubernetesRefused" };
  expect((await start(refused, job("other"))).fault).toMatchObject(again);
  expect((await start(refused, status(404, "not found", "NotFound"))).fault).toMatchObject(again);
});

it("what refuses the very Job is told", async () => {
  const refused = status(422, "a webhook says no", "Invalid");
  expect((await start(refused, job("seen"))).fault).toMatchObject({
    kind: "terminal",
    message: expect.stringContaining("a webhook says no") as string,
  });
});
