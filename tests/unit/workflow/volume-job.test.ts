/** Whose Job is judged: the one that was made for this verb, in this step, and no other of the same name. */
import fc from "fast-check";
import type { JobView, LockHolderView, TargetView } from "../../../provider/plan/observation.js";
import { scriptExit } from "../../../provider/plan/script-exit.js";
import type { Acting } from "../../../provider/plan/volume-command.js";
import type { RestoreRequest } from "../../../provider/spec/request.js";
import { limits } from "../../../provider/workflow/limits.js";
import { beginRun, type RunState } from "../../../provider/workflow/state.js";
import type { Context, Move } from "../../../provider/workflow/step.js";
import { verbByJob } from "../../../provider/workflow/steps/volume-job.js";

const runId = "run0000001";
const request: RestoreRequest = {
  ...{ name: "monday", labels: {}, annotations: {} },
  spec: {
    ...{ clusterRef: "graph", databaseName: "orders" },
    source: { type: "backup", backupRef: "nightly" },
  },
};
const begun = beginRun({
  ...{ runId, name: "monday", namespace: "shop", identity: "i", attempt: 1, generation: 1, now: 0 },
  ...{ remnants: [], carried: undefined },
});
const target = {
  pods: [],
  dataClaims: [],
  statefulSet: {
    ...{ replicas: 0, uid: "s", name: "graph" },
    shape: {
      ...{ image: "neo4j", container: "neo4j", env: [], volumes: [], mounts: [] },
      ...{ imagePullSecrets: [], tolerations: [], labels: {} },
    },
  },
} as unknown as TargetView;

const job: JobView = {
  ...{ name: "monday-volume", uid: "u1", runId, terminating: false, over: true, succeeded: true },
  ...{ started: true, turn: 4, lastLines: [] },
};

interface Told {
  readonly there: JobView | "absent";
  readonly turn?: number;
  readonly made?: boolean;
  readonly lockHolder?: LockHolderView;
  /** By the role of another Job that was looked at as well. */
  readonly others?: Readonly<Record<string, LockHolderView>>;
  readonly state?: Partial<RunState>;
  readonly now?: number;
}

/** What is sent, or is done next. */
function decide({ there, turn = 4, made = true, lockHolder, others, state = {}, now = 0 }: Told): {
  readonly move: Move | undefined;
  readonly sent: readonly Acting[];
} {
  const sent: Acting[] = [];
  const context: Context = {
    state: {
      ...begun,
      turn,
      results: made ? { "create-volume": { ok: true, output: {} } } : {},
      ...state,
      facts: { target: { pod: "graph-0", container: "neo4j" } as never, ...state.facts },
    },
    ...{ request, now },
    seen: {
      target: { found: "one", target },
      jobs: { volume: there },
      lockHolders: { ...(lockHolder ? { volume: lockHolder } : {}), ...others },
    },
  };
  const argvOf = (acting: Acting): readonly string[] => {
    sent.push(acting);
    return [];
  };
  return { move: verbByJob(context, "back", argvOf), sent };
}

const removes = { kind: "perform", effect: { kind: "deleteJobs", key: "removed-u1", roles: ["volume"] } };

it("the verdict of the Job that was made for it counts", () => {
  expect(decide({ there: job }).move).toBeUndefined();
  const failed = decide({ there: { ...job, succeeded: false, exitCode: scriptExit.swapRefused } });
  expect(failed.move).toMatchObject({ kind: "fail", fault: { reason: "SwapFailed" } });
});

it("that of any other Job never does, whatever it says of itself", () => {
  const views = fc.record({
    over: fc.boolean(),
    succeeded: fc.boolean(),
    started: fc.boolean(),
    terminating: fc.boolean(),
    exitCode: fc.constantFrom(0, 1, 137, ...Object.values(scriptExit)),
  });
  const whose = fc.oneof(
    fc.record({ made: fc.constant(false), turn: fc.nat({ max: 9 }) }),
    fc.record({ made: fc.constant(true), turn: fc.nat({ max: 9 }).filter((turn) => turn !== 4) }),
  );
  fc.assert(
    fc.property(views, whose, (view, { made, turn }) => {
      expect(decide({ there: { ...job, ...view }, made, turn }).move).toMatchObject(removes);
    }),
  );
});

it("once that is gone, a Job of its own is made", () => {
  const results = {
    "create-volume": { ok: true, output: {} },
    "removed-u1": { ok: true, output: {} },
  } as const;
  const going = decide({ there: job, state: { results } }).move;
  expect(going).toMatchObject({ kind: "wait", message: "the Job monday-volume of another verb to go" });
  const { move, sent } = decide({ there: "absent", state: { results } });
  expect(move).toMatchObject({
    kind: "perform",
    effect: { kind: "create", key: "create-volume-1", turn: 5 },
  });
  expect(sent).toMatchObject([{ turn: 5, ended: ["graph-0"] }]);
});

describe("where something has the lock", () => {
  const held: JobView = { ...job, succeeded: false, exitCode: scriptExit.lockHeld };
  const holder = { pod: "somebody", entry: "7474-12-1.1-back-somebody", gone: false };

  it("it is tried again for a while, and nothing is taken over", () => {
    expect(decide({ there: held, lockHolder: holder }).move).toMatchObject(removes);
    const late = decide({ there: held, lockHolder: holder, now: limits.retry + 1 });
    expect(late.move).toMatchObject({ kind: "fail", fault: { reason: "VolumeBusy" } });
    expect(decide({ there: "absent", made: false, lockHolder: holder }).sent).toMatchObject([
      { ended: ["graph-0"] },
    ]);
  });

  it("what is seen to be gone for good is noted, and only that is taken over, however late", () => {
    const gone = { ...holder, gone: true };
    const noted = decide({ there: held, lockHolder: gone, now: limits.retry + 1 }).move;
    const facts = { lockLeft: holder.entry, lockLeftAt: limits.retry + 1 };
    expect(noted).toEqual({ kind: "learn", facts });
    const taken = (now: number): Told => ({ there: held, lockHolder: gone, state: { facts }, now });
    expect(decide(taken(limits.retry + 1)).move).toMatchObject(removes);
    // It is not to be taken over: a folder of somebody else's, for one.
    expect(decide(taken(2 * limits.retry + 2)).move).toMatchObject({
      kind: "fail",
      fault: { reason: "VolumeBusy" },
    });
    expect(decide({ there: "absent", made: false, state: { facts } }).sent).toMatchObject([
      { ended: ["graph-0", holder.entry] },
    ]);
  });

  it("who kept another Job from it tells nothing of this one", () => {
    const others = { restore: { ...holder, entry: "7474-13-1.1-restore-gone", gone: true } };
    const late = { there: held, lockHolder: holder, others, now: limits.retry + 1 };
    expect(decide(late).move).toMatchObject({ kind: "fail", fault: { reason: "VolumeBusy" } });
  });
});
