// Every image as an archive in the cache, built once per content: the file is named after what went in.

import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { exists } from "../../resolve/files.js";
import { cacheRoot, timed, type Log } from "../../resolve/tool.js";
import { baseRecipe, findEngine, type Base, type Engine } from "./engine.js";
import { hashFolder, type Image } from "./source.js";

export interface Archive {
  readonly reference: string;
  readonly file: string;
}

/** One archive per image, in the same order. The caller holds the lab's lock. */
export async function archives(images: readonly Image[], log: Log): Promise<readonly Archive[]> {
  const base = createHash("sha256").update(JSON.stringify(baseRecipe)).digest("hex").slice(0, 8);
  const current = `images-${base}`;
  const folder = path.join(cacheRoot(), current);
  await mkdir(folder, { recursive: true });
  for (const other of await readdir(cacheRoot())) {
    if (other.startsWith("images-") && other !== current)
      await rm(path.join(cacheRoot(), other), { recursive: true });
  }
  const made: Archive[] = [];
  for (const image of images) made.push(await archive(folder, image, log));
  return made;
}

async function archive(folder: string, image: Image, log: Log): Promise<Archive> {
  const { reference } = image;
  const context = path.join(folder, "context");
  await rm(context, { recursive: true, force: true });
  await mkdir(context);
  try {
    await image.context(context, log);
    const name = reference.replace(/[^a-z0-9.]+/g, "-");
    const file = path.join(folder, `${name}-${path.basename(folder)}-${await hashFolder(context)}.tar`);
    if (!(await exists(file))) {
      const engine = await findEngine(path.join(folder, "storage"));
      await ensureBase(engine, image.base, folder, log);
      await timed(`image ${reference}`, log, async () => {
        await engine.build(reference, context);
        await rm(`${file}.partial`, { force: true }); // of a build that was interrupted
        await engine.save(reference, `${file}.partial`);
        await removeOlder(folder, name);
        await rename(`${file}.partial`, file);
      });
    }
    return { reference, file };
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

async function ensureBase(engine: Engine, base: Base | undefined, folder: string, log: Log): Promise<void> {
  if (base && !(await engine.hasBase(base))) await engine.makeBase(base, path.join(folder, "base"), log);
}

/** Archives of an image's earlier contents; each is hundreds of megabytes. */
async function removeOlder(folder: string, name: string): Promise<void> {
  const older = (await readdir(folder)).filter(
    (file) => file.startsWith(`${name}-`) && file.endsWith(".tar"),
  );
  for (const file of older) await rm(path.join(folder, file));
}
