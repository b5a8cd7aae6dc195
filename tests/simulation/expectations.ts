/**
 * What must be true of the world at the end of a story. Each expectation throws with the effects ledger at
 * hand: what really happened is what one wants to read then.
 */
import type { RunReport } from "../../provider/runtime/engine.js";
import type { RestoreCondition } from "../../provider/spec/types.js";
import type { World } from "./world/world.js";
import { artifactTxn, oldTxn } from "./world/scene.js";
import { restoreName } from "./story.js";

/** Collects what is wrong, and says it together with what happened. */
export class Verdict {
  private readonly wrong: string[] = [];

  constructor(
    private readonly world: World,
    private readonly report: RunReport | undefined,
  ) {
    this.wrong.push(...world.violations);
  }

  that(condition: boolean, otherwise: string): this {
    if (!condition) this.wrong.push(otherwise);
    return this;
  }

  same<T>(what: string, found: T, wanted: T): this {
    const [is, should] = [found, wanted].map((value) => JSON.stringify({ value }));
    return this.that(is === should, `${what} is ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
  }

  count(what: string | RegExp, wanted: number): this {
    return this.same(`the number of ${String(what)}`, this.world.ledger.count(what), wanted);
  }

  atMost(what: string | RegExp, most: number): this {
    const found = this.world.ledger.count(what);
    return this.that(found <= most, `${String(what)} happened ${found} times`);
  }

  /** Whatever a user is told to type finds its Job. */
  tellsOnlyOfJobsThatStay(): this {
    const told = [...JSON.stringify(this.report ?? {}).matchAll(/logs job\/([\w.-]+)/g)];
    const there = this.world.jobs.names();
    const gone = told.map(([, name = ""]) => name).filter((name) => !there.includes(name));
    return this.same("the Jobs that are told of and gone", gone, []);
  }

  done(): void {
    if (this.wrong.length === 0) return;
    const { status, failure } = this.report ?? {};
    const steps = status?.steps?.map((step) => `${step.name}: ${step.message ?? ""}`) ?? [];
    const end = [
      `--- ${status?.phase ?? "no report"} ${failure?.reason ?? ""}: ${status?.message ?? ""}`,
      ...steps,
    ];
    throw new Error(
      `${this.wrong.join("\n")}\n--- effects:\n${this.world.ledger.toString()}\n${end.join("\n")}`,
    );
  }
}

export function conditionOf(report: RunReport | undefined, type: RestoreCondition["type"]): string {
  const found = report?.status.conditions?.find((condition) => condition.type === type);
  return found ? `${found.status} ${found.reason}` : "absent";
}

/** The restored data serves and takes writes. */
export function newDataServes(verdict: Verdict, world: World): Verdict {
  const now = world.serving();
  return verdict
    .same("what serves", now?.origin, "backup")
    .same("the access mode", now?.access, "read-write")
    .that((now?.txn ?? 0) >= artifactTxn, `the last transaction is ${String(now?.txn)}`)
    .same("transactions beyond the artifact's", (now?.txn ?? 0) - artifactTxn, now?.writes ?? -1);
}

/** The old data serves as before. */
export function oldDataServes(verdict: Verdict, world: World, access = "read-write"): Verdict {
  const now = world.serving();
  return verdict
    .same("what serves", now?.origin, "old")
    .same("the access mode", now?.access, access)
    .same("transactions beyond the old ones", (now?.txn ?? 0) - oldTxn, now?.writes ?? -1);
}

/** A run that is released by force is over, and its Jobs are left as they are: what they still write is no violation. */
export function exceptJobsLeftByForce(violations: readonly string[]): readonly string[] {
  return violations.filter((what) => !/ job \S+ .* after that run was over$/.test(what));
}

/** Nothing of the run is left but what is meant to stay. */
export function nothingLeftOver(
  verdict: Verdict,
  world: World,
  options: { readonly previous?: boolean | number } = {},
): Verdict {
  const target = world.target();
  const data = world.claims.volume(target.claimName(0));
  const leftovers = [...(data?.leaves.keys() ?? [])].filter(
    (path) =>
      path.includes("restoring-") ||
      (path.startsWith(".neo4j-restore/") &&
        !(options.previous && /\/(previous\/|swap$|kept$|ballast-)/.test(path))),
  );
  // CREATE DATABASE by anybody would open it.
  const nobodys = target.graph.has("orders")
    ? []
    : ["databases/orders", "transactions/orders", "scripts/orders"];
  leftovers.push(...nobodys.filter((path) => data?.has(path)));
  const previous = [...(data?.leaves.keys() ?? [])].filter((path) => path.includes("/previous/databases"));
  const journal = world.journals.records.get(`neo4j/${restoreName}`);
  return verdict
    .same("what lies about on the volume", leftovers, [])
    .same("previous stores", previous.length, Number(options.previous ?? 0))
    .same("the hold", target.hold, undefined)
    .same("the return state", target.returnState, undefined)
    .same("service accounts", world.serviceAccounts.size, 0)
    .same("leases", world.journals.leases.size, 0)
    .same("replicas", target.replicas, target.options.servers)
    .same("protected claims", world.claims.anyProtected(), false)
    .same(
      "claims",
      world.claims.names().filter((name) => name !== "backups" && name !== "logs").length,
      target.options.servers,
    )
    .same("the journal is active", journal?.active ?? false, false);
}

export function completed(verdict: Verdict, report: RunReport | undefined): Verdict {
  const status = report?.status;
  return verdict
    .same("the failure", report?.failure, undefined)
    .same("the phase", status?.phase, "Completed")
    .same("Ready", conditionOf(report, "Ready"), "True Restored")
    .same("JobCreated", conditionOf(report, "JobCreated"), "True Created")
    .same("Reconciling", conditionOf(report, "Reconciling").split(" ")[0], "False")
    .same("Stalled", conditionOf(report, "Stalled").split(" ")[0], "False")
    .that(status?.completionTime !== undefined, "there is no completion time")
    .that(status?.stats?.duration !== undefined, "there is no duration")
    .same("the data size", status?.stats?.dataSize, "8Gi")
    .same("the file count", status?.stats?.fileCount, 42)
    .that(status?.stats?.throughput !== undefined, "there is no throughput")
    .that(
      status?.backupInfo?.backupPath?.endsWith("orders-2026-02-28T02-00-00.backup") === true,
      "the artifact is wrong",
    )
    .same("the original database", status?.backupInfo?.originalDatabase, "orders");
}

export function failedWith(verdict: Verdict, report: RunReport | undefined, reason: string): Verdict {
  return verdict
    .same("the phase", report?.status.phase, "Failed")
    .same("the reason", report?.failure?.reason, reason)
    .same("Ready", conditionOf(report, "Ready"), `False ${reason}`)
    .tellsOnlyOfJobsThatStay()
    .that((report?.failure?.message ?? "") !== "", "the failure has no message")
    .that(report?.status.completionTime !== undefined, "there is no completion time");
}
