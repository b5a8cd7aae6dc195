/** What is refused or waited for: each time nothing was touched, and the message says what is wrong. */
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import * as k8s from "@kubernetes/client-node";
import { openEngine } from "../../provider/compose.js";
import { neededPermissions, rulesOf, type NeededPermission } from "../../provider/plan/permissions.js";
import type { RestoreFault } from "../../provider/workflow/faults.js";
import { expectRestored, untouched } from "./expectations.js";
import { jobsOf, untilStatus } from "./look.js";
import { defaultPassword } from "../../tools/lab/standalone.js";
import { backups, Stage } from "./stage.js";

jest.setTimeout(180_000);

let stage: Stage;
const name = "orders";
const source = { type: "backup", backupRef: name } as const;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
}, 300_000);
afterAll(() => stage.close());

test("without consent an existing database is left alone, and what would be lost is told", async () => {
  const check = await untouched(stage, name);
  const report = await stage.restore({ name });
  expect(report.status.phase).toBe("Failed");
  expect(report.failure).toMatchObject({ reason: "DatabaseExists" });
  expect(report.failure?.message).toMatch(/last (committed )?transaction \d+/);
  expect(report.failure?.message).toContain("force");
  await check();
});

test("a wrong password is refused before anything stops", async () => {
  const check = await untouched(stage, name);
  await secret("wrong", { username: "neo4j", password: "not-this-one" });
  const connection = { credentialsSecret: { name: "wrong" } };
  const report = await stage.restore({ name, force: true, connection });
  expect(report.failure?.reason).toBe("AuthenticationFailed");
  expect(JSON.stringify(report)).not.toContain("not-this-one");
  await check();
});

test("a Secret that is not there is named when it did not come in time", async () => {
  const check = await untouched(stage, name);
  const wish = { name, force: true, connection: { credentialsSecret: { name: "absent" } } };
  const report = await stage.restore({ ...wish, options: { waitFor: "1s" } });
  expect(report.status.phase).toBe("Pending");
  expect(report.failure?.reason).toBe("WaitedTooLong");
  expect(report.failure?.message).toContain("Secret absent");
  await check();
});

test("an empty folder is told with what lies elsewhere; the database never stopped", async () => {
  const check = await untouched(stage, name);
  const storage = { type: "pvc", pvc: { name: backups } } as const;
  const source = { type: "storage", storage, backupPath: "yearly" } as const;
  const report = await stage.restore({ name, source, force: true });
  expect(report.failure?.reason).toBe("ArtifactNotFound");
  expect(report.failure?.message).toContain("yearly");
  expect(JSON.stringify(report.failure)).toMatch(/orders-\d{4}-\d{2}-\d{2}T[\d-]+\.backup/);
  await stage.engine.remove({ name, namespace: stage.namespace, runId: report.runId }, stage.options);
  await check();
});

test("every permission that is missing is told at once, whichever is refused first", async () => {
  const check = await untouched(stage, name);
  const late = ["create jobs.batch", "create pods/exec", "patch statefulsets.apps"];
  const lock = [...late, "patch neo4jenterprisestandalones.neo4j.neo4j.com"];
  const first = [...lock, "get leases.coordination.k8s.io", "get configmaps"];
  for (const [index, lacking] of [late, lock, first].entries()) {
    const engine = await openEngine({ kubeconfig: await kubeconfigOf(`limited-${index}`, lacking) });
    const told = await engine
      .run(stage.request({ name, force: true }), stage.options)
      .then(
        ({ failure }) => failure,
        (error: unknown) => error as RestoreFault,
      )
      .finally(() => engine.close());
    expect(told?.reason).toBe("MissingPermissions");
    for (const permission of lacking) expect(told?.message).toContain(permission);
    expect(told?.message).not.toContain("secrets");
  }
  await check();
});

test("each permission of the shipped Role, missing alone, is told by its name", async () => {
  const check = await untouched(stage, name);
  const users = neededPermissions.map((permission, index) => ({
    name: `without-${index}`,
    lacks: titleOf(permission),
  }));
  const told = await Promise.all(
    users.map(async (user) => {
      const engine = await openEngine({ kubeconfig: await kubeconfigOf(user.name, [user.lacks]) });
      try {
        return await engine.plan(stage.request({ name: user.name, databaseName: name, source, force: true }));
      } finally {
        await engine.close();
      }
    }),
  );
  const missing = told.map(
    ({ problems }) => problems.find(({ reason }) => reason === "MissingPermissions")?.message,
  );
  expect(missing).toEqual(
    users.map(
      ({ lacks }) =>
        `this kubeconfig's user may not: ${lacks} in ${stage.namespace}: grant it, as the Role in docs/permissions.md does`,
    ),
  );
  await check();
});

