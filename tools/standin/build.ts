/**
 * Builds the Neo4j stand-in from its Java sources, once per content of this folder: as the build context of an image, and
 * as a directory that runs on this machine. Never writes into the checkout; two builds at once do not disturb each other.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { access, cp, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export type Log = (line: string) => void;

const here = __dirname;

/** Fills `outDir` with a Dockerfile and everything it copies. */
export async function buildStandin(outDir: string, log: Log): Promise<void> {
  const home = await compiledHome(log);
  await mkdir(outDir, { recursive: true });
  await cp(join(here, "image", "Dockerfile"), join(outDir, "Dockerfile"));
  await cp(join(here, "image", "startup"), join(outDir, "startup"), { recursive: true });
  for (const part of ["lib", "bin"]) {
    await cp(join(home, part), join(outDir, "neo4j", part), { recursive: true });
  }
}

/** A directory with `bin/neo4j-admin` and `bin/standin-java` that run here, without a container. */
export async function standinHome(log: Log): Promise<string> {
  const home = await compiledHome(log);
  const archive = join(home, "standin.jsa");
  if (!(await exists(archive))) {
    const own = `${archive}.${process.pid}`;
    log("stand-in: recording the classes it loads");
    await run(
      join(home, "bin", "standin-java"),
      ["-Xmx400m", "dev.neo4jrestore.standin.server.Training"],
      log,
      {
        STANDIN_TRAIN: "yes",
        STANDIN_ARCHIVE: own,
      },
    );
    await rename(own, archive);
  }
  return home;
}

async function compiledHome(log: Log): Promise<string> {
  const cache = process.env["NEO4J_RESTORE_CACHE"] ?? join(homedir(), ".cache", "neo4j-restore-dev");
  const home = join(cache, `standin-${await contentHash()}`);
  if (await exists(home)) {
    return home;
  }
  const work = `${home}.${process.pid}`;
  await rm(work, { recursive: true, force: true });
  for (const part of ["pom.xml", "src", "cloud"]) {
    await cp(join(here, part), join(work, "maven", part), { recursive: true });
  }
  log("stand-in: compiling (the first time Maven fetches about 180 MB)");
  const maven = ["--batch-mode", "--quiet", "--file"];
  await run("mvn", [...maven, join(work, "maven"), "package"], log, {});
  const target = join(work, "maven", "target");
  await rename(join(target, "lib"), join(work, "lib"));
  const jar = join(work, "lib", "neo4j-standin.jar");
  await rename(join(target, "neo4j-standin.jar"), jar);
  await run("mvn", [...maven, join(work, "maven", "cloud"), `-Dstandin=${jar}`, "package"], log, {});
  await addClients(join(work, "maven", "cloud", "target"), join(work, "lib"));
  await cp(join(here, "image", "bin"), join(work, "bin"), { recursive: true });
  await rm(join(work, "maven"), { recursive: true });
  try {
    await rename(work, home);
  } catch (error) {
    if (!(await exists(home))) {
      throw error;
    }
    await rm(work, { recursive: true }); // Another build was quicker.
  }
  return home;
}

/** The clients of stores, apart from the engine's libraries, which come first and are not brought twice. */
async function addClients(target: string, lib: string): Promise<void> {
  const unversioned = (file: string): string => file.replace(/-\d[^/]*\.jar$/, "");
  const there = new Set((await readdir(lib)).map(unversioned));
  const clients = join(lib, "cloud");
  await rename(join(target, "lib"), clients);
  for (const file of await readdir(clients)) {
    if (there.has(unversioned(file))) await rm(join(clients, file));
  }
  await rename(join(target, "neo4j-standin-cloud.jar"), join(clients, "neo4j-standin-cloud.jar"));
}

async function contentHash(): Promise<string> {
  const hash = createHash("sha256");
  const sources = (await readdir(here, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, name: path.slice(here.length) }))
    .filter(({ name }) => /^\/(pom\.xml$|src\/|cloud\/|image\/bin\/)/.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { path, name } of sources) {
    hash.update(`${name}\n`).update(await readFile(path));
  }
  return hash.digest("hex").slice(0, 16);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function run(command: string, args: string[], log: Log, env: Record<string, string>): Promise<void> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      log(line);
      last.push(line);
      if (last.length > 20) last.shift();
    });
  }
  await new Promise<void>((resolve, reject) => {
    child.on("error", (error) =>
      reject(new Error(`${command} cannot be run (needed: Maven and a JDK 17): ${error.message}`)),
    );
    child.on("close", (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`${command} ended with exit code ${code ?? "none"}:\n${last.join("\n")}`)),
    );
  });
}
