/**
 * The command: argv in, an exit code out; everything else goes through `io` and the engine. Invariants: an engine
 * is opened only for what is valid, and closed again; what is wrong is told whole, before anything is touched; a command
 * says which cluster it acts on before it asks it for anything.
 */
import { isNativeError } from "node:util/types";
import type { Modes, TellPlace } from "../../compose.js";
import type { Engine } from "../../runtime/engine.js";
import { explain } from "../../runtime/explain.js";
import type { ConnectionArgs } from "../../spec/types.js";
import { parseArguments, type Command } from "./arguments.js";
import { readDocument, type DocumentAnswer } from "./document.js";
import { drive, type Driving } from "./drive.js";
import { exitCodes, type ExitCode } from "./exit-codes.js";
import { helpText, usageText } from "./help.js";
import type { Io } from "./io.js";
import { renderPlan } from "./render-plan.js";
import { renderStatus } from "./render-run.js";
import { jsonLine, tellFailure, tellPlace, tellProblems } from "./tell.js";
import { shellWord } from "./words.js";

export type OpenEngine = (
  connection: ConnectionArgs | undefined,
  modes: Modes,
  tell: TellPlace,
) => Promise<Engine>;

export async function main(argv: readonly string[], io: Io, openEngine: OpenEngine): Promise<ExitCode> {
  const parsed = parseArguments(argv);
  switch (parsed.kind) {
    case "help":
      io.out(helpText(parsed.verb));
      return exitCodes.ok;
    case "wrong":
      io.err(`neo4j-restore: ${parsed.message}\n\n${usageText(parsed.verb)}`);
      return exitCodes.usage;
    case "command":
      return carryOut(parsed.command, io, openEngine);
  }
}

async function carryOut(command: Command, io: Io, openEngine: OpenEngine): Promise<ExitCode> {
  try {
    if ("aside" in command) return await onAside(command, io, openEngine);
    return "file" in command
      ? await withDocument(command, io, openEngine)
      : await withName(command, io, openEngine);
  } catch (error) {
    const failure = explain(error);
    if (!failure) throw error;
    tellFailure(io, command.common.json, failure);
    return failure.reason === "Interrupted" ? exitCodes.left : exitCodes.failed;
  }
}

type OnFile = Extract<Command, { readonly file: string }>;
type OnAside = Extract<Command, { readonly aside: object }>;
type OnName = Exclude<Command, OnFile | OnAside>;

async function onAside(command: OnAside, io: Io, openEngine: OpenEngine): Promise<ExitCode> {
  const { common, aside } = command;
  const open = (): Promise<Engine> => openEngine(connectionOf(command, undefined), {}, tellPlace(io));
  const { target, database, runId } = aside;
  const removed = await using(open, (engine) =>
    engine.discardAside({ namespace: common.namespace, target, database, runId }),
  );
  if (common.json) io.out(jsonLine("result", { removed }));
  else for (const text of removed) io.out(`Removed: ${text}\n`);
  return exitCodes.ok;
}

async function withDocument(command: OnFile, io: Io, openEngine: OpenEngine): Promise<ExitCode> {
  const { common, file, trigger, mode } = command;
  const answer = await readFile(io, file, {
    ...(common.namespace === undefined ? {} : { namespace: common.namespace }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(mode === undefined ? {} : { mode }),
  });
  if (!answer.ok) {
    tellProblems(io, common.json, file, answer.problems);
    return exitCodes.usage;
  }
  const { request, warnings } = answer;
  const open = (tell: TellPlace): Promise<Engine> =>
    openEngine(connectionOf(command, request.connection), request, tell);
  if (command.verb === "plan") {
    const plan = await using(
      () => open(tellPlace(io)),
      (engine) => engine.plan(request),
    );
    const asText = (): string => renderPlan(plan, request, warnings, runCommand(command));
    io.out(common.json ? jsonLine("plan", { ...plan, warnings }) : asText());
    return plan.problems.length === 0 && plan.waits.length === 0 ? exitCodes.ok : exitCodes.failed;
  }
  for (const message of warnings) {
    if (common.json) io.out(jsonLine("warning", { message }));
    else io.err(`Warning: ${message}\n`);
  }
  const ref = { name: request.name, namespace: request.namespace };
  const work: Driving["work"] = (engine, options) => engine.run(request, options);
  return drive(io, { verb: "run", ref, json: common.json, request, work }, open);
}

async function withName(command: OnName, io: Io, openEngine: OpenEngine): Promise<ExitCode> {
  const { common, name } = command;
  const ref = { name, namespace: common.namespace };
  const open = (tell: TellPlace): Promise<Engine> => openEngine(connectionOf(command, undefined), {}, tell);
  if (command.verb !== "status") {
    const { verb } = command;
    return drive(io, { verb, ref, json: common.json, work: workOf(command) }, open);
  }
  const report = await using(
    () => open(tellPlace(io)),
    (engine) => engine.status(ref),
  );
  if (!report) {
    const where = ref.namespace === undefined ? "the context's namespace" : `namespace ${ref.namespace}`;
    const message = `there is no restore ${name} in ${where}; --namespace looks in another`;
    tellFailure(io, common.json, { reason: "NotFound", message, hints: [] });
    return exitCodes.failed;
  }
  io.out(common.json ? jsonLine("status", report) : renderStatus(report));
  return report.failure && report.failure.reason !== "Interrupted" ? exitCodes.failed : exitCodes.ok;
}

function workOf(command: Exclude<OnName, { readonly verb: "status" }>): Driving["work"] {
  const ref = { name: command.name, namespace: command.common.namespace };
  switch (command.verb) {
    case "undo":
      return (engine, options) => engine.undo(ref, options);
    case "discard":
      return (engine, options) => engine.discard(ref, options);
    case "resume":
      return (engine, options) =>
        engine.resume(ref, { ...options, ...(command.hook ? { hook: command.hook } : {}) });
    case "release":
      return (engine, options) => engine.release(ref, { ...options, force: command.force });
  }
}

async function readFile(
  io: Io,
  file: string,
  flags: Parameters<typeof readDocument>[1],
): Promise<DocumentAnswer> {
  let source;
  try {
    source = await io.read(file);
  } catch (error) {
    if (!isNativeError(error) || !("code" in error)) throw error;
    return { ok: false, problems: [{ message: `it cannot be read: ${error.message}` }] };
  }
  return readDocument(source, flags);
}

async function using<T>(open: () => Promise<Engine>, use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await open();
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

/** The document's connection; what the command line says wins. */
function connectionOf({ common }: Command, written: ConnectionArgs | undefined): ConnectionArgs {
  return {
    ...written,
    ...(common.context === undefined ? {} : { context: common.context }),
    ...(common.kubeconfig === undefined ? {} : { kubeconfig: common.kubeconfig }),
  };
}

/** The run that a plan was made for, ready to be typed. */
function runCommand({ file, trigger, mode, common }: OnFile): string {
  const flags = [
    ["--trigger", trigger],
    ["--mode", mode],
    ["--namespace", common.namespace],
    ["--context", common.context],
    ["--kubeconfig", common.kubeconfig],
  ] as const;
  const written = flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, shellWord(value)]));
  return ["neo4j-restore run -f", shellWord(file), ...written].join(" ");
}
