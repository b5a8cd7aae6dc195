/**
 * What this process remembers of each restore between looks; all of it can be lost. Also who works on which target:
 * a new run waits behind it without asking the cluster for anything.
 */
import type { OperatorWorld, RestoreKey } from "../../compose.js";
import { mayLiveFor, type Sign, watched } from "../../runtime/silence.js";
import { instant } from "../../runtime/spans.js";
import type { SignOfLife, Standing } from "../../runtime/engine.js";
import { reasonOf } from "../../runtime/resource-verdict.js";
import type { RestoreRequest } from "../../spec/request.js";
import type { Begun } from "./status.js";
import type { Running } from "./tasks.js";

export interface Memory {
  task?: Running;
  /** The last task of this process that was begun for a resource. */
  begun?: Begun;
  orphanSince?: number;
  /** What was seen last of the process that drives it, where it has no resource. */
  sign?: Sign;
  removed?: boolean;
  /** The target that another restore works on: this one is looked at when that one has ended. */
  behind?: string;
  /** Its run waits for something that is missing, before it takes hold of its target: others need not wait for it. */
  waits?: boolean;
  failures: number;
  /** After a failure nothing is begun before this. */
  notBefore: number;
  /** The generation whose warnings were told. */
  warned?: number;
  /** A refusal is written once: another controller may write there as well. */
  refused?: string;
}

export class Memories {
  private readonly all = new Map<string, Memory>();

  of(key: RestoreKey): Memory {
    const id = idOf(key);
    const there = this.all.get(id);
    if (there) return there;
    const fresh: Memory = { failures: 0, notBefore: 0 };
    this.all.set(id, fresh);
    return fresh;
  }

  forget(key: RestoreKey): void {
    this.all.delete(idOf(key));
  }

  ids(): readonly string[] {
    return [...this.all.keys()];
  }

  tasks(): readonly Running[] {
    return [...this.all.values()].flatMap(({ task }) => task ?? []);
  }

  /**
   * The name of the restore, other than this one, that works on that target or is about to. One that waits for a backup,
   * a Secret or the target may do so for years: it is ahead of nobody.
   */
  ahead(key: RestoreKey, target: string): string | undefined {
    for (const [id, { task, waits }] of this.all) {
      const other = keyOf(id);
      const works = task?.request && waits !== true && targetOf(other.namespace, task.request) === target;
      if (works && id !== idOf(key)) return other.name;
    }
    return undefined;
  }

  /** How many wait behind another. */
  get waiting(): number {
    return [...this.all.values()].filter(({ behind }) => behind !== undefined).length;
  }

  /** In the order in which they came. */
  behind(target: string): readonly string[] {
    return [...this.all].filter(([, memory]) => memory.behind === target).map(([id]) => id);
  }
}

/**
 * Looks for the driver's sign of life and notes it.
 * @returns until when it may live by that, as far as rare looks can tell: the end of its Lease is watched by the task.
 */
export async function noteSign(
  memory: Memory,
  look: () => Promise<SignOfLife | undefined>,
  clock: OperatorWorld["clock"],
): Promise<number | undefined> {
  const asked = instant(clock);
  const sign = await look();
  if (sign === undefined) {
    delete memory.sign;
    return undefined;
  }
  const answered = instant(clock);
  memory.sign = watched(memory.sign, { ...sign, asked, answered }, Infinity);
  return answered.wall + mayLiveFor(memory.sign);
}

/** Not where it waits for the hold of another: whoever comes next would wait for the same. */
export function waitsForMissing(standing: Standing | undefined): boolean {
  if (standing?.active !== true || standing.locked || standing.status.phase !== "Pending") return false;
  const reason = reasonOf(standing.status);
  return reason !== "InProgress" && reason !== "TargetBusy";
}

export const targetOf = (namespace: string, { spec }: RestoreRequest): string =>
  `${namespace}/${spec.clusterRef}`;

export const idOf = ({ namespace, name }: RestoreKey): string => `${namespace}/${name}`;

export function keyOf(id: string): RestoreKey {
  const [namespace = "", name = ""] = id.split("/");
  return { namespace, name };
}
