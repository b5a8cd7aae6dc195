// Which images the lab has.

import { readFileSync } from "node:fs";
import { chmod, copyFile } from "node:fs/promises";
import path from "node:path";
import { buildStandin } from "../../standin/build.js";
import { javaBase } from "./engine.js";
import {
  baseReference,
  debianReference,
  pauseReference,
  standinReference,
  toolsReference,
  writeContext,
  type Image,
} from "./source.js";
import { addStoreClient, copyClient, debianWith, packagesOf } from "./staging.js";

/** For hook Jobs and helpers; it keeps running when nothing else is said. */
const debian: Image = {
  reference: debianReference,
  base: javaBase,
  context: (folder) =>
    writeContext(folder, { Dockerfile: `FROM ${baseReference}\nCMD ["sleep", "infinity"]\n` }),
};

const standin: Image = { reference: standinReference, base: javaBase, context: buildStandin };

/** The product's own recipe: its packages on the Debian that the lab's other images have, and its client. */
function toolsImage(): Image {
  const file = path.join(__dirname, "..", "..", "..", "image", "tools", "Dockerfile");
  const recipe = readFileSync(file, "utf8");
  const base = debianWith("tools", packagesOf(recipe));
  const rest = recipe.slice(recipe.indexOf("USER"));
  return {
    reference: toolsReference,
    base,
    context: async (folder, log) => {
      await writeContext(folder, { Dockerfile: `FROM ${base.reference}\n${copyClient}${rest}` });
      await addStoreClient(folder, log);
    },
  };
}

/** What pods of the lab may name, on any cluster. */
export const workloadImages: readonly Image[] = [debian, standin, toolsImage()];

/** What the lab's own node needs before the first pod. */
export const pauseImage = (binaries: string): Image => ({
  reference: pauseReference,
  context: async (folder) => {
    await writeContext(folder, { Dockerfile: `FROM scratch\nADD pause /\nENTRYPOINT ["/pause"]\n` });
    await copyFile(path.join(binaries, "pause"), path.join(folder, "pause"));
    await chmod(path.join(folder, "pause"), 0o755);
  },
});
