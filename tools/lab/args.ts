// What the command line may say. Every verb as plain data; a mistake names the verb's usage.

import { parseArgs, type ParseArgsConfig } from "node:util";
import type { ClusterRequest } from "./enterprise-cluster.js";
import { backupTypes, forms, type BackupOptions, type BackupType, type Form } from "./objects/backup.js";
import { removable, type Removable } from "./remove.js";
import type { StandaloneRequest } from "./standalone.js";
import { storeKinds, type StoreKind } from "./stores/kinds.js";

export type Command =
  | { readonly verb: "help" | "up" | "down" | "status" | "env" }
  | { readonly verb: "standalone"; readonly request: StandaloneRequest; readonly store?: StoreKind }
  | {
      readonly verb: "store";
      readonly kind: StoreKind;
      readonly bucket: string;
      readonly namespace: string;
    }
  | { readonly verb: "cluster"; readonly request: ClusterRequest; readonly store?: StoreKind }
  | { readonly verb: "operator"; readonly namespace: string; readonly deploy: boolean }
  | { readonly verb: "backup"; readonly options: BackupOptions }
  | {
      readonly verb: "cypher";
      readonly namespace: string;
      readonly target: string;
      readonly database: string;
      readonly statement: string;
      readonly server?: number;
    }
  | {
      readonly verb: "delete";
      readonly kind: Removable;
      readonly namespace: string;
      readonly name: string;
    };

export interface Invocation {
  readonly command: Command;
  readonly context?: string;
}

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const usage = `npm run lab -- VERB

  up                                  start the lab; again: bring images up to date
  down                                end it and remove what it kept
  status                              what runs
  env                                 settings for a shell: eval "$(npm run -s lab -- env)"
  standalone NAME [--password P] [--size 1Gi] [--tls] [--store ${storeKinds.join("|")}]
                                      a Neo4j as the operator makes it; one that reaches that store of the lab
  cluster NAME [--servers 3] [--password P] [--size 1Gi] [--tls] [--store ${storeKinds.join("|")}]
                                      a Neo4j cluster as the operator makes it
  backup NAME --target TARGET --database DB [--claim backups] [--form head|era-s] [--type FULL|DIFF|AUTO]
                                      a Neo4jBackup and its artifact
  store ${storeKinds.join("|")} [--name backups]
                                      a bucket in a store of the lab, and a Secret NAME-login for it
  cypher TARGET DATABASE STATEMENT [--server N]
                                      runs a statement as admin and prints the rows; in a cluster on the server
                                      that writes the database, or on that number
  operator [--deploy]                 installs the kind Neo4jRestore and runs the operator from source until Ctrl-C, or
                                      as users deploy it, from its image, for all namespaces
  delete ${removable.join("|")} NAME     removes what a verb made

  --namespace NS   where (default: neo4j)
  --context NAME   another cluster of your kubeconfig instead of the lab's own (kind, minikube, …)`;

const options = {
  namespace: { type: "string", short: "n", default: "neo4j" },
  context: { type: "string" },
  help: { type: "boolean", short: "h" },
  password: { type: "string" },
  size: { type: "string" },
  tls: { type: "boolean" },
  store: { type: "string" },
  name: { type: "string" },
  servers: { type: "string" },
  server: { type: "string" },
  deploy: { type: "boolean" },
  target: { type: "string" },
  database: { type: "string" },
  claim: { type: "string", default: "backups" },
  form: { type: "string", default: "head" },
  type: { type: "string", default: "FULL" },
} as const satisfies ParseArgsConfig["options"];

/** Options that belong to some verbs only. */
const own = {
  password: ["standalone", "cluster"],
  size: ["standalone", "cluster"],
  tls: ["standalone", "cluster"],
  store: ["standalone", "cluster"],
  name: ["store"],
  servers: ["cluster"],
  target: ["backup"],
  database: ["backup"],
  server: ["cypher"],
  deploy: ["operator"],
} as const satisfies Partial<Record<keyof typeof options, readonly string[]>>;

export function parseInvocation(argv: readonly string[]): Invocation {
  const { values, positionals } = parse(argv);
  const { namespace, context, password, size, tls } = values;
  const [verb, ...rest] = positionals;
  for (const [option, owners] of Object.entries(own)) {
    if (values[option as keyof typeof own] !== undefined && !owners.some((owner) => owner === verb)) {
      throw new UsageError(`--${option} belongs to ${owners.join(" and ")}`);
    }
  }
  const words = (...names: readonly string[]): readonly string[] => {
    if (rest.length !== names.length)
      throw new UsageError(`${verb ?? ""} takes: ${names.join(" ") || "nothing"}`);
    return rest;
  };
  const invocation = (command: Command): Invocation => ({
    command,
    ...(context === undefined ? {} : { context }),
  });

  if (values.help === true || verb === undefined || verb === "help") return invocation({ verb: "help" });
  switch (verb) {
    case "down":
      if (context !== undefined)
        throw new UsageError("down ends the lab's own cluster only; elsewhere use delete");
      words();
      return invocation({ verb });
    case "up":
    case "status":
    case "env":
      words();
      return invocation({ verb });
    case "standalone": {
      const [name = ""] = words("NAME");
      const request = { name, namespace, ...defined({ password, size, tls }) };
      return invocation({ verb, request, ...storeOf(values.store) });
    }
    case "store": {
      const [kind = ""] = words("KIND");
      if (context !== undefined) throw new UsageError("store is for the lab's own cluster only");
      const bucket = values.name ?? "backups";
      return invocation({ verb, kind: oneOf<StoreKind>("KIND", kind, storeKinds), bucket, namespace });
    }
    case "cluster": {
      const [name = ""] = words("NAME");
      const servers = wholeNumber("--servers", values.servers, 1);
      const request = { name, namespace, ...defined({ password, size, tls, servers }) };
      return invocation({ verb, request, ...storeOf(values.store) });
    }
    case "operator":
      words();
      return invocation({ verb, namespace, deploy: values.deploy === true });
    case "backup": {
      const [name = ""] = words("NAME");
      const { target, database, claim, form, type } = values;
      if (target === undefined) throw new UsageError("backup needs --target TARGET");
      if (database === undefined) throw new UsageError("backup needs --database DB");
      return invocation({
        verb,
        options: {
          ...{ name, namespace, target, database, claim },
          form: oneOf<Form>("--form", form, forms),
          type: oneOf<BackupType>("--type", type, backupTypes),
        },
      });
    }
    case "cypher": {
      const [target = "", database = "", statement = ""] = words("TARGET", "DATABASE", "STATEMENT");
      const server = wholeNumber("--server", values.server, 0);
      return invocation({ verb, namespace, target, database, statement, ...defined({ server }) });
    }
    case "delete": {
      const [kind = "", name = ""] = words("KIND", "NAME");
      return invocation({ verb, kind: oneOf<Removable>("KIND", kind, removable), namespace, name });
    }
    default:
      throw new UsageError(`there is no verb ${verb}`);
  }
}

function storeOf(store: string | undefined): { readonly store?: StoreKind } {
  return store === undefined ? {} : { store: oneOf<StoreKind>("--store", store, storeKinds) };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<T extends string>(what: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new UsageError(`${what} is one of ${allowed.join(", ")}, not ${value}`);
  return found;
}

function wholeNumber(what: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new UsageError(`${what} is a whole number from ${least}, not ${text}`);
}

const defined = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
