// Which images the lab has.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, copyFile } from "node:fs/promises";
import path from "node:path";
import { goBuild } from "../../resolve/go.js";
import { resolveTool, type Log } from "../../resolve/tool.js";
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

/** For hook Jobs and helpers; it keeps running when nothing else is said. */
const debian: Image = {
  reference: debianReference,
  base: javaBase,
  context: (folder) =>
    writeContext(folder, { Dockerfile: `FROM ${baseReference}\nCMD ["sleep", "infinity"]\n` }),
};

const standin: Image = { reference: standinReference, base: javaBase, context: buildStandin };

const toolsRecipe = path.join(__dirname, "..", "..", "..", "image", "tools");

/** The client of the stores, from the product's own module; its cache folder is named after what goes into it. */
async function storeClient(log: Log): Promise<string> {
  const module = path.join(toolsRecipe, "rclone");
  const sources = ["go.mod", "go.sum", "main.go"].map((file) => readFileSync(path.join(module, file)));
  const hash = createHash("sha256").update(Buffer.concat(sources)).digest("hex").slice(0, 8);
  const folder = await resolveTool(
    {
      name: "rclone",
      version: hash,
      executables: ["rclone"],
      build: (to) => goBuild({ module, target: ".", output: path.join(to, "rclone") }, log),
      buildTakes: "about 4 minutes on 2 cores when nothing is cached",
      byHand: "see image/tools/Dockerfile",
    },
    log,
  );
  return path.join(folder, "rclone");
}

/** The product's own recipe: its packages on the Debian that the lab's other images have, and its client. */
function toolsImage(): Image {
  const recipe = readFileSync(path.join(toolsRecipe, "Dockerfile"), "utf8");
  const packages = (/--no-install-recommends ([a-z0-9 -]+)/.exec(recipe)?.[1] ?? "").trim().split(" ");
  const identity = createHash("sha256").update(packages.join(" ")).digest("hex").slice(0, 8);
  const reference = `localhost/debian-tools:${identity}`;
  const rest = recipe.slice(recipe.indexOf("USER"));
  return {
    reference: toolsReference,
    base: { reference, packages, finish: "" },
    context: async (folder, log) => {
      const client = "COPY rclone /usr/local/bin/rclone";
      await writeContext(folder, { Dockerfile: `FROM ${reference}\n${client}\n${rest}` });
      await copyFile(await storeClient(log), path.join(folder, "rclone"));
      await chmod(path.join(folder, "rclone"), 0o755);
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
