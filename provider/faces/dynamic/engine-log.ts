// Lines on a resource's own row: the engine's log service, at the address that it gives to the dynamic host.
// Invariants: never severity ERROR (the display would call the resource failed); a line that can't be delivered is
// dropped, because telling must never fail the work; lines arrive in the order in which they were sent.

import { createRequire } from "node:module";
import type * as engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as engineMessages from "@pulumi/pulumi/proto/engine_pb";

export interface EngineLog {
  /** Shown while the operation runs, gone afterwards. */
  progress(urn: string, line: string): void;
  /** Stays in the summary. */
  info(urn: string, text: string): void;
  warn(urn: string, text: string): void;
  /** Resolves once everything so far is delivered or dropped. */
  flush(): Promise<void>;
}

const deliveryMs = 2_000;

/** The log of the engine at this address; without one, nothing is shown. */
export function engineLog(address: string | undefined): EngineLog {
  const deliver = address === undefined ? undefined : connect(address);
  let queue = Promise.resolve();
  const send = (urn: string, message: string, severity: Severity, ephemeral: boolean): void => {
    if (deliver !== undefined) queue = queue.then(() => deliver(urn, message, severity, ephemeral));
  };
  return {
    progress: (urn, line) => send(urn, line, "INFO", true),
    info: (urn, text) => send(urn, text, "INFO", false),
    warn: (urn, text) => send(urn, text, "WARNING", false),
    flush: () => queue,
  };
}

type Severity = "INFO" | "WARNING";
type Deliver = (urn: string, message: string, severity: Severity, ephemeral: boolean) => Promise<void>;

function connect(address: string): Deliver {
  // gRPC must be the copy that @pulumi/pulumi uses: its clients refuse credentials of another.
  const sdk = createRequire(require.resolve("@pulumi/pulumi"));
  const { credentials } = sdk("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
  const { EngineClient } = sdk("./proto/engine_grpc_pb") as typeof engineRpc;
  const { LogRequest, LogSeverity } = sdk("./proto/engine_pb") as typeof engineMessages;
  const { Metadata } = sdk("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
  const client = new EngineClient(address, credentials.createInsecure());

  return (urn, message, severity, ephemeral) =>
    new Promise((resolve) => {
      const request = new LogRequest();
      request.setUrn(urn);
      request.setMessage(message);
      request.setSeverity(LogSeverity[severity]);
      request.setEphemeral(ephemeral);
      client.log(request, new Metadata(), { deadline: Date.now() + deliveryMs }, () => resolve());
    });
}
