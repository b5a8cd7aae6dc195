// What was asked of an API server, from its audit log.

import { readFile } from "node:fs/promises";

export interface AuditedRequest {
  readonly verb: string;
  /** With its subresource. */
  readonly resource: string;
}

interface AuditLine {
  readonly auditID: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
}

/** Of users; what the server asks itself does not count. In order of their beginning. */
export async function requestsIn(auditLog: string): Promise<readonly AuditedRequest[]> {
  const requests = new Map<string, AuditedRequest>();
  for (const text of (await readFile(auditLog, "utf8")).split("\n")) {
    if (text === "") continue;
    const { auditID, verb, user, objectRef } = JSON.parse(text) as AuditLine;
    if (user.username.startsWith("system:") || requests.has(auditID)) continue;
    const { resource = "others", subresource } = objectRef ?? {};
    requests.set(auditID, { verb, resource: subresource ? `${resource}/${subresource}` : resource });
  }
  return [...requests.values()];
}

/** The most frequent first, each divided by that many. */
export function table(requests: readonly AuditedRequest[], by = 1): readonly string[] {
  const counts = new Map<string, number>();
  for (const { verb, resource } of requests) {
    const key = `${verb} ${resource}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([what, count]) => `${(count / by).toFixed(1).padStart(7)} ${what}`);
}
