/** The ServiceAccount that restores share, on a real API server: made, used by several, left by the last. */
import { createKubernetesPort } from "../../provider/adapters/kubernetes/index.js";
import type { KubernetesPort } from "../../provider/workflow/ports.js";
import { openLab, type Lab } from "./kubernetes/lab.js";

jest.setTimeout(120_000);

let lab: Lab;
let port: KubernetesPort & { close(): Promise<void> };
const annotations = { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/restore" };
const [one, other] = ["run0000001", "run0000002"];

beforeAll(async () => {
  lab = await openLab();
  port = createKubernetesPort(lab.connection);
});

afterAll(async () => {
  await port.close();
  await lab.remove();
});

test("one of our making goes with the last run that uses it, whatever is asked for twice", async () => {
  const { namespace } = lab;
  const name = "neo4j-restore-sa";
  expect(await port.serviceAccount(namespace, name)).toBeUndefined();
  for (const run of [one, one, other]) await port.useServiceAccount(namespace, name, run, annotations);
  expect(await port.serviceAccount(namespace, name)).toMatchObject({ name, annotations });
  await port.leaveServiceAccount(namespace, name, one);
  await port.leaveServiceAccount(namespace, name, one);
  expect(await port.serviceAccount(namespace, name)).toMatchObject({ name, annotations });
  await port.leaveServiceAccount(namespace, name, other);
  expect(await port.serviceAccount(namespace, name)).toBeUndefined();
  await port.leaveServiceAccount(namespace, name, other);
});

test("one of somebody else's making is neither noted on nor removed", async () => {
  const { namespace } = lab;
  await lab.make("ServiceAccount", "reader", {}, { annotations: { theirs: "yes" } });
  await port.useServiceAccount(namespace, "reader", one, annotations);
  expect((await port.serviceAccount(namespace, "reader"))?.annotations).toEqual({ theirs: "yes" });
  await port.leaveServiceAccount(namespace, "reader", one);
  expect(await port.serviceAccount(namespace, "reader")).toBeDefined();
});
