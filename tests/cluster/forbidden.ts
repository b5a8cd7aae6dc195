/** What the API server refused to the identities that are documented and shipped, by its own audit log. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { auditLog } from "../../tools/lab/components.js";
import { layout } from "../../tools/lab/layout.js";

interface Request {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What the authorizer said; a policy or a quota that refuses an object answers 403 as well. */
const decision = "authorization.k8s.io/decision";

/** Fails where one of them asked for what its Role does not grant, whatever became of it. */
export async function expectNothingForbidden(namespace: string): Promise<void> {
  const shipped = ["neo4j-restore", "neo4j-restore-operator"].map(
    (name) => `system:serviceaccount:${namespace}:${name}`,
  );
  const requests: Request[] = [];
  for await (const line of createInterface({ input: createReadStream(auditLog(layout())) })) {
    if (!line.includes(namespace)) continue;
    const request = JSON.parse(line) as Request;
    if (shipped.includes(request.user.username)) requests.push(request);
  }
  expect(requests).not.toHaveLength(0);
  const refused = requests.filter(({ annotations }) => annotations?.[decision] === "forbid");
  expect(refused.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
}
