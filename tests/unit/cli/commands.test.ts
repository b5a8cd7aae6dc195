/** What each command asks of the engine, says and ends with, and what Ctrl-C does, press by press. */
import type { Engine, RunOptions } from "../../../provider/runtime/engine.js";
import { RestoreFault } from "../../../provider/workflow/faults.js";
import { Console, report, working, yaml } from "./console.js";

const files = { "r.yaml": yaml };
const failed = (reason: string): NonNullable<ReturnType<typeof report>["failure"]> => ({
  reason,
  message: `${reason} happened`,
  hints: ["type this", "or that"],
});
const step = (name: string): { readonly name: string; readonly start: string; readonly attempt: number } => ({
  name,
  start: "2026-03-01T00:00:00.000Z",
  attempt: 1,
});
const opened = { ...step("Open"), end: "2026-03-01T00:00:01.000Z" };

describe("exit codes and last words", () => {
  test.each<readonly [string, ReturnType<typeof report>, number, readonly string[]]>([
    ["a good end", report(), 0, ["Restore back-to-monday (namespace shop) is Completed"]],
    [
      "a failure that was given back",
      report(
        { phase: "Failed", steps: [step("Resolve"), step("StopJobs"), step("Clean")] },
        failed("JobFailed"),
      ),
      1,
      [
        "did not finish. JobFailed: JobFailed happened",
        "as it was before the restore",
        "type this",
        "or that",
      ],
    ],
    [
      "a failure after the point of no return",
      report({ phase: "Failed", steps: [opened, step("Release")] }, failed("PostHookFailed")),
      1,
      ["after the restored data was opened: it stays"],
    ],
    [
      "one before the restored data was opened",
      report({ phase: "Failed", steps: [step("Restore"), step("Release")] }, failed("JobFailed")),
      1,
      ["the restored data was not opened: the database takes no writes and may be down"],
    ],
    [
      "a rollback that could not finish",
      report({ phase: "Failed", steps: [step("StopJobs")] }, failed("RollbackIncomplete")),
      1,
      ["not everything could be given back; nothing was deleted"],
    ],
    [
      "a run that was left",
      report({ phase: "Running" }, failed("Interrupted")),
      3,
      ["nothing is done twice"],
    ],
    [
      "a cancel by somebody else",
      report({ phase: "Failed", steps: [step("StopJobs")] }, failed("Cancelled")),
      1,
      ["Cancelled happened"],
    ],
  ])("%s", async (_name, answer, code, said) => {
    const console = new Console(files);
    const played = await console.play(["run", "-f", "r.yaml"], { run: working(answer, "Resolve", "Lock") });
    expect(played.code).toBe(code);
    for (const text of said) expect(played.out).toContain(text);
    expect(console.closed).toBe(1);
    expect(console.isQuiet).toBe(true);
  });
});

test("a restore that is done says that nothing was done, and how to do it again", async () => {
  const { code, out } = await new Console(files).play(["run", "-f", "r.yaml"], {
    run: () => Promise.resolve(report()),
  });
  expect(code).toBe(0);
  expect(out).toContain("Nothing was done: restore back-to-monday (namespace shop) is Completed");
  expect(out).toContain("--trigger TEXT");
});

test.each<readonly [string, keyof Engine, object]>([
  ["undo one -n shop", "undo", {}],
  ["discard one -n shop", "discard", {}],
  ["resume one -n shop", "resume", {}],
  ["resume one -n shop --skip-hook", "resume", { hook: "skip" }],
  ["release one -n shop", "release", { force: false }],
  ["release one -n shop --force", "release", { force: true }],
])("%s", async (line, method, options) => {
  const asked: unknown[] = [];
  const work = (ref: unknown, given: RunOptions): Promise<ReturnType<typeof report>> => {
    asked.push(ref, given);
    return Promise.resolve(report());
  };
  const { code } = await new Console().play(line.split(" "), { [method]: work });
  expect(code).toBe(0);
  expect(asked[0]).toEqual({ name: "one", namespace: "shop" });
  expect(asked[1]).toMatchObject({ owner: "cli", ...options });
  expect("hook" in (asked[1] as object)).toBe("hook" in options);
});

