/**
 * A Neo4j process of a contract test, on loopback and in a directory of its own: the stand-in, or the plain Community
 * engine that it is held against. Each test file starts its own and stops it.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import neo4j, { type Driver, type RecordShape } from "neo4j-driver";
import { standinHome } from "../../../tools/standin/build.js";

export const PASSWORD = "pass/word 1";
/** For `beforeAll`: the first one compiles the stand-in. */
export const FIRST_BUILD_MS = 600_000;
const START_LIMIT_MS = 180_000;

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export abstract class Neo4jProcess {
  private child: ChildProcess | undefined;
  protected constructor(
    readonly home: string,
    protected readonly distribution: string,
    readonly boltPort: number,
  ) {}

  protected abstract launch(): ChildProcess;

  /** Rows as plain objects, numbers as numbers. `session.run`, as the product does it. */
  async run(database: string, statement: string, parameters: RecordShape = {}): Promise<RecordShape[]> {
    const driver = this.driver();
    const session = driver.session({ database });
    try {
      const result = await session.run(statement, parameters);
      return result.records.map((record) => record.toObject());
    } finally {
      await session.close();
      await driver.close();
    }
  }

  /** The code of the error that the statement must end with. */
  async errorCode(database: string, statement: string, parameters: RecordShape = {}): Promise<string> {
    try {
      await this.run(database, statement, parameters);
    } catch (error) {
      if (error instanceof neo4j.Neo4jError) {
        return error.code;
      }
      throw error;
    }
    throw new Error(`no error: ${statement}`);
  }

  driver(user = "neo4j", password = PASSWORD): Driver {
    return neo4j.driver(`bolt://127.0.0.1:${this.boltPort}`, neo4j.auth.basic(user, password), {
      disableLosslessIntegers: true,
    });
  }

  async start(): Promise<void> {
    const child = this.launch();
    this.child = child;
    const output: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string): void => reject(new Error(`${reason}:\n${output.join("\n")}`));
      const limit = setTimeout(() => fail("the server did not start in time"), START_LIMIT_MS);
      child.once("exit", (code) => fail(`the server ended with ${code ?? "a signal"}`));
      for (const stream of [child.stdout, child.stderr]) {
        createInterface(stream as NodeJS.ReadableStream).on("line", (line) => {
          output.push(line);
          if (line.startsWith("Started")) {
            clearTimeout(limit);
            resolve();
          }
        });
      }
    });
    child.removeAllListeners("exit");
  }

  async stop(): Promise<void> {
    const child = this.child;
    if (child?.exitCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    }
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.home, { recursive: true, force: true });
  }
}

export class Standin extends Neo4jProcess {
  private constructor(
    home: string,
    distribution: string,
    boltPort: number,
    private readonly httpPort: number,
    readonly backupPort: number,
  ) {
    super(home, distribution, boltPort);
  }

  /** @param prepare what its home has before the first start. */
  static async create(prepare?: (home: string) => Promise<void>): Promise<Standin> {
    const [bolt, http, backup] = await freePorts(3);
    const standin = new Standin(
      await newHome(),
      await standinHome(ignore),
      bolt ?? 0,
      http ?? 0,
      backup ?? 0,
    );
    await prepare?.(standin.home);
    await standin.start();
    return standin;
  }

  get data(): string {
    return join(this.home, "data");
  }

  /** Runs `neo4j-admin` on this server's home, whether the server runs or not. */
  async admin(args: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
    const command = join(this.distribution, "bin", "neo4j-admin");
    return new Promise((resolve) => {
      execFile(
        command,
        args,
        { env: { ...process.env, NEO4J_HOME: this.home, ...env } },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
          resolve({ code, stdout, stderr });
        },
      );
    });
  }

  protected launch(): ChildProcess {
    const ports = { bolt: this.boltPort, http: this.httpPort, backup: this.backupPort };
    const options = Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)]);
    const main = [
      "-Xmx300m",
      "dev.neo4jrestore.standin.server.Main",
      "--address",
      "127.0.0.1",
      "--home",
      this.home,
    ];
    return spawn(join(this.distribution, "bin", "standin-java"), [...main, ...options], {
      env: { ...process.env, NEO4J_AUTH: `neo4j/${PASSWORD}` },
    });
  }
}

export class Community extends Neo4jProcess {
  static async create(): Promise<Community> {
    const [bolt] = await freePorts(1);
    const community = new Community(await newHome(), await standinHome(ignore), bolt ?? 0);
    await community.start();
    await community.setPassword();
    return community;
  }

  protected launch(): ChildProcess {
    const main = ["-Xmx300m", "dev.neo4jrestore.standin.PlainCommunity", this.home, String(this.boltPort)];
    return spawn(join(this.distribution, "bin", "standin-java"), main);
  }

  private async setPassword(): Promise<void> {
    const driver = this.driver("neo4j", "neo4j");
    const session = driver.session({ database: "system" });
    await session.run("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password", { password: PASSWORD });
    await session.close();
    await driver.close();
  }
}

export async function newHome(): Promise<string> {
  return mkdtemp(join(tmpdir(), "neo4j-contract-"));
}

/** All held at once, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function ignore(): void {
  // The build's progress is of no interest in a test report.
}
