// Command lines of the stores. In front of each stands a program of ours, for what the server itself does not
// check; it is the one that pods reach.

import path from "node:path";
import type { Layout } from "../layout.js";
import type { Daemon } from "../sandbox.js";
import type { FrontOptions } from "./front/main.js";
import { aws, ports, storeFolder, type StoreKind } from "./kinds.js";

export function storeDaemons(lab: Layout, kind: StoreKind, program: string): readonly Daemon[] {
  const { inner, outer } = ports[kind];
  const folder = storeFolder(lab, kind);
  const at = (...parts: readonly string[]): string => path.join(folder, ...parts);
  const options: FrontOptions = { kind, address: lab.labAddress, port: outer, inner, folder };
  const front: Daemon = {
    name: `store-${kind}-front`,
    command: process.execPath,
    args: [
      "--require",
      require.resolve("tsx/cjs"),
      path.join(__dirname, "front", "main.ts"),
      JSON.stringify(options),
    ],
  };
  const server = (args: readonly string[]): Daemon => ({ name: `store-${kind}`, command: program, args });
  const data = at("data");
  switch (kind) {
    case "s3": {
      const login = ["--access", aws.id, "--secret", aws.secret];
      const listen = ["--port", `127.0.0.1:${inner}`, "--quiet"];
      // Beside the objects: not every file system has extended attributes.
      return [server([...login, ...listen, "posix", "--sidecar", at("attributes"), data]), front];
    }
    case "gcs": {
      const listen = ["-scheme", "http", "-host", "127.0.0.1", "-port", String(inner)];
      const told = ["-external-url", `http://${lab.labAddress}:${outer}`];
      return [server([...listen, ...told, "-backend", "filesystem", "-filesystem-root", data]), front];
    }
    case "azure": {
      const listen = ["--blobHost", lab.labAddress, "--blobPort", String(inner), "--location", data];
      const tls = ["--oauth", "basic", "--cert", at("server.pem"), "--key", at("server.key")];
      return [server([...listen, ...tls, "--skipApiVersionCheck", "--disableTelemetry", "--silent"]), front];
    }
  }
}
