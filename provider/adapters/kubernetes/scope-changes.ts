/**
 * What one run looks at, as a subscription that stays between calls of `changed`: target, set, pods, Jobs,
 * its backup, and a request to cancel. One that nobody has asked for a while belongs to a run that is over.
 */
import type { JsonObject } from "../../plan/observation.js";
import { labels } from "../../plan/names.js";
import type { WatchScope } from "../../workflow/ports.js";
import type { Changes, Subscription } from "./changes.js";
import { isCancelRequested } from "./journal-map.js";
import { labelOf, nameOf, text } from "./json.js";
import { backupTargetLabel } from "./other-work.js";
import type { ResourceKind } from "./paths.js";
import { statefulSetName } from "./statefulset.js";

const idle = 300_000;

interface Kept {
  readonly subscription: Subscription;
  waiting: number;
  lastUsed: number;
}

export function createScopeChanges(
  changes: Changes,
): (scope: WatchScope, signal: AbortSignal) => Promise<void> {
  const kept = new Map<string, Kept>();

  const dropIdle = (now: number): void => {
    for (const [key, entry] of kept) {
      if (entry.waiting > 0 || now - entry.lastUsed < idle) continue;
      entry.subscription.end();
      kept.delete(key);
    }
  };

  return async (scope, signal) => {
    dropIdle(performance.now());
    const key = JSON.stringify([scope.target.namespace, scope.target.name, scope.runId, scope.backup]);
    const there = kept.get(key);
    if (!there) {
      const subscription = changes.subscribe(scope.target.namespace, kindsOf(scope), (o) =>
        concerns(scope, o),
      );
      kept.set(key, { subscription, waiting: 0, lastUsed: performance.now() });
      // What changed between the caller's look and this subscription went unseen.
      return;
    }
    there.waiting += 1;
    try {
      await there.subscription.next(signal);
    } finally {
      there.waiting -= 1;
      there.lastUsed = performance.now();
    }
  };
}

function kindsOf(scope: WatchScope): readonly ResourceKind[] {
  return [
    "Neo4jEnterpriseCluster",
    "Neo4jEnterpriseStandalone",
    "StatefulSet",
    "Pod",
    "Job",
    "ConfigMap",
    ...(scope.backup === undefined ? [] : (["Neo4jBackup"] as const)),
  ];
}

export function concerns(scope: WatchScope, changed: JsonObject): boolean {
  const name = nameOf(changed);
  const target = scope.target.name;
  const sets = [statefulSetName("Neo4jEnterpriseCluster", target), target];
  const ofRun = labelOf(changed, labels.run) === scope.runId;
  switch (text(changed, "kind")) {
    case "Neo4jEnterpriseCluster":
    case "Neo4jEnterpriseStandalone":
      return name === target;
    case "StatefulSet":
      return sets.includes(name);
    case "Pod":
      return ofRun || sets.includes(name.replace(/-\d+$/, ""));
    case "Job":
      return ofRun || labelOf(changed, backupTargetLabel) === target;
    case "Neo4jBackup":
      return name === scope.backup;
    case "ConfigMap":
      // The run writes its journal itself; of others' writes only this one calls for action.
      return ofRun && isCancelRequested(changed);
    default:
      return false;
  }
}
