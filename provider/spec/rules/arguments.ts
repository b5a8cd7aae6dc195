// Rules about additionalArgs: a short list is allowed, everything else is refused with the reason.
// Invariants: what passes here is safe as one argv element of `neo4j-admin database restore`.

import type { Complaint } from "../complaint.js";
import { judgeDatabaseName } from "../database-name.js";
import { unclear, type Draft } from "../draft.js";
import { refused, warning, type Finding } from "../finding.js";

const ALLOWED = "--verbose, --expand-commands, --source-database=NAME";
const LEAVE_OUT = "remove it";

/** Flags that exist but do not belong here, each with why and what to do instead. */
const REASONS: Readonly<Record<string, { readonly problem: string; readonly fix: string }>> = {
  "--from-path": { problem: "is set by the restore itself", fix: "write it in spec.source" },
  "--overwrite-destination": { problem: "is set by the restore itself", fix: "write spec.force: true" },
  "--restore-until": { problem: "has a field of its own", fix: "write it in spec.source.pointInTime" },
  "--temp-path": { problem: "has a field of its own", fix: "write it in spec.options.tempPath" },
  "--to-path-data": { problem: "would restore outside the database's directories", fix: LEAVE_OUT },
  "--to-path-txn": { problem: "would restore outside the database's directories", fix: LEAVE_OUT },
  "--additional-config": { problem: "would change where and how the restore works", fix: LEAVE_OUT },
  "--force": { problem: "is not a flag of neo4j-admin database restore", fix: "write spec.force: true" },
  "--database": {
    problem: "is not a flag of neo4j-admin database restore",
    fix: "write it in spec.databaseName",
  },
  "--help": { problem: "would print help instead of restoring", fix: LEAVE_OUT },
  "-h": { problem: "would print help instead of restoring", fix: LEAVE_OUT },
};

export function* argumentRules(path: string, args: Draft<readonly string[]>): Generator<Finding> {
  if (args === unclear) return;
  const seen = new Set<string>();
  for (const [index, arg] of args.entries()) {
    if (arg === unclear) continue;
    const at = `${path}[${index}]`;
    const complaint = judgeArgument(arg);
    if (complaint !== undefined) yield refused(at, complaint, arg);
    const flag = flagOf(arg);
    if (complaint === undefined && seen.has(flag)) {
      yield refused(
        at,
        { problem: "is written twice, which neo4j-admin refuses", allowed: "each flag once", fix: LEAVE_OUT },
        arg,
      );
    }
    if (complaint === undefined && flag === "--check-consistency") {
      const informs = {
        problem: "is not a flag of neo4j-admin database restore and is taken as verifyBackup",
        allowed: ALLOWED,
        fix: "write spec.options.verifyBackup: true instead",
      };
      yield warning(at, informs, arg);
    }
    seen.add(flag);
  }
}

function judgeArgument(arg: string): Complaint | undefined {
  const complain = (problem: string, fix: string): Complaint => ({ problem, allowed: ALLOWED, fix });
  if (arg.startsWith("@"))
    return complain("is a file of arguments to neo4j-admin", "write the arguments themselves");
  if (/\s/.test(arg))
    return complain("has a space: each element is one argument", "write one element for each argument");
  const flag = flagOf(arg);
  if (flag === "--source-database") return judgeSourceDatabase(arg.slice(flag.length + 1), complain);
  if (["--verbose", "--expand-commands", "--check-consistency"].includes(flag)) {
    return arg === flag ? undefined : complain("has a value, which the flag does not take", `write ${flag}`);
  }
  const reason = Object.hasOwn(REASONS, flag) ? REASONS[flag] : undefined;
  if (reason !== undefined) return complain(reason.problem, reason.fix);
  if (!arg.startsWith("-"))
    return complain("is not a flag; the database is the only name the command takes", LEAVE_OUT);
  return complain("is not a flag of neo4j-admin database restore that may be passed on", LEAVE_OUT);
}

function judgeSourceDatabase(
  name: string,
  complain: (problem: string, fix: string) => Complaint,
): Complaint | undefined {
  if (name === "") return complain("names no database", "write --source-database=NAME in one element");
  const complaint = judgeDatabaseName(name);
  return complaint === undefined
    ? undefined
    : complain(`names a database that ${complaint.problem}`, complaint.fix);
}

function flagOf(arg: string): string {
  return arg.split("=", 1)[0] ?? arg;
}
