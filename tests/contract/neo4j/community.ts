/**
 * A plain Neo4j Community server as a process on loopback, from Maven Central's jars (cached), with a home of its
 * own that goes with it. What the adapter and the stand-in are held against: it is the real engine and Bolt.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, rename, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import neo4j from "neo4j-driver";
import { run } from "../../../tools/resolve/run.js";
import { cacheRoot } from "../../../tools/resolve/tool.js";

export interface Neo4jProcess {
  readonly port: number;
  readonly username: string;
  /** With what trips up careless readers of Secrets: a "/". */
  readonly password: string;
  stop(): Promise<void>;
}

const opens = ["java.nio", "java.io", "sun.nio.ch"].map(
  (name) => `--add-opens=java.base/${name}=ALL-UNNAMED`,
);

export async function startCommunity(): Promise<Neo4jProcess> {
  const jars = await communityJars();
  const home = await mkdtemp(path.join(tmpdir(), "neo4j-community-"));
  const port = await freePort();
  const source = path.join(__dirname, "PlainCommunity.java");
  const child = spawn("java", ["-Xmx256m", ...opens, "-cp", `${jars}/*`, source, home, String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    await rm(home, { recursive: true, force: true });
  };
  const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [unknown];
  if (line !== "ready") throw new Error(`Neo4j Community did not start: ${String(line)}`);
  const password = "contract/p4ss";
  await changeInitialPassword(port, password);
  return { port, username: "neo4j", password, stop };
}

async function communityJars(): Promise<string> {
  const folder = path.join(cacheRoot(), "neo4j-community-5.26.0");
  const complete = await access(folder).then(
    () => true,
    () => false,
  );
  // Maven's own repository makes a second copy cheap; the folder counts only once it was filled.
  if (!complete) {
    const goal = [
      "dependency:copy-dependencies",
      "-DincludeScope=runtime",
      `-DoutputDirectory=${folder}.part`,
    ];
    await run("mvn", ["--batch-mode", "--quiet", "-f", path.join(__dirname, "pom.xml"), ...goal]);
    await rename(`${folder}.part`, folder);
  }
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function changeInitialPassword(port: number, password: string): Promise<void> {
  const driver = neo4j.driver(`bolt://127.0.0.1:${port}`, neo4j.auth.basic("neo4j", "neo4j"));
  const session = driver.session({ database: "system" });
  try {
    await session.run("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password", { password });
  } finally {
    await session.close();
    await driver.close();
  }
}
