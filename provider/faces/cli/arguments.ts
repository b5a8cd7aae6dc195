/**
 * From argv to a command that is known to be complete, or what is wrong with it. No I/O. Invariant: a flag that
 * does not belong to the command is refused, never ignored.
 */
import { isNativeError } from "node:util/types";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { normalizeDatabaseName } from "../../spec/database-name.js";
import { nearest } from "../../spec/suggest.js";
import type { RestoreMode } from "../../spec/types.js";

export interface CommonFlags {
  readonly namespace?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly json: boolean;
}

/** A store that the ledger of a target knows. */
interface Aside {
  readonly target: string;
  readonly database: string;
  readonly runId?: string;
}

export type Command = { readonly common: CommonFlags } & (
  | {
      readonly verb: "plan" | "run";
      readonly file: string;
      readonly trigger?: string;
      readonly mode?: RestoreMode;
    }
  | { readonly verb: "status"; readonly name: string }
  | { readonly verb: "undo" | "discard"; readonly name: string }
  | { readonly verb: "discard"; readonly aside: Aside }
  | { readonly verb: "resume"; readonly name: string; readonly hook?: "skip" | "repeat" }
  | { readonly verb: "release"; readonly name: string; readonly force: boolean }
);

export type Verb = Command["verb"];

export type Arguments =
  | { readonly kind: "command"; readonly command: Command }
  | { readonly kind: "help"; readonly verb?: Verb }
  | { readonly kind: "wrong"; readonly message: string; readonly verb?: Verb };

type Flags = NonNullable<ParseArgsConfig["options"]>;

const commonFlags = {
  namespace: { type: "string", short: "n" },
  context: { type: "string" },
  kubeconfig: { type: "string" },
  output: { type: "string", short: "o" },
  help: { type: "boolean", short: "h" },
} satisfies Flags;

const file = {
  file: { type: "string", short: "f" },
  trigger: { type: "string" },
  mode: { type: "string" },
} satisfies Flags;

const modes: readonly RestoreMode[] = ["direct", "operator"];

const flagsOf: Readonly<Record<Verb, Flags>> = {
  plan: file,
  run: file,
  status: {},
  undo: {},
  discard: { target: { type: "string" }, database: { type: "string" }, run: { type: "string" } },
  resume: { "skip-hook": { type: "boolean" }, "repeat-hook": { type: "boolean" } },
  release: { force: { type: "boolean" } },
};

export const verbs = Object.keys(flagsOf) as readonly Verb[];

export function parseArguments(argv: readonly string[]): Arguments {
  const [first, ...rest] = argv;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    const verb = verbs.find((one) => one === rest[0]);
    return verb ? { kind: "help", verb } : { kind: "help" };
  }
  const verb = verbs.find((one) => one === first);
  if (!verb) {
    const near = nearest(first, verbs);
    return wrong(
      undefined,
      `there is no command ${first}${near === undefined ? "" : `; did you mean ${near}?`}`,
    );
  }
  return parseCommand(verb, rest);
}

interface Written {
  readonly common: CommonFlags;
  readonly positionals: readonly string[];
  readonly textOf: (flag: string) => string | undefined;
  readonly isSet: (flag: string) => boolean;
}

function parseCommand(verb: Verb, args: readonly string[]): Arguments {
  let parsed;
  try {
    const options = { ...commonFlags, ...flagsOf[verb] };
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // parseArgs tells of an unknown flag or a missing value by errors with such a code; all else is a bug.
    if (!isNativeError(error) || !("code" in error) || !String(error.code).startsWith("ERR_PARSE_ARGS"))
      throw error;
    return wrong(verb, error.message.replace(/\. To specify a positional .*$/s, ""));
  }
  const { positionals } = parsed;
  const values = new Map<string, unknown>(Object.entries(parsed.values));
  const isSet = (flag: string): boolean => values.get(flag) === true;
  const textOf = (flag: string): string | undefined => {
    const value = values.get(flag);
    return typeof value === "string" ? value : undefined;
  };
  if (isSet("help")) return { kind: "help", verb };
  const empty = [...values].find(([, value]) => value === "");
  if (empty) return wrong(verb, `--${empty[0]} is empty`);
  const output = textOf("output") ?? "text";
  if (output !== "text" && output !== "json")
    return wrong(verb, `--output ${output}: allowed are text and json`);
  const common: CommonFlags = {
    ...present("namespace", textOf("namespace")),
    ...present("context", textOf("context")),
    ...present("kubeconfig", textOf("kubeconfig")),
    json: output === "json",
  };
  const written = { common, positionals, textOf, isSet };
  return verb === "plan" || verb === "run" ? onFile(verb, written) : onName(verb, written);
}

function onFile(verb: "plan" | "run", { common, positionals, textOf }: Written): Arguments {
  const given = textOf("file");
  if (positionals.length > 0) return wrong(verb, `unexpected ${positionals.join(" ")}: write -f FILE`);
  if (given === undefined) return wrong(verb, "-f FILE is missing (-f - reads standard input)");
  const written = textOf("mode");
  const mode = modes.find((one) => one === written);
  if (written !== undefined && mode === undefined)
    return wrong(verb, `--mode ${written}: allowed are ${modes.join(" and ")}`);
  const more = { ...present("trigger", textOf("trigger")), ...(mode === undefined ? {} : { mode }) };
  return { kind: "command", command: { verb, common, file: given, ...more } };
}

function onName(
  verb: Exclude<Verb, "plan" | "run">,
  { common, positionals, textOf, isSet }: Written,
): Arguments {
  const [name, ...others] = positionals;
  if (verb === "discard" && ["target", "database", "run"].some((flag) => textOf(flag) !== undefined))
    return onAside({ common, positionals, textOf, isSet });
  if (name === undefined) return wrong(verb, "the NAME of the restore is missing");
  if (others.length > 0) return wrong(verb, `unexpected ${others.join(" ")}: one NAME at a time`);
  switch (verb) {
    case "release":
      return { kind: "command", command: { verb, common, name, force: isSet("force") } };
    case "resume": {
      const [skip, repeat] = [isSet("skip-hook"), isSet("repeat-hook")];
      if (skip && repeat) return wrong(verb, "--skip-hook and --repeat-hook exclude each other");
      const hook = skip ? ({ hook: "skip" } as const) : repeat ? ({ hook: "repeat" } as const) : {};
      return { kind: "command", command: { verb, common, name, ...hook } };
    }
    case "status":
      return { kind: "command", command: { verb, common, name } };
    case "undo":
    case "discard":
      return { kind: "command", command: { verb, common, name } };
  }
}

function onAside({ common, positionals, textOf }: Written): Arguments {
  const [target, database, runId] = ["target", "database", "run"].map(textOf);
  if (positionals.length > 0)
    return wrong("discard", `unexpected ${positionals.join(" ")}: give a NAME, or --target and --database`);
  if (target === undefined || database === undefined)
    return wrong("discard", "--target TARGET and --database DATABASE belong together");
  const aside = { target, database: normalizeDatabaseName(database), ...present("runId", runId) };
  return { kind: "command", command: { verb: "discard", common, aside } };
}

function wrong(verb: Verb | undefined, message: string): Arguments {
  return { kind: "wrong", message, ...(verb === undefined ? {} : { verb }) };
}

function present<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string };
}
