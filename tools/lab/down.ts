// `down`: ends the lab and removes what it kept. Images and built tools stay in the cache.

import { rm } from "node:fs/promises";
import { removeCgroups } from "./cgroups.js";
import { layout, type Layout } from "./layout.js";
import { withLock } from "./lock.js";
import { destroySandbox } from "./sandbox.js";
import { requireNode } from "./require.js";
import { timed, type Log } from "../resolve/tool.js";

export async function labDown(log: Log): Promise<void> {
  const lab = layout();
  requireNode();
  await withLock(`${lab.root}.lock`, log, () => timed("lab down", log, () => takeDown(lab)));
}

/** The caller holds the lock. */
export async function takeDown(lab: Layout): Promise<void> {
  await destroySandbox(lab);
  await removeCgroups(lab);
  await rm(lab.root, { recursive: true, force: true });
}
