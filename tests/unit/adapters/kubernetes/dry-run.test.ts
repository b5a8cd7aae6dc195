/** What the API server would refuse, asked for without making it. */
import { createKubernetesPort } from "../../../../provider/adapters/kubernetes/index.js";
import { json, startFakeServer, status, type Answer, type FakeServer } from "./fake-server.js";

let server: FakeServer;

beforeEach(async () => {
  server = await startFakeServer();
});

afterEach(() => server.close());

const jobs = "/apis/batch/v1/namespaces/apps/jobs";
const pods = "/api/v1/namespaces/apps/pods";
const manifest = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "orders-restore", namespace: "apps", labels: { a: "b" } },
  spec: { template: { metadata: { labels: { c: "d" } }, spec: { containers: [{ name: "main" }] } } },
};

async function ask(ofJob: Answer, ofPod: Answer): Promise<string | undefined> {
  server.answers.set(jobs, ofJob);
  server.answers.set(pods, ofPod);
  const port = createKubernetesPort(await server.connect());
  try {
    return await port.wouldRefuse(manifest);
  } finally {
    await port.close();
  }
}

const taken = json({}, 201);

test("a Job is asked for with its pod, which has the Job for its owner; nothing is made", async () => {
  const bodies: string[] = [];
  const ofPod: Answer = (request, response) => {
    request.setEncoding("utf8").on("data", (text: string) => bodies.push(text));
    request.on("end", () => taken(request, response));
  };
  expect(await ask(taken, ofPod)).toBeUndefined();
  const asked = server.requests.filter((one) => one.startsWith("POST")).sort();
  expect(asked).toEqual([`POST ${pods}?dryRun=All`, `POST ${jobs}?dryRun=All`]);
  expect(JSON.parse(bodies.join(""))).toMatchObject({
    kind: "Pod",
    metadata: {
      name: "orders-restore",
      namespace: "apps",
      labels: { c: "d" },
      ownerReferences: [{ kind: "Job", name: "orders-restore", controller: true }],
    },
    spec: manifest.spec.template.spec,
  });
});

test.each([
  ["quota", 403, "Forbidden", 'pods "orders-restore" is forbidden: exceeded quota: tight'],
  ["a webhook that gives its own code", 400, "", 'admission webhook "w" denied the request: no'],
  ["validation", 422, "Invalid", "spec.containers[0].image: Required value"],
])("%s: Kubernetes' own words", async (_name, code, reason, words) => {
  expect(await ask(taken, status(code, words, reason))).toBe(words);
  expect(await ask(status(code, words, reason), taken)).toBe(words);
});

test.each([
  ["an object of that name is there", 409, "AlreadyExists"],
  ["a webhook knows no dry run", 400, "BadRequest"],
])("%s: nothing is said of what would be", async (_name, code, reason) => {
  expect(await ask(taken, status(code, "…", reason))).toBeUndefined();
});

test("an API server in trouble is asked again", async () => {
  await expect(ask(taken, status(503, "later"))).rejects.toMatchObject({ kind: "retry" });
});
