/** The command as a user types it, in a process of its own, against a real cluster: plan, run, status, undo, Ctrl-C. */
import type { KubernetesObject, V1Job } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { waitFor } from "../../tools/lab/index.js";
import { command } from "./command.js";
import { nothingRemains, remains, serving, untilJobRuns } from "./look.js";
import { Stage, type Wish } from "./stage.js";

jest.setTimeout(300_000);

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
}, 300_000);
afterAll(() => stage.close());

/** What is acted on, and nothing else. */
const placeAlone = /^context \S+, server [\w.:-]+\n$/;
const yamlOf = (wish: Wish): string => stringify(stage.document(wish));
const at = (): readonly string[] => ["--namespace", stage.namespace];
const linesOf = (out: string): readonly Readonly<Record<string, unknown>>[] =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

/** Until Kubernetes has noticed that a Job's pod has ended: a plan would name it as work that goes on. */
async function untilOver(job: string): Promise<void> {
  await waitFor<V1Job>(stage.cluster.config, {
    what: `Job ${job} to be complete`,
    path: `/apis/batch/v1/namespaces/${stage.namespace}/jobs`,
    name: job,
    timeoutMs: 60_000,
    done: ({ status }) => status?.conditions?.some(({ type }) => type === "Complete") === true,
  });
}

/** Versions of all that a restore might touch. */
async function versions(): Promise<readonly string[]> {
  const { namespace, cluster } = stage;
  const kinds = [
    ["batch/v1", "Job"],
    ["v1", "ConfigMap"],
    ["v1", "Secret"],
    ["v1", "PersistentVolumeClaim"],
    ["apps/v1", "StatefulSet"],
    ["coordination.k8s.io/v1", "Lease"],
    ["neo4j.neo4j.com/v1beta1", "Neo4jEnterpriseStandalone"],
  ] as const;
  const lists = await Promise.all(
    kinds.map(([apiVersion, kind]) => cluster.objects.list<KubernetesObject>(apiVersion, kind, namespace)),
  );
  return lists.flatMap(({ items }, index) =>
    items.map(
      ({ metadata }) =>
        `${kinds[index]?.[1] ?? ""} ${metadata?.name ?? ""} ${metadata?.resourceVersion ?? ""}`,
    ),
  );
}

test("plan tells what would happen and changes nothing; run does it; status, a second run and undo", async () => {
  const name = "whole";
  await stage.database(name, "monday");
  const { artifact } = await stage.backup(name, name);
  await untilOver(`${name}-backup`);
  await stage.mark(name, "tuesday");
  const document = yamlOf({ name, force: true, options: { keepPrevious: "1h" } });

  const before = await versions();
  const plan = await command(["plan", "-f", "-"], document).ended;
  expect(plan.out).toContain("Nothing is in the way, and nothing was touched.");
  expect(plan.out).toContain(`database  ${name} is online, last transaction`);
  expect(plan.out).toContain(artifact);
  expect(plan.code).toBe(0);
  expect(plan.err).toMatch(placeAlone);
  expect(await versions()).toEqual(before);

  const run = await command(["run", "-f", "-", "-o", "json"], document).ended;
  expect(run.code).toBe(0);
  expect(run.err).toMatch(placeAlone);
  const lines = linesOf(run.out);
  expect(lines.map(({ type }) => type)).toContain("progress");
  expect(lines.at(-1)).toMatchObject({ type: "result", name, exitCode: 0, status: { phase: "Completed" } });
  expect(await stage.marks(name)).toEqual(["monday"]);

  const again = await command(["run", "-f", "-"], document).ended;
  expect(again.code).toBe(0);
  expect(again.out).toContain("Nothing was done");

  const status = await command(["status", name, ...at()]).ended;
  expect(status.code).toBe(0);
  expect(status.out).toContain(`neo4j-restore undo ${name} --namespace ${stage.namespace}`);

  const undo = await command(["undo", name, ...at()]).ended;
  expect(undo.code).toBe(0);
  expect(await stage.marks(name)).toEqual(["monday", "tuesday"]);
  expect(await remains(stage, name)).toMatchObject(nothingRemains);
});

test("without consent it is refused, by plan and by run, and the database serves as before", async () => {
  const name = "refused";
  await stage.database(name, "monday");
  await stage.backup(name, name);
  const before = await serving(stage, name);
  const connection = { credentialsSecret: { name: "nowhere" } };
  const all = await command(["plan", "-f", "-", "-o", "json"], yamlOf({ name, connection })).ended;
  expect(all.code).toBe(1);
  expect(linesOf(all.out)[0]).toMatchObject({ waits: [{ reason: "SecretNotFound" }] });

  const plan = await command(["plan", "-f", "-"], yamlOf({ name })).ended;
  expect(plan.code).toBe(1);
  expect(plan.out).toContain("In the way (1)\n  - DatabaseExists: ");

  const run = await command(["run", "-f", "-"], yamlOf({ name })).ended;
  expect(run.code).toBe(1);
  expect(run.out).toContain("did not finish. DatabaseExists: ");
  expect(run.out).toContain("everything is as it was before the restore");
  expect(await serving(stage, name)).toEqual(before);
  expect(await remains(stage, name)).toMatchObject({ ...nothingRemains, jobs: [] });
});

test("a document with mistakes: all of them, and nothing touched", async () => {
  const before = await versions();
  const wrong = yamlOf({ name: "mistaken" })
    .replace("databaseName", "databasename")
    .replace("backupRef", "backupReff")
    .replace("clusterRef: graph", "clusterRef: [graph]");
  const { code, out, err } = await command(["run", "-f", "-"], wrong).ended;
  expect({ code, out }).toEqual({ code: 2, out: "" });
  for (const mistake of ["spec.clusterRef", "did you mean spec.databaseName?", "spec.source.backupReff"])
    expect(err).toContain(mistake);
  expect(await versions()).toEqual(before);
});

describe("Ctrl-C", () => {
  const slow = async (name: string): Promise<string> => {
    await stage.database(name, "monday");
    await stage.backup(name, name);
    await stage.mark(name, "tuesday");
    await stage.fault("restore-seconds.once", "30");
    return yamlOf({ name, force: true });
  };

  test("in the middle gives everything back, and says so", async () => {
    const name = "pressed";
    const document = await slow(name);
    const before = await serving(stage, name);
    const run = command(["run", "-f", "-"], document);
    await untilJobRuns(stage, name);
    await run.press("Ending the restore: what was changed so far is given back");
    const { code, out } = await run.ended;
    expect(code).toBe(130);
    expect(out).toContain("everything is as it was before the restore");
    expect(await serving(stage, name)).toEqual(before);
    expect(await stage.marks(name)).toEqual(["monday", "tuesday"]);
    expect(await remains(stage, name)).toMatchObject(nothingRemains);
  });

  test("twice leaves at once; resume goes on and ends it", async () => {
    const name = "left";
    const run = command(["run", "-f", "-"], await slow(name));
    await untilJobRuns(stage, name);
    await run.press("Ending the restore");
    await run.press(`Go on later with: neo4j-restore resume ${name} --namespace ${stage.namespace}`);
    expect((await run.ended).code).toBe(3);

    const resumed = await command(["resume", name, ...at()]).ended;
    expect(resumed.code).toBeLessThanOrEqual(1);
    expect((await serving(stage, name))["currentStatus"]).toBe("online");
    expect(await remains(stage, name)).toMatchObject(nothingRemains);
  });
});
