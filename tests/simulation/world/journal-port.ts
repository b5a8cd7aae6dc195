/**
 * The simulated journal, ledger and leases: records with revisions in maps. Invariant: no secret of the world
 * ever gets into a record's public half; whoever writes one there is reported.
 */
import { most, sizeOf } from "../../../provider/plan/bounds.js";
import { changed, emptyLedger, type Ledger } from "../../../provider/plan/ledger.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import { RestoreFault, tooLarge } from "../../../provider/workflow/faults.js";
import type { JournalPort, JournalRecord, PackedKept } from "../../../provider/workflow/ports.js";
import type { RunState } from "../../../provider/workflow/state.js";
import type { World } from "./world.js";

export interface Kept extends JournalRecord {
  readonly active: boolean;
}

export class Journals {
  readonly records = new Map<string, Kept>();
  readonly ledger = new Map<string, Ledger>();
  /** What each run was asked to keep, where it was said. */
  readonly keeps = new Map<string, string>();
  readonly leases = new Map<
    string,
    { readonly holder: string; readonly renewed: number; readonly lasts: number }
  >();
  /** What must be given back, by restore and digest: Secrets. */
  readonly kept = new Map<string, Map<string, string>>();
  private revision = 0;

  private keep(key: string, { digest, content }: PackedKept): void {
    this.kept.set(key, (this.kept.get(key) ?? new Map<string, string>()).set(digest, content));
  }

  private isEntered({ runId }: RunState): boolean {
    return [...this.ledger.values()].some(({ restores }) => restores.some((entry) => entry.runId === runId));
  }

  port(world: World, driver: string): JournalPort {
    return {
      view: async (namespace, name) => this.records.get(`${namespace}/${name}`),
      load: async (namespace, name) => this.records.get(`${namespace}/${name}`),
      save: async (namespace, name, record, options) => {
        const key = `${namespace}/${name}`;
        const before = this.records.get(key);
        if (before?.revision !== options.revision) {
          throw new RestoreFault("retry", "JournalConflict", `the journal of ${name} has changed meanwhile`);
        }
        const size = sizeOf(record.state) + sizeOf(record.status);
        if (size > most.journal) throw tooLarge(`the journal of ${name}`, size, most.journal);
        world.mustHoldNoSecret("the journal's state", record.state);
        world.mustHoldNoSecret("the journal's status", record.status);
        const asked = JSON.parse(record.request) as RestoreRequest;
        const keep = asked.spec.options?.keepPrevious;
        const state = JSON.parse(record.state) as RunState;
        const facts = state.facts as Readonly<Record<string, unknown>> | undefined;
        if (keep !== undefined) this.keeps.set(state.runId, keep);
        for (const fact of ["returnState", "consent", "attachments"])
          if (facts?.[fact] !== undefined)
            world.violate(`${fact} lies in a ConfigMap, where anybody may edit it`);
        if (isPastReturn(state) && !this.isEntered(state))
          world.violate("a run does what cannot be undone before the ledger has it");
        if (record.kept) this.keep(key, record.kept);
        const { kept: _kept, ...shown } = record;
        const revision = String(++this.revision);
        const cancelRequested = before?.cancelRequested === true && attemptOf(before) === attemptOf(record);
        this.records.set(key, { ...shown, revision, cancelRequested, active: options.active });
        return revision;
      },
      requestCancel: async (namespace, name) => {
        const key = `${namespace}/${name}`;
        const record = this.records.get(key);
        if (record)
          this.records.set(key, { ...record, cancelRequested: true, revision: String(++this.revision) });
        world.changed();
      },
      remove: async (namespace, name) => {
        world.ledger.note(driver, "JOURNAL removed");
        this.records.delete(`${namespace}/${name}`);
        this.leases.delete(`${namespace}/${name}`);
        this.kept.delete(`${namespace}/${name}`);
      },
      kept: async (namespace, name, { digest }) => this.kept.get(`${namespace}/${name}`)?.get(digest),
      keep: async (namespace, name, _runId, kept) => {
        world.ledger.note(driver, "KEEP");
        this.keep(`${namespace}/${name}`, kept);
      },
      ledger: async (ref, database) => this.ledger.get(`${ref.namespace}/${ref.name}/${database}`),
      writeLedger: async (ref, database, changes) => {
        const key = `${ref.namespace}/${ref.name}/${database}`;
        const seen = this.ledger.get(key);
        const arrival = world.transit.arrival();
        await arrival;
        // Written with the resourceVersion that was read; what changes nothing is not written.
        if (arrival && this.ledger.get(key) !== seen)
          throw new RestoreFault("retry", "KubernetesRefused", "the ledger has been modified");
        world.ledger.note(driver, `LEDGER ${database} ${changes.map(({ kind }) => kind).join(" ")}`);
        world.mustHoldNoSecret("the ledger", JSON.stringify(changes));
        const after = changes.reduce(changed, seen ?? emptyLedger);
        if (JSON.stringify(after) !== JSON.stringify(seen ?? emptyLedger)) this.ledger.set(key, after);
      },
      lease: async (namespace, name, holder, silent, lasts) => {
        const key = `${namespace}/${name}`;
        const lease = this.leases.get(key);
        if (lease && lease.holder !== holder && silent !== String(lease.renewed)) {
          return { mine: false, ...lease, renewed: String(lease.renewed) };
        }
        this.leases.set(key, { holder, renewed: ++this.revision, lasts });
        return { mine: true };
      },
      renewLease: async (namespace, name, holder, lasts) => {
        const key = `${namespace}/${name}`;
        if (this.leases.get(key)?.holder !== holder) return false;
        this.leases.set(key, { holder, renewed: ++this.revision, lasts });
        return true;
      },
      driver: async (namespace, name) => {
        const lease = this.leases.get(`${namespace}/${name}`);
        return lease && { renewed: String(lease.renewed), lasts: lease.lasts };
      },
      releaseLease: async (namespace, name, holder) => {
        const key = `${namespace}/${name}`;
        if (this.leases.get(key)?.holder === holder) this.leases.delete(key);
      },
    };
  }
}

/** By its own word; in place it is the Job that overwrites. */
function isPastReturn(state: RunState): boolean {
  const overwrites =
    state.facts.strategy === "inPlace" && state.flow === "restore" && state.step === "Restore";
  return state.standing === "active" && (state.pointOfNoReturnAt !== undefined || overwrites);
}

/** A request to cancel is meant for one attempt of one run. */
function attemptOf(record: { readonly state: string }): string {
  const { runId, attempt } = JSON.parse(record.state) as { runId: string; attempt: number };
  return `${runId}.${attempt}`;
}