describe("status", () => {
  const full = report({
    phase: "Completed",
    strategy: "swap",
    startTime: "2026-03-01T00:00:00.000Z",
    completionTime: "2026-03-01T00:04:10.000Z",
    backupInfo: { backupPath: "/backup/nightly/orders.backup" },
    stats: { duration: "4m10s", interruption: "1.2s", dataSize: "8Gi", fileCount: 42, throughput: "120Mi/s" },
    previous: { path: "/data/.neo4j-restore/x/previous", size: "9Gi", keptUntil: "2026-03-02T00:04:10.000Z" },
    steps: [{ ...step("Resolve"), end: "2026-03-01T00:00:01.500Z", message: "found" }],
  });

  test("of a restore that is done", async () => {
    const { code, out } = await new Console().play(["status", "back-to-monday", "-n", "shop"], {
      status: () => Promise.resolve(full),
    });
    expect(code).toBe(0);
    for (const text of [
      "is Completed",
      "/backup/nightly/orders.backup",
      "1.2s",
      "8Gi, 42 files, 120Mi/s",
      "9Gi, kept until 2026-03-02T00:04:10.000Z",
      "neo4j-restore undo back-to-monday --namespace shop",
      "neo4j-restore discard back-to-monday --namespace shop",
    ])
      expect(out).toContain(text);
    expect(out).toMatch(/Resolve +1\.5s {2}found/);
  });

  test("of a restore that is under way is no failure, and names what goes on with it", async () => {
    const running = report(
      { phase: "Running", progress: { step: "Restore", message: "restoring" } },
      failed("Interrupted"),
    );
    const { code, out } = await new Console().play(["status", "x"], {
      status: () => Promise.resolve(running),
    });
    expect(code).toBe(0);
    expect(out).toContain("neo4j-restore resume back-to-monday --namespace shop");
    expect(out).not.toContain("What to do");
  });

  test("of one that failed", async () => {
    const bad = report({ phase: "Failed", steps: [step("StopJobs")] }, failed("JobFailed"));
    const { code, out } = await new Console().play(["status", "x"], { status: () => Promise.resolve(bad) });
    expect(code).toBe(1);
    expect(out).toContain("type this");
  });

  test("of none", async () => {
    const nothing = { status: () => Promise.resolve(undefined) };
    const text = await new Console().play(["status", "x", "-n", "shop"], nothing);
    expect(text).toMatchObject({ code: 1, out: "" });
    expect(text.err).toContain("there is no restore x in namespace shop; --namespace looks in another");
    const json = await new Console().play(["status", "x", "-o", "json"], nothing);
    expect(JSON.parse(json.out)).toMatchObject({ type: "error", reason: "NotFound" });
  });

  test("as JSON it is the whole report", async () => {
    const { out } = await new Console().play(["status", "x", "-o", "json"], {
      status: () => Promise.resolve(full),
    });
    expect(JSON.parse(out)).toEqual({ type: "status", ...full });
  });
});

describe("connection", () => {
  const connected = `${yaml}connection:\n  context: blue\n  credentialsSecret: {name: other}\n`;

  test("the document's, and the command line's wins", async () => {
    const console = new Console({ "r.yaml": connected });
    await console.play(["run", "-f", "r.yaml", "--context", "green", "--kubeconfig", "k"], {
      run: () => Promise.resolve(report()),
    });
    expect(console.opened).toEqual([
      { context: "green", kubeconfig: "k", credentialsSecret: { name: "other" } },
    ]);
  });

  test("that fails is told with its reason and what to do", async () => {
    const console = new Console(files);
    const refuse = (): Promise<Engine> =>
      Promise.reject(new RestoreFault("terminal", "KubernetesUnreachable", "nobody answers (tried: here)"));
    const { code, err } = await console.play(["plan", "-f", "r.yaml"], refuse);
    expect(code).toBe(1);
    expect(err).toContain("KubernetesUnreachable: nobody answers (tried: here)");
    expect(err).toContain("Check the context and the network.");
  });

  test("a bug is not dressed up", async () => {
    const broken = (): Promise<Engine> => Promise.reject(new Error("bug: impossible"));
    await expect(new Console(files).play(["run", "-f", "r.yaml"], broken)).rejects.toThrow("bug: impossible");
  });
});