test("a cluster that does not answer is told with what was tried", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  const kubeconfig = writtenFor({ server: `https://127.0.0.1:${port}`, token: "a-token" });
  const opening = openEngine({ kubeconfig });
  await expect(opening).rejects.toMatchObject({ reason: "KubernetesUnreachable" });
  await expect(opening).rejects.toThrow(
    new RegExp(`tried: .*context story, server https://127.0.0.1:${port}`),
  );
  await expect(opening).rejects.not.toThrow(/a-token/);
});

test("a backup that is not there yet is waited for, and the restore goes on when it appears", async () => {
  await stage.database("patient", "monday");
  const going = stage.begin((engine, options) =>
    engine.run(stage.request({ name: "patient", force: true }), options),
  );
  const waits = "Neo4jBackup patient does not exist yet";
  await untilStatus(
    stage,
    "patient",
    ({ phase, message }) => phase === "Pending" && message?.includes(waits) === true,
  );
  expect(going.told.at(-1)?.message).toContain(waits);
  expect(await jobsOf(stage, "patient")).toEqual([]);
  await stage.backup("patient", "patient");
  await stage.mark("patient", "too late");
  await expectRestored(stage, await going.ended, ["monday"]);
});

test("a Secret that is not there yet is waited for, and the restore goes on when it appears", async () => {
  await stage.database("late", "monday");
  await stage.backup("late", "late");
  await stage.mark("late", "too late");
  const connection = { credentialsSecret: { name: "coming" } };
  const going = stage.begin((engine, options) =>
    engine.run(stage.request({ name: "late", force: true, connection }), options),
  );
  await untilStatus(stage, "late", ({ message }) => message?.includes("Secret coming") === true);
  expect(await jobsOf(stage, "late")).toEqual([]);
  await secret("coming", { username: "neo4j", password: defaultPassword });
  await expectRestored(stage, await going.ended, ["monday"]);
});

async function secret(name: string, stringData: Readonly<Record<string, string>>): Promise<void> {
  const { namespace, cluster } = stage;
  await cluster.core.createNamespacedSecret({ namespace, body: { metadata: { name }, stringData } });
}

/** As Kubernetes names it: create jobs.batch, get pods/log. */
function titleOf({ verb, group, resource, subresource }: NeededPermission): string {
  const named = group === "" ? resource : `${resource}.${group}`;
  return `${verb} ${subresource === undefined ? named : `${named}/${subresource}`}`;
}

/** A kubeconfig of a ServiceAccount that may do all that a restore needs but these ("verb resource.group"). */
async function kubeconfigOf(account: string, lacking: readonly string[]): Promise<string> {
  const { namespace, cluster } = stage;
  const rbac = cluster.config.makeApiClient(k8s.RbacAuthorizationV1Api);
  const metadata = { name: account };
  await cluster.core.createNamespacedServiceAccount({ namespace, body: { metadata } });
  const granted = neededPermissions.filter((permission) => !lacking.includes(titleOf(permission)));
  const rules = rulesOf(granted).map(({ apiGroups, resources, verbs }) => ({
    ...{ apiGroups: [...apiGroups], resources: [...resources], verbs: [...verbs] },
  }));
  await rbac.createNamespacedRole({ namespace, body: { metadata, rules } });
  const apiGroup = "rbac.authorization.k8s.io";
  const subjects = [{ kind: "ServiceAccount", name: account, namespace }];
  const roleRef = { kind: "Role", name: account, apiGroup };
  await rbac.createNamespacedRoleBinding({ namespace, body: { metadata, subjects, roleRef } });
  const { status } = await cluster.core.createNamespacedServiceAccountToken({
    name: account,
    namespace,
    body: { spec: { audiences: [] } },
  });
  const { server = "", caData } = cluster.config.getCurrentCluster() ?? {};
  return writtenFor({ server, token: status?.token ?? "", ...(caData === undefined ? {} : { caData }) });
}

function writtenFor(to: {
  readonly server: string;
  readonly token: string;
  readonly caData?: string;
}): string {
  const { server, token, caData } = to;
  const name = "story";
  const config = new k8s.KubeConfig();
  config.loadFromOptions({
    clusters: [{ name, server, ...(caData === undefined ? {} : { caData }) }],
    users: [{ name, token }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  });
  return config.exportConfig();
}
