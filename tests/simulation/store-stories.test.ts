/** Sources in a store: the Secret and the ServiceAccount that the Job needs, as they are found and left. */
import type { CloudBlock } from "../../provider/spec/types.js";
import type { RestoreRequest } from "../../provider/spec/request.js";
import {
  completed,
  failedWith,
  newDataServes,
  nothingLeftOver,
  oldDataServes,
  Verdict,
} from "./expectations.js";
import { drive, requestOf, running } from "./story.js";
import { createWorld } from "./world/scene.js";
import type { World } from "./world/world.js";

const role = "eks.amazonaws.com/role-arn";
const account = "neo4j-restore-sa";

function requestWith(cloud: CloudBlock, waitFor = "1s"): RestoreRequest {
  const request = requestOf({ source: "store", options: { waitFor } });
  const storage = { ...request.spec.source.storage, cloud };
  return { ...request, spec: { ...request.spec, source: { ...request.spec.source, storage } } };
}

async function refused(world: World, cloud: CloudBlock, reason: string, says: string): Promise<void> {
  const { report } = await drive(world, running(requestWith(cloud)));
  const verdict = new Verdict(world, report).same("the reason", report?.failure?.reason, reason);
  verdict.that(report?.failure?.message.includes(says) === true, `it says ${report?.failure?.message ?? ""}`);
  oldDataServes(verdict, world).count(/^JOB/, 0).done();
}

test("a Secret that is not there is waited for by its name", async () => {
  const cloud = { credentialsSecretRef: "absent" };
  await refused(await createWorld(), cloud, "WaitedTooLong", "Secret absent in namespace neo4j");
});

test("a Secret without the needed keys is named with them", async () => {
  const says = "Secret aws needs the keys AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY; it has AWS_REGION";
  await refused(await createWorld(), { credentialsSecretRef: "aws" }, "WaitedTooLong", says);
});

test("a ServiceAccount that is not there is waited for by its name", async () => {
  const cloud = { identity: { serviceAccount: "reader" } };
  await refused(await createWorld(), cloud, "WaitedTooLong", "ServiceAccount reader in namespace neo4j");
});

test("a ServiceAccount with other annotations is refused with both values", async () => {
  const world = await createWorld();
  world.serviceAccounts.set(account, { annotations: { [role]: "arn:other" } });
  const cloud = { identity: { autoCreate: { annotations: { [role]: "arn:restore" } } } };
  const says = `${role} is arn:other, asked for is arn:restore`;
  await refused(world, cloud, "ServiceAccountDiffers", says);
});

test("a ServiceAccount of somebody else's making is used and stays", async () => {
  const world = await createWorld();
  world.serviceAccounts.set(account, { annotations: { [role]: "arn:restore", more: "x" } });
  const cloud = { identity: { autoCreate: { annotations: { [role]: "arn:restore" } } } };
  const { report } = await drive(world, running(requestWith(cloud)));
  const verdict = new Verdict(world, report).same("service accounts", world.serviceAccounts.size, 1);
  newDataServes(completed(verdict, report), world).done();
});

test("a ServiceAccount of our making stays as long as another restore uses it", async () => {
  const world = await createWorld();
  world.serviceAccounts.set(account, { annotations: {}, users: new Set(["run0000099"]) });
  const { report } = await drive(world, running(requestWith({ identity: {} })));
  const verdict = completed(new Verdict(world, report), report);
  verdict.same("users", [...(world.serviceAccounts.get(account)?.users ?? [])], ["run0000099"]).done();
});

test("an explicit enabled: false makes none", async () => {
  const world = await createWorld();
  const { report } = await drive(
    world,
    running(requestWith({ identity: { autoCreate: { enabled: false } } })),
  );
  const verdict = completed(new Verdict(world, report), report).count(/^SERVICE ACCOUNT/, 0);
  nothingLeftOver(verdict, world, { previous: true }).done();
});

test("one that was made goes also where the restore fails", async () => {
  const world = await createWorld();
  world.stores.get("s3://vault")?.leaves.clear();
  const { report } = await drive(world, running(requestWith({ identity: {} })));
  const verdict = failedWith(new Verdict(world, report), report, "ArtifactNotFound");
  verdict.count(`SERVICE ACCOUNT ${account}`, 1);
  nothingLeftOver(verdict, world).done();
});

describe("an Azure account's key", () => {
  const keyed = (toolsImage?: string): RestoreRequest => {
    const request = requestOf({ options: { waitFor: "1s" } });
    const storage = { bucket: "acme/vault", cloud: { credentialsSecretRef: "azure-key" } };
    const source = { type: "azure" as const, storage, backupPath: "daily" };
    const { connection: _, ...rest } = request;
    return {
      ...rest,
      ...(toolsImage === undefined ? {} : { connection: { toolsImage } }),
      spec: { ...request.spec, source },
    };
  };
  const vault = async (): Promise<World> => {
    const world = await createWorld();
    world.secrets.set("azure-key", { AZURE_STORAGE_ACCOUNT: "acme", AZURE_STORAGE_KEY: "a2V5" });
    const kept = world.stores.get("s3://vault");
    const store = world.addStore("azb://acme/vault");
    for (const path of kept?.below("production/daily") ?? []) {
      const leaf = kept?.get(path);
      if (leaf) store.put(path.replace("production/", ""), leaf, "story");
    }
    return world;
  };

  test("without a tools image it is refused, and nothing is touched", async () => {
    const world = await vault();
    const { report } = await drive(world, running(keyed()));
    const verdict = failedWith(new Verdict(world, report), report, "InvalidSpec");
    const says =
      "connection.toolsImage is missing (for an operator that can't tell its own image: its flag --tools-image): Secret azure-key holds an Azure account key (AZURE_STORAGE_KEY), which neo4j-admin does not take; build image/tools";
    verdict.that(
      report?.failure?.message.startsWith(says) === true,
      `it says ${report?.failure?.message ?? ""}`,
    );
    oldDataServes(verdict, world).count(/^JOB/, 0).done();
  });

  test("with one the newest artifact is staged", async () => {
    const world = await vault();
    const { report } = await drive(world, running(keyed("tools:1")));
    const verdict = completed(new Verdict(world, report), report);
    const path = report?.status.backupInfo?.backupPath ?? "";
    verdict.that(path.startsWith("azb://acme/vault/daily/orders-2026"), `restored ${path}`);
    newDataServes(nothingLeftOver(verdict, world, { previous: true }), world).done();
  });
});
