// Builds images and writes them as docker-archive files: with buildah where it is (the lab's own way, no daemon),
// else with docker or podman.

import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { run } from "../../resolve/run.js";
import { findOnPath, timed, type Log } from "../../resolve/tool.js";
import { baseReference, writeContext } from "./source.js";

export interface Engine {
  readonly hasBase: (base: Base) => Promise<boolean>;
  readonly makeBase: (base: Base, work: string, log: Log) => Promise<void>;
  readonly build: (reference: string, context: string) => Promise<void>;
  readonly save: (reference: string, file: string) => Promise<void>;
}

/** The base image by its recipe: what a change of must build everything anew. */
export const baseRecipe = {
  suite: "bookworm",
  packages: ["openjdk-17-jre-headless", "passwd"],
  javaHome: "/usr/lib/jvm/java-17",
} as const;

/** The JRE's folder is named after the architecture; images are told one name. */
const finish = `RUN ln -s java-17-openjdk-* ${baseRecipe.javaHome}
ENV JAVA_HOME=${baseRecipe.javaHome} PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["bash"]
`;

/** A Debian with some packages, and what its Dockerfile adds. */
export interface Base {
  readonly reference: string;
  readonly packages: readonly string[];
  readonly finish: string;
}

export const javaBase: Base = { reference: baseReference, packages: baseRecipe.packages, finish };

export async function findEngine(storage: string): Promise<Engine> {
  const [buildah, mmdebstrap] = [await findOnPath("buildah"), await findOnPath("mmdebstrap")];
  if (process.getuid?.() === 0 && buildah !== undefined && mmdebstrap !== undefined)
    return withBuildah(storage);
  for (const command of ["docker", "podman"]) {
    if ((await findOnPath(command)) !== undefined) return withDocker(command);
  }
  throw new Error(
    "no way to build images: install docker or podman (or, as root on Debian, buildah and mmdebstrap)",
  );
}

function withBuildah(storage: string): Engine {
  const options = ["--root", path.join(storage, "root"), "--runroot", path.join(storage, "run")];
  // In a mount namespace of its own: overlay mounts end with the command.
  const buildah = (...args: readonly string[]): Promise<string> =>
    run("unshare", ["--mount", "buildah", ...options, "--storage-driver", "overlay", ...args]);
  const build = async (reference: string, context: string): Promise<void> => {
    await buildah("bud", "--isolation", "chroot", "--layers", "--pull-never", "-t", reference, context);
  };
  return {
    hasBase: async ({ reference }) =>
      (await buildah("images", "--format", "{{.Name}}:{{.Tag}}")).split("\n").includes(reference),
    makeBase: async ({ reference, packages, finish: rest }, work, log) => {
      await rm(work, { recursive: true, force: true });
      await mkdir(work);
      const { suite } = baseRecipe;
      const args = [
        "--variant=essential",
        `--include=${packages.join(",")}`,
        suite,
        path.join(work, "rootfs.tar"),
      ];
      await timed(`Debian ${suite} with ${packages.join(", ")} (half a minute and more)`, log, () =>
        run("mmdebstrap", args),
      );
      await writeContext(work, { Dockerfile: `FROM scratch\nADD rootfs.tar /\n${rest}` });
      await timed(`image ${reference}`, log, () => build(reference, work));
      await rm(work, { recursive: true });
    },
    build,
    save: async (reference, file) => {
      await buildah("push", reference, `docker-archive:${file}:${reference}`);
      // Under the lab's lock nobody else builds here: a container is what a broken-off build has left, and it would
      // keep its layers from going.
      await buildah("rm", "--all");
      await buildah("rmi", "--prune"); // layers of earlier contents
    },
  };
}

function withDocker(command: string): Engine {
  const build = async (reference: string, context: string): Promise<void> => {
    await run(command, ["build", "-t", reference, context]);
  };
  return {
    hasBase: async ({ reference }) => (await run(command, ["images", "-q", reference])).trim() !== "",
    makeBase: async ({ reference, packages, finish: rest }, work, log) => {
      const install = `RUN apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}`;
      await writeContext(work, { Dockerfile: `FROM debian:${baseRecipe.suite}-slim\n${install}\n${rest}` });
      await timed(`image ${reference}`, log, () => build(reference, work));
      await rm(work, { recursive: true });
    },
    build,
    save: async (reference, file) => {
      await run(command, ["save", "-o", file, reference]);
    },
  };
}
