// A stand-in for `pulumi-language-nodejs`, for machines where the official one can't be had (it is no Go module).
// It knows only how to run a program: it starts @pulumi/pulumi's own `cmd/run`, as the official one does, and answers
// UNIMPLEMENTED to all else (installing dependencies, code generation, source plugins).
// Speaks the engine's protocol: prints its port, serves LanguageRuntime, its first plain argument is the engine's address.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import type * as grpc from "@grpc/grpc-js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";
import type * as messages from "@pulumi/pulumi/proto/language_pb";
import type * as plugin from "@pulumi/pulumi/proto/plugin_pb";

// The program's own SDK and its own copy of gRPC, found from the program's folder, where the engine starts a host.
const sdk = createRequire(createRequire(`${process.cwd()}/`).resolve("@pulumi/pulumi"));
const { Server, ServerCredentials, status } = sdk("@grpc/grpc-js") as typeof grpc;
const { LanguageRuntimeService } = sdk("./proto/language_grpc_pb") as {
  LanguageRuntimeService: grpc.ServiceDefinition;
};
const { GetRequiredPluginsResponse, GetRequiredPackagesResponse, RunResponse } = sdk(
  "./proto/language_pb",
) as typeof messages;
const { PluginInfo } = sdk("./proto/plugin_pb") as typeof plugin;

/** The program has told the user what is wrong: the engine adds nothing. */
const exitAfterOwnMessage = 32;
const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";

type Served = Pick<
  ILanguageRuntimeServer,
  "getRequiredPlugins" | "getRequiredPackages" | "getPluginInfo" | "run"
>;

const served: Served = {
  getRequiredPlugins: (_, answer) => answer(null, new GetRequiredPluginsResponse()),
  getRequiredPackages: (_, answer) => answer(null, new GetRequiredPackagesResponse()),
  getPluginInfo: (_, answer) => {
    const info = new PluginInfo();
    info.setVersion("0.0.0-standin");
    answer(null, info);
  },
  run: ({ request }, answer) => {
    const response = new RunResponse();
    const program = spawn(process.execPath, runArguments(request), {
      cwd: request.getInfo()?.getProgramDirectory() ?? request.getPwd(),
      env: { ...process.env, ...programEnvironment(request) },
      stdio: ["ignore", "inherit", "inherit"],
    });
    program.once("error", (error) => answer({ code: status.INTERNAL, message: error.message }));
    program.once("exit", (code, signal) => {
      if (code === exitAfterOwnMessage) response.setBail(true);
      else if (code !== 0) response.setError(`program ended with ${signal ?? `code ${code}`}`);
      answer(null, response);
    });
  },
};

function runArguments(request: messages.RunRequest): string[] {
  const info = request.getInfo();
  const programRequire = createRequire(`${info?.getProgramDirectory() ?? request.getPwd()}/`);
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    parallel: String(request.getParallel()),
    pwd: request.getPwd(),
    "root-directory": info?.getRootDirectory() ?? request.getPwd(),
  };
  return [
    programRequire.resolve("@pulumi/pulumi/cmd/run"),
    ...Object.entries(flags).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
}

function programEnvironment(request: messages.RunRequest): Record<string, string> {
  const options = request.getInfo()?.getOptions()?.toJavaScript() ?? {};
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_NODEJS_TYPESCRIPT: String(options["typescript"] !== false),
  };
}

const unimplemented: grpc.handleUnaryCall<unknown, unknown> = (_, answer) =>
  answer({ code: status.UNIMPLEMENTED, message: "not part of this stand-in for pulumi-language-nodejs" });

// The engine holds the other end: it is gone, however it went.
process.stdin.once("end", () => process.exit()).resume();

const server = new Server();
const all = Object.keys(LanguageRuntimeService).map((method) => [method, unimplemented] as const);
server.addService(LanguageRuntimeService, {
  ...Object.fromEntries(all),
  ...served,
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
