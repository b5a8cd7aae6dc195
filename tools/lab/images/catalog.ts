// Which images the lab has.

import { chmod, copyFile } from "node:fs/promises";
import path from "node:path";
import { buildStandin } from "../../standin/build.js";
import {
  baseReference,
  debianReference,
  pauseReference,
  standinReference,
  writeContext,
  type Image,
} from "./source.js";

/** For hook Jobs and helpers; it keeps running when nothing else is said. */
const debian: Image = {
  reference: debianReference,
  context: (folder) =>
    writeContext(folder, { Dockerfile: `FROM ${baseReference}\nCMD ["sleep", "infinity"]\n` }),
};

const standin: Image = { reference: standinReference, context: buildStandin };

/** What pods of the lab may name, on any cluster. */
export const workloadImages: readonly Image[] = [debian, standin];

/** What the lab's own node needs before the first pod. */
export const pauseImage = (binaries: string): Image => ({
  reference: pauseReference,
  context: async (folder) => {
    await writeContext(folder, { Dockerfile: `FROM scratch\nADD pause /\nENTRYPOINT ["/pause"]\n` });
    await copyFile(path.join(binaries, "pause"), path.join(folder, "pause"));
    await chmod(path.join(folder, "pause"), 0o755);
  },
});
