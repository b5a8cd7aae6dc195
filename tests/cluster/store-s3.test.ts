/** Restores from S3, as the versitygw gateway speaks it; tokens that expire are the lab's own gate's. */
import { cutOff } from "./firewall.js";
import { storeStories } from "./store-stories.js";

/** Of a block for documentation: nothing answers there, and nothing says so. */
const beyond = "198.51.100.7";
let letThrough: () => Promise<void>;
beforeAll(async () => {
  letThrough = await cutOff(beyond);
});
afterAll(() => letThrough());

storeStories("s3", {
  "a wrong key": {
    login: { AWS_SECRET_ACCESS_KEY: "not-the-secret-access-key" },
    reason: "StoreAccessDenied",
    says: "the store refused the credentials",
  },
  "an unknown key": {
    login: { AWS_ACCESS_KEY_ID: "AKIANOSUCHKEYATALL00" },
    reason: "StoreAccessDenied",
    says: "the store refused the credentials",
  },
  "a token that has expired": {
    login: { AWS_SESSION_TOKEN: "expired" },
    reason: "StoreCredentialsExpired",
    says: "the credentials for the store have expired",
  },
  "no such bucket": { bucket: "no-such-bucket", reason: "BucketNotFound", says: "NoSuchBucket" },
  "no such artifact": {
    backupPath: "daily/orders-2020-01-01T00-00-00.backup",
    reason: "ArtifactNotFound",
    says: "NoSuchKey",
  },
  "egress that is cut off": {
    endpointURL: `http://${beyond}:9000`,
    reason: "StoreUnreachable",
    says: "the store does not answer",
  },
  "a folder without artifacts": {
    backupPath: "yearly",
    reason: "ArtifactNotFound",
    says: "no artifact of database orders at s3://",
  },
});
