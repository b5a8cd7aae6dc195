// A small program before a store, in the lab's own network, told in JSON what to do.

import { createServer, type RequestListener } from "node:http";
import type { StoreKind } from "../kinds.js";
import { awsGate } from "./aws.js";
import { azureLogin } from "./azure.js";
import { guarded } from "./gate.js";
import { googleGate } from "./google.js";

export interface FrontOptions {
  readonly kind: StoreKind;
  readonly address: string;
  readonly port: number;
  /** Of the store itself, on the loopback device. */
  readonly inner: number;
  /** The store's own folder, with its keys. */
  readonly folder: string;
}

async function main(options: FrontOptions): Promise<void> {
  const { kind, address, port, inner, folder } = options;
  const listen = (listener: RequestListener): void => {
    createServer(listener).listen(port, address);
  };
  switch (kind) {
    case "s3":
      listen(guarded(awsGate, inner));
      break;
    case "gcs":
      listen(guarded(await googleGate(folder, inner), inner));
      break;
    case "azure":
      (await azureLogin(folder)).listen(port, address);
  }
}

if (require.main === module) void main(JSON.parse(process.argv[2] ?? "") as FrontOptions);
