/**
 * The image that stages backups: the one that was named, else the operator's own, which has all that staging needs.
 * Invariant: an operator that can't tell its own image works all the same, since most restores stage nothing.
 */
import type { OperatorWorld, PodRef } from "../../compose.js";
import { explain } from "../../runtime/explain.js";
import type { Settings } from "./arguments.js";
import type { Log } from "./log.js";

export async function toolsImageOf(
  world: Pick<OperatorWorld, "ownImage">,
  { toolsImage, pod }: Pick<Settings, "toolsImage" | "pod">,
  log: Log,
): Promise<string | undefined> {
  if (toolsImage !== undefined || pod === undefined) return toolsImage;
  try {
    const own = await world.ownImage(pod);
    if (own === undefined) log("warn", untold(pod, "there is no such pod, or no container operator in it"));
    return own;
  } catch (error) {
    const failure = explain(error);
    if (!failure) throw error;
    log("warn", untold(pod, failure.message), { reason: failure.reason });
    return undefined;
  }
}

const untold = ({ namespace, name }: PodRef, why: string): string =>
  `pod ${name} in namespace ${namespace} does not tell the operator's own image (${why}), so restores that have to be ` +
  "staged are refused: name an image with --tools-image or the variable TOOLS_IMAGE";
