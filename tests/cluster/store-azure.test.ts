/** Restores from Azure Blob Storage, as Azurite plays it; its tokens come from the lab's own token endpoint. */
import { storeStories } from "./store-stories.js";

storeStories("azure", {
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
