/** Restores from Azure Blob Storage, as Azurite plays it; its tokens come from the lab's own token endpoint. */
import { toolsReference } from "../../tools/lab/index.js";
import { expectRestored } from "./expectations.js";
import { storeStories } from "./store-stories.js";

const there = storeStories("azure", {
  "a wrong client secret": {
    login: { AZURE_CLIENT_SECRET: "not-the-client-secret" },
    reason: "StoreAccessDenied",
    says: "the store refused the credentials",
  },
  "a client secret that has expired": {
    login: { AZURE_CLIENT_SECRET: "lab-client-secret-of-last-year" },
    reason: "StoreCredentialsExpired",
    says: "the credentials for the store have expired",
  },
  "no such container": { bucket: "no-such-container", reason: "BucketNotFound", says: "ContainerNotFound" },
  "no such artifact": {
    backupPath: "daily/orders-2020-01-01T00-00-00.backup",
    reason: "ArtifactNotFound",
    says: "BlobNotFound",
  },
  "a folder without artifacts": {
    backupPath: "yearly",
    reason: "ArtifactNotFound",
    says: "no artifact of database orders at azb://",
  },
});

test("an account's key, which neo4j-admin does not know: the newest artifact is fetched by the tools image", async () => {
  const { stage, store } = there();
  const body = { metadata: { name: "account-key" }, stringData: { ...store.accountKey } };
  await stage.cluster.core.createNamespacedSecret({ namespace: stage.namespace, body });
  await stage.mark("orders", "saturday");
  const source = there().source("nightly", "account-key");
  const wish = { name: "orders", source, trigger: "key", force: true };
  const refused = await stage.restore(wish);
  expect(refused.failure?.message).toContain(
    "connection.toolsImage is missing (for an operator that can't tell its own image: its flag --tools-image): Secret account-key holds",
  );
  const report = await stage.restore({ ...wish, connection: { toolsImage: toolsReference } });
  await expectRestored(stage, report, ["monday", "wednesday"]);
  expect(report.status.backupInfo?.backupPath).toContain(`${there().uri("nightly")}/orders-`);
});
