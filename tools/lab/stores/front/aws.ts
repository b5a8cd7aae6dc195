// S3: signatures are checked by the gateway behind; what it lacks are tokens that expire.

import { aws } from "../kinds.js";
import type { Gate } from "./gate.js";

export const awsGate: Gate = (request) => {
  const expired = request.headers["x-amz-security-token"] === aws.expiredToken;
  const body = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>`;
  return Promise.resolve(expired ? { status: 400, type: "application/xml", body } : undefined);
};
