// S3: signatures are checked by the gateway behind; what it lacks are tokens that expire, and of a key that nobody has it
// says that its user is not found (404), where S3 refuses it (403).

import { aws } from "../kinds.js";
import type { Gate, Reply } from "./gate.js";

export const awsGate: Gate = ({ headers }) => Promise.resolve(refused(headers));

function refused(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Reply | undefined {
  if (headers["x-amz-security-token"] === aws.expiredToken)
    return refusal(400, "ExpiredToken", "The provided token has expired.");
  const key = /Credential=([^/]*)\//.exec(String(headers["authorization"] ?? ""))?.[1];
  return key === undefined || key === aws.id
    ? undefined
    : refusal(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
}

const refusal = (status: number, code: string, message: string): Reply => ({
  status,
  type: "application/xml",
  body: `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});
