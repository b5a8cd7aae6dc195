// The images of the lab, and their identity: a hash of everything that goes into one.

import { createHash, type Hash } from "node:crypto";
import { mkdir, readdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Log } from "../../resolve/tool.js";
import type { Base } from "./engine.js";

export interface Image {
  /** As manifests name it. */
  readonly reference: string;
  /** What its Dockerfile begins with, where that is for us to make. */
  readonly base?: Base;
  /** Fills a folder with a Dockerfile and all it needs. */
  readonly context: (folder: string, log: Log) => Promise<void>;
}

/** What the images of others are built from. */
export const baseReference = "localhost/debian-jre:bookworm-17";
export const pauseReference = "docker.io/local/pause:1";
export const toolsReference = "docker.io/local/neo4j-restore-tools:lab";
export const operatorReference = "docker.io/local/neo4j-restore-operator:lab";
export const debianReference = "docker.io/local/debian:bookworm";
export const standinImage = { repo: "docker.io/local/neo4j-standin", tag: "5.26.0-enterprise" } as const;
export const standinReference = `${standinImage.repo}:${standinImage.tag}`;

/** A Dockerfile and files beside it, given as text or bytes. */
export async function writeContext(
  folder: string,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
}

/** The same for the same names, modes and contents, wherever the folder lies. */
export async function hashFolder(folder: string): Promise<string> {
  const hash = createHash("sha256");
  await addFolder(hash, folder, ".");
  return hash.digest("hex").slice(0, 16);
}

async function addFolder(hash: Hash, root: string, relative: string): Promise<void> {
  const entries = await readdir(path.join(root, relative), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = path.join(relative, entry.name);
    const file = path.join(root, name);
    if (entry.isDirectory()) {
      hash.update(`dir ${name}\n`);
      await addFolder(hash, root, name);
    } else if (entry.isSymbolicLink()) {
      hash.update(`link ${name} ${await readlink(file)}\n`);
    } else {
      const { mode, size } = await stat(file);
      hash.update(`file ${name} ${mode.toString(8)} ${size}\n`).update(await readFile(file));
    }
  }
}
