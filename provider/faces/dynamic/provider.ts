// The methods of the dynamic provider: what Pulumi asks, in the words of the engine. Thin: judging is check's and
// change's, the work is the engine's.
// Invariants: check and diff never touch the cluster; a failed run keeps its state; delete acts on its own run only.

import type { Modes, TellPlace } from "../../compose.js";
import type { ConnectionArgs } from "../../spec/types.js";
import type { RestoreRequest } from "../../spec/request.js";
import type { Engine, RunOptions, RunReport } from "../../runtime/engine.js";
import { compare } from "./change.js";
import { checkProgram, type Checked } from "./check.js";
import { plainError, RestoreFailed } from "./failure.js";
import type { Host } from "./host.js";
import { progressLines } from "./progress.js";
import {
  connectionOf,
  idOf,
  modeOf,
  outputsOf,
  parseStored,
  phaseOf,
  refOf,
  textAt,
  urnOf,
  type Properties,
} from "./properties.js";

export type OpenEngine = (
  connection: ConnectionArgs | undefined,
  modes: Modes,
  tell: TellPlace,
) => Promise<Engine>;

/** Properties, not methods: they are called one by one, without the object. */
export interface DynamicProvider {
  readonly check: (olds: Properties, news: Properties) => Promise<Pick<Checked, "inputs" | "failures">>;
  readonly diff: (id: string, olds: Properties, news: Properties) => Promise<Diff>;
  readonly create: (inputs: Properties) => Promise<{ readonly id: string; readonly outs: Properties }>;
  readonly read: (
    id: string,
    props: Properties,
  ) => Promise<{ readonly id: string; readonly props: Properties }>;
  readonly update: (id: string, olds: Properties, news: Properties) => Promise<{ readonly outs: Properties }>;
  readonly delete: (id: string, props: Properties) => Promise<void>;
}

export interface Diff {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** The provider, over an engine that is opened for each call, in this host. */
export function dynamicProvider(open: OpenEngine, { log, shield }: Host): DynamicProvider {
  const warned = new Set<string>();

  /** Delivered when it resolves: the engine may be over a moment after the answer. */
  const warnOnce = async (urn: string, text: string): Promise<void> => {
    if (warned.has(`${urn} ${text}`)) return;
    warned.add(`${urn} ${text}`);
    log.warn(urn, text);
    await log.flush();
  };

  /** @param olds where it is an update */
  async function withEngine<T>(
    properties: Properties,
    use: (engine: Engine) => Promise<T>,
    tell: TellPlace,
    olds: Properties = properties,
  ): Promise<T> {
    const apiVersion = textAt(properties, "apiVersion");
    const modes = { mode: modeOf(properties), before: modeOf(olds), apiVersion };
    const engine = await open(connectionOf(properties), modes, tell);
    try {
      return await use(engine);
    } finally {
      await engine.close();
    }
  }

  /** Work that changes the cluster: shielded, with what it acts on and progress on the resource's row. */
  const drive = <T>(
    properties: Properties,
    work: (engine: Engine, options: RunOptions) => Promise<T>,
    olds?: Properties,
  ): Promise<T> =>
    shield(async (signal) => {
      const owner = urnOf(properties);
      const onProgress = progressLines((line) => log.progress(owner, line));
      try {
        return await withEngine(
          properties,
          (engine) => work(engine, { owner, signal, onProgress }),
          (place) => log.info(owner, place),
          olds,
        );
      } catch (error) {
        // After a second Ctrl-C the engine reads no answer any more, but still shows what is logged.
        if (signal.aborted) log.warn(owner, plainError(error).message);
        throw plainError(error);
      } finally {
        await log.flush();
      }
    });

  /** What is there of a restore; says so where nothing is. */
  async function found(id: string, props: Properties): Promise<RunReport | undefined> {
    let where = "";
    try {
      const report = await withEngine(
        props,
        (engine) => engine.status(refOf(id)),
        (place) => (where = ` (${place})`),
      );
      if (report) return report;
    } catch (error) {
      throw plainError(error);
    }
    await warnOnce(
      urnOf(props),
      `no ${modeOf(props) === "operator" ? "resource" : "journal"} of restore ${id} is left in the cluster${where}; the status shown is the last known one`,
    );
    return undefined;
  }

  /** The outputs of a run, or the error that makes the engine keep them and try again. */
  async function settle(
    inputs: Properties,
    run: (engine: Engine, request: RestoreRequest, options: RunOptions) => Promise<RunReport>,
    olds?: Properties,
  ): Promise<{ readonly id: string; readonly outs: Properties }> {
    const parsed = parseStored(inputs);
    if (!parsed.ok) throw plainError(parsed.issues.map(({ message }) => message).join("\n"));
    const report = await drive(
      inputs,
      async (engine, options) => {
        const outcome = await run(engine, parsed.request, options);
        if (options.signal.aborted && outcome.failure) log.warn(options.owner, farewell(outcome.failure));
        return outcome;
      },
      olds,
    );
    if (report.failure) throw new RestoreFailed(inputs, report, report.failure);
    return { id: idOf(report), outs: outputsOf(inputs, report) };
  }

  return {
    check: async (_, news) => {
      const { inputs, failures, warnings } = checkProgram(news);
      for (const { message } of warnings) await warnOnce(urnOf(news), message);
      return { inputs, failures };
    },

    diff: async (id, olds, news) => {
      const { change, replaces } = compare(id, olds, news);
      // A refresh clears the engine's own memory of a failed run; dependents would then be made from a failure.
      const unfinished = phaseOf(olds) !== "Completed";
      if (unfinished)
        await warnOnce(
          urnOf(news),
          `the last run is ${phaseOf(olds) ?? "unknown"}; pulumi up goes on with it`,
        );
      return { changes: unfinished || change !== "none", replaces, deleteBeforeReplace: true };
    },

    create: (inputs) => settle(inputs, (engine, request, options) => engine.run(request, options)),

    read: async (id, props) => {
      const report = await found(id, props);
      return { id, props: report ? outputsOf(props, report) : props };
    },

    update: async (id, olds, news) => {
      const { change } = compare(id, olds, news);
      const done = phaseOf(olds) === "Completed" && modeOf(olds) === modeOf(news);
      // What only has to be noted is no reason to restore once more where nothing is left to note it in.
      if (change === "record" && done && !(await found(id, news))) return { outs: outputsOf(news, olds) };
      const { outs } = await settle(
        news,
        (engine, request, options) =>
          change === "record" ? engine.record(request, options) : engine.run(request, options),
        olds,
      );
      return { outs };
    },

    delete: (id, props) =>
      drive(props, (engine, options) =>
        engine.remove({ ...refOf(id), runId: textAt(props, "runId") ?? "" }, options),
      ),
  };
}

const farewell = ({ reason, message, hints }: NonNullable<RunReport["failure"]>): string =>
  [`${reason}: ${message}`, ...hints].join("\n");
