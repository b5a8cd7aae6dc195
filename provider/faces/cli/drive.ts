/**
 * Commands that change the cluster: progress while they work, Ctrl-C in stages, and at the end what happened, what
 * is safe and what to type next. Invariant: once the engine works, only a last Ctrl-C ends this before the engine.
 */
import type { TellPlace } from "../../compose.js";
import {
  terminalOwner,
  type Engine,
  type RestoreRef,
  type RunOptions,
  type RunReport,
} from "../../runtime/engine.js";
import { stepNames } from "../../runtime/step-names.js";
import type { RestoreRequest } from "../../spec/request.js";
import type { Command } from "./arguments.js";
import { exitCodeOf, exitCodes, type ExitCode } from "./exit-codes.js";
import { withInterrupts, type Stage } from "./interruption.js";
import type { Io } from "./io.js";
import { progressView } from "./progress.js";
import { renderEnd } from "./render-run.js";
import { jsonLine, tellPlace } from "./tell.js";
import { shellWord } from "./words.js";

export interface Driving {
  readonly verb: Exclude<Command["verb"], "plan" | "status">;
  readonly ref: RestoreRef;
  readonly json: boolean;
  /** Known where a document says what is restored. */
  readonly request?: RestoreRequest;
  readonly work: (engine: Engine, options: RunOptions) => Promise<RunReport>;
}

export async function drive(
  io: Io,
  driving: Driving,
  open: (tell: TellPlace) => Promise<Engine>,
): Promise<ExitCode> {
  const { json, request } = driving;
  const view = progressView(io, json, request ? stepNames(request) : []);
  const tell: TellPlace = (place) => {
    tellPlace(io)(place);
    // The first progress comes once the cluster has answered.
    if (!json) view.say(titleOf(driving));
  };
  const exit = (): void => {
    view.end();
    io.exit(exitCodes.left);
  };
  return withInterrupts(io, stagesOf(driving), { say: view.say, exit }, async ({ cancel, leave }) => {
    const pressed = (): boolean => cancel.aborted || leave.aborted;
    let engine: Engine | undefined;
    let report: RunReport;
    try {
      engine = await open(tell);
      if (pressed()) {
        view.say("Nothing was begun.");
        return exitCodes.cancelled;
      }
      const options = { owner: terminalOwner, signal: leave, cancel, onProgress: view.show };
      report = await driving.work(engine, options);
    } finally {
      view.end();
      await engine?.close();
    }
    const exitCode = exitCodeOf(report, pressed());
    const idle = !report.failure && !view.shown();
    if (pressed() && !report.failure) view.say("Ctrl-C came too late: the work was done.");
    io.out(json ? jsonLine("result", { ...report, idle, exitCode }) : renderEnd(report, idle));
    return exitCode;
  });
}

function titleOf({ verb, ref, request }: Driving): string {
  const what = request ? `: database ${request.spec.databaseName} of ${request.spec.clusterRef}` : "";
  return `${verb === "run" ? "Restore" : `${verb} of restore`} ${ref.name}${what}`;
}

function stagesOf({ verb, ref: { name, namespace }, request }: Driving): readonly Stage[] {
  if (request?.mode === "operator")
    return [
      {
        does: "leave",
        says: "Leaving: the operator goes on with the restore. The same command joins it again.",
      },
    ];
  const at = namespace === undefined ? "" : ` --namespace ${shellWord(namespace)}`;
  const goOn = `neo4j-restore resume ${shellWord(name)}${at}`;
  const leave: Stage = {
    does: "leave",
    says: `Leaving: at once where the database serves, else as soon as it does. Go on later with: ${goOn}`,
  };
  const exit: Stage = { does: "exit", says: `Left as it is. The database may be down; go on with: ${goOn}` };
  if (verb !== "run" && verb !== "resume") return [leave, exit];
  const says =
    "Ending the restore: what was changed so far is given back, please wait. Ctrl-C again leaves without that.";
  return [{ does: "cancel", says }, leave, exit];
}
