/** What the clients of the stores say, as it was seen, and the reason it is told apart by. */
import { storeFailure } from "../../../provider/plan/store-failure.js";

const s3 = "software.amazon.awssdk.services.s3.model";

test.each<readonly [string, string | undefined]>([
  [`Caused by: ${s3}.NoSuchBucketException: The specified bucket does not exist.`, "BucketNotFound"],
  [`Caused by: ${s3}.NoSuchKeyException: The specified key does not exist.`, "ArtifactNotFound"],
  [
    `${s3}.S3Exception: The request signature we calculated does not match (Service: S3, Status Code: 403)`,
    "StoreAccessDenied",
  ],
  [
    `${s3}.S3Exception: No user exists with the provided access key ID. (Status Code: 404)`,
    "StoreAccessDenied",
  ],
  [
    `${s3}.S3Exception: The provided token has expired. (Service: S3, Status Code: 400)`,
    "StoreCredentialsExpired",
  ],
  [`${s3}.S3Exception: Access Denied (Service: S3, Status Code: 403)`, "StoreAccessDenied"],
  ["java.net.ConnectException: Connection refused", "StoreUnreachable"],
  ["java.net.UnknownHostException: minio.example", "StoreUnreachable"],
  ["com.google.cloud.storage.StorageException: 401 Unauthorized", "StoreAccessDenied"],
  ["com.google.cloud.storage.StorageException: The specified bucket does not exist.", "BucketNotFound"],
  ["com.google.cloud.storage.StorageException: No such object: b/x.backup", "ArtifactNotFound"],
  ['{"error":"invalid_grant","error_description":"Invalid JWT Signature."}', "StoreAccessDenied"],
  ["BlobStorageException: If you are using a SAS token … <Code>ContainerNotFound</Code>", "BucketNotFound"],
  ["BlobStorageException: … Status code 404, BlobNotFound", "ArtifactNotFound"],
  ["ClientAuthenticationException: AADSTS7000215: Invalid client secret provided.", "StoreAccessDenied"],
  [
    "MsalServiceException: AADSTS7000222: The provided client secret keys are expired.",
    "StoreCredentialsExpired",
  ],
  ["com.azure.identity.CredentialUnavailableException: EnvironmentCredential …", "StoreAccessDenied"],
  [
    "ERROR : error listing: operation error S3: ListObjectsV2, https response error StatusCode: 403, api error InvalidAccessKeyId: The …",
    "StoreAccessDenied",
  ],
  ["Failed to create file system: RESPONSE 403: 403 … ERROR CODE: AuthorizationFailure", "StoreAccessDenied"],
  ["googleapi: Error 403: no storage.objects.list access to the bucket., forbidden", "StoreAccessDenied"],
  ["dial tcp 10.0.0.1:443: connect: connection refused", "StoreUnreachable"],
  ["dial tcp: lookup minio.example on 10.0.0.2:53: no such host", "StoreUnreachable"],
  ["tls: failed to verify certificate: x509: certificate signed by unknown authority", "StoreUnreachable"],
  ["Not a valid Neo4j backup artifact: /tmp/x.backup", undefined],
])("%s", (said, reason) => {
  expect(storeFailure(said)?.reason).toBe(reason);
});

test.each([
  ["ExpiredToken", "the credentials for the store have expired (ExpiredToken)"],
  ["ContainerNotFound", "the bucket or container does not exist (ContainerNotFound)"],
  ["InvalidAccessKeyId", "the store refused the credentials (InvalidAccessKeyId)"],
  ["NoSuchKey", "there is no such artifact (NoSuchKey)"],
  ["UnknownHostException", "the store does not answer (UnknownHostException)"],
])("%s is told in words, with the store's own code", (code, message) => {
  expect(storeFailure(`error: ${code}: no`)?.message).toBe(message);
});
