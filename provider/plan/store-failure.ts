/**
 * Why a store could not be read, told apart by the codes that its protocol documents (of S3, of Azure, of a
 * token endpoint, an HTTP status) wherever neo4j-admin or rclone prints them. The clients of AWS and Google leave some codes
 * out of what they say: there it is the text that the protocol documents beside the code, and Go's own words for a network that fails. Where none is found
 * nothing is guessed: the failure then has its exit code and its own last lines.
 */
export type StoreFailureReason =
  | "StoreAccessDenied"
  | "StoreCredentialsExpired"
  | "BucketNotFound"
  | "ArtifactNotFound"
  | "StoreUnreachable";

export interface StoreFailure {
  readonly reason: StoreFailureReason;
  /** What happened, with the store's own code. */
  readonly message: string;
}

interface Kind {
  readonly reason: StoreFailureReason;
  readonly says: string;
  readonly codes: readonly RegExp[];
}

/** The most telling first: a store that refuses an expired token also says 400 or 403. */
const kinds: readonly Kind[] = [
  {
    reason: "StoreCredentialsExpired",
    says: "the credentials for the store have expired",
    codes: [
      /\b(ExpiredToken(?:Exception)?|TokenRefreshRequired|RequestExpired|AADSTS7000222|AADSTS700024)\b/,
      /\b(token has expired)\b/,
    ],
  },
  {
    reason: "BucketNotFound",
    says: "the bucket or container does not exist",
    codes: [
      /\b(NoSuchBucket(?:Exception)?|ContainerNotFound|ContainerBeingDeleted)\b/,
      /\b(specified bucket does not exist)\b/,
    ],
  },
  {
    reason: "StoreAccessDenied",
    says: "the store refused the credentials",
    codes: [
      /\b(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|InvalidClientTokenId|AccessDenied|AuthorizationHeaderMalformed)\b/,
      /\b(AADSTS\d+|AuthenticationFailed|InvalidAuthenticationInfo|AuthorizationFailure|AuthorizationPermissionMismatch|NoAuthenticationInformation)\b/,
      /\b(invalid_grant|invalid_client|unauthorized_client|CredentialUnavailableException)\b/,
      /\b(40[13] (?:Unauthorized|Forbidden)|Status Code: 40[13])\b/i,
      /\b(Error 40[13])\b/,
      /\b(access key ID|provided token is malformed|Invalid Credentials)\b/i,
    ],
  },
  {
    reason: "ArtifactNotFound",
    says: "there is no such artifact",
    codes: [/\b(NoSuchKey(?:Exception)?|BlobNotFound|NoSuchFileException|No such object)\b/],
  },
  {
    reason: "StoreUnreachable",
    says: "the store does not answer",
    codes: [
      /\b(UnknownHostException|ConnectException|(?:Http)?ConnectTimeoutException|SocketTimeoutException|NoRouteToHostException|SSLHandshakeException)\b/,
      /\b(no such host|connection refused|i\/o timeout|no route to host|network is unreachable|TLS handshake timeout|x509: [a-z ]+)/,
    ],
  },
];

export function storeFailure(text: string): StoreFailure | undefined {
  for (const { reason, says, codes } of kinds) {
    for (const code of codes) {
      const found = code.exec(text)?.[1];
      if (found !== undefined) return { reason, message: `${says} (${found})` };
    }
  }
  return undefined;
}
