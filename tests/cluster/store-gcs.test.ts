/**
 * Restores from Google Cloud Storage, as fake-gcs-server plays it. That takes any credentials: logins are checked
 * by the lab's own gate. Google tells an expired key and a wrong one by the same error.
 */
import { generateKeyPairSync } from "node:crypto";
import { storeStories } from "./store-stories.js";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const other = privateKey.export({ type: "pkcs8", format: "pem" });

storeStories("gcs", {
  "a wrong key": {
    login: ({ GOOGLE_APPLICATION_CREDENTIALS_JSON: good = "{}" }) => ({
      GOOGLE_APPLICATION_CREDENTIALS_JSON: JSON.stringify({
        ...(JSON.parse(good) as object),
        private_key: other,
      }),
    }),
    reason: "StoreAccessDenied",
    says: "the store refused the credentials",
  },
  "no such bucket": {
    bucket: "no-such-bucket",
    reason: "BucketNotFound",
    says: "the bucket or container does not exist",
  },
  "no such artifact": {
    backupPath: "daily/orders-2020-01-01T00-00-00.backup",
    reason: "ArtifactNotFound",
    says: "there is no such artifact",
  },
  "a folder without artifacts": {
    backupPath: "yearly",
    reason: "ArtifactNotFound",
    says: "no artifact of database orders at gs://",
  },
});
