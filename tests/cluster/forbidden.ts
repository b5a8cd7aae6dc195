/** What the API server refused to the identities that are documented and shipped, by its own audit log. */
import { readFile } from "node:fs/promises";
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
  const lines = (await readFile(auditLog(layout()), "utf8")).split("\n");
  const requests = lines
    .filter((line) => line.includes(namespace))
    .map((line) => JSON.parse(line) as Request)
    .filter(({ user }) => shipped.includes(user.username));
  expect(requests).not.toHaveLength(0);
  const refused = requests.filter(({ annotations }) => annotations?.[decision] === "forbid");
  expect(refused.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
}
