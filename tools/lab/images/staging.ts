// What stages backups, for every image that carries it: the Debian packages that a Dockerfile of the product names, and
// the client of the stores, built from the product's own module.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, copyFile } from "node:fs/promises";
import path from "node:path";
import { goBuild } from "../../resolve/go.js";
import { resolveTool, type Log } from "../../resolve/tool.js";
import type { Base } from "./engine.js";

const clientModule = path.join(__dirname, "..", "..", "..", "image", "tools", "rclone");

/** The line of a Dockerfile that takes the client from its context. */
export const copyClient = "COPY rclone /usr/local/bin/rclone\n";

/** The Debian packages that a Dockerfile installs. */
export function packagesOf(dockerfile: string): readonly string[] {
  const packages = /--no-install-recommends ([a-z0-9 -]+)/.exec(dockerfile)?.[1];
  if (packages === undefined) throw new Error("a Dockerfile without packages: see tools/lab/images");
  return packages.trim().split(" ");
}

/** A Debian with these packages, named after them: with others it is another base. */
export function debianWith(name: string, packages: readonly string[]): Base {
  return { reference: `localhost/debian-${name}:${shortHash(packages.join(" "))}`, packages, finish: "" };
}

/** Puts the client into the context of an image. */
export async function addStoreClient(folder: string, log: Log): Promise<void> {
  const client = path.join(folder, "rclone");
  await copyFile(await storeClient(log), client);
  await chmod(client, 0o755);
}

/** Its cache folder is named after what goes into it. */
async function storeClient(log: Log): Promise<string> {
  const sources = ["go.mod", "go.sum", "main.go"].map((file) => readFileSync(path.join(clientModule, file)));
  const folder = await resolveTool(
    {
      name: "rclone",
      version: shortHash(Buffer.concat(sources)),
      executables: ["rclone"],
      build: (to) => goBuild({ module: clientModule, target: ".", output: path.join(to, "rclone") }, log),
      buildTakes: "about 4 minutes on 2 cores when nothing is cached",
      byHand: "see image/tools/Dockerfile",
    },
    log,
  );
  return path.join(folder, "rclone");
}

const shortHash = (content: string | Buffer): string =>
  createHash("sha256").update(content).digest("hex").slice(0, 8);