describe("Ctrl-C", () => {
  /** A run in which things happen at each turn, and that ends in the given way. */
  const scripted =
    (
      console: Console,
      presses: number,
      answer: ReturnType<typeof report>,
      seen: string[],
    ): Partial<Engine>["run"] =>
    (_request, { signal, cancel, onProgress }) => {
      onProgress({ step: "Restore", message: "restoring" });
      for (let press = 1; press <= presses; press += 1) {
        console.press();
        seen.push(`${press}: cancel ${String(cancel?.aborted)}, leave ${String(signal.aborted)}`);
      }
      return Promise.resolve(answer);
    };
  const givenBack = report(
    { phase: "Failed", steps: [step("StopJobs"), step("Clean")] },
    failed("Cancelled"),
  );
  const left = report({ phase: "Running" }, failed("Interrupted"));

  test("once gives everything back and waits for it", async () => {
    const console = new Console(files);
    const seen: string[] = [];
    const { code, out, err, exits } = await console.play(["run", "-f", "r.yaml"], {
      run: scripted(console, 1, givenBack, seen) as Engine["run"],
    });
    expect(seen).toEqual(["1: cancel true, leave false"]);
    expect(err).toContain("Ending the restore: what was changed so far is given back, please wait.");
    expect(out).toContain("everything is as it was before the restore");
    expect({ code, exits }).toEqual({ code: 130, exits: [] });
  });

  test("twice leaves, and says which command goes on", async () => {
    const console = new Console(files);
    const seen: string[] = [];
    const { code, err, exits } = await console.play(["run", "-f", "r.yaml"], {
      run: scripted(console, 2, left, seen) as Engine["run"],
    });
    expect(seen[1]).toBe("2: cancel true, leave true");
    expect(err).toContain("neo4j-restore resume back-to-monday --namespace shop");
    expect({ code, exits }).toEqual({ code: 3, exits: [] });
  });

  test("three times ends the process there and then", async () => {
    const console = new Console(files);
    const { err, exits } = await console.play(["run", "-f", "r.yaml"], {
      run: scripted(console, 3, left, []) as Engine["run"],
    });
    expect(exits).toEqual([3]);
    expect(err).toContain("Left as it is. The database may be down; go on with: neo4j-restore resume");
  });

  test("that comes too late is told so", async () => {
    const console = new Console(files);
    const { code, err } = await console.play(["run", "-f", "r.yaml"], {
      run: scripted(console, 1, report(), []) as Engine["run"],
    });
    expect(code).toBe(0);
    expect(err).toContain("Ctrl-C came too late");
  });

  test("before the engine is there begins nothing", async () => {
    const console = new Console(files);
    let asked = 0;
    const { code, err } = await console.play(["run", "-f", "r.yaml"], () => {
      console.press();
      const run = (): Promise<never> => {
        asked += 1;
        return Promise.reject(new Error("too late"));
      };
      return Promise.resolve({ run, close: () => Promise.resolve() } as unknown as Engine);
    });
    expect({ code, asked }).toEqual({ code: 130, asked: 0 });
    expect(err).toContain("Nothing was begun.");
  });

  test("an undo is never cancelled: the first press leaves when it is safe", async () => {
    const console = new Console();
    const undo: Engine["undo"] = (_ref, { signal, cancel }) => {
      console.press();
      expect([signal.aborted, cancel?.aborted]).toEqual([true, false]);
      return Promise.resolve(left);
    };
    const { code } = await console.play(["undo", "x"], { undo });
    expect(code).toBe(3);
  });
});
