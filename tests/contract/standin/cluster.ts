/**
 * A cluster of stand-ins on loopback: each member a process with a home of its own, found by its cluster port.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecordShape } from "neo4j-driver";
import { standinHome } from "../../../tools/standin/build.js";
import { freePorts, Neo4jProcess, newHome, PASSWORD } from "./server.js";

interface Ports {
  readonly bolt: number;
  readonly http: number;
  readonly backup: number;
  readonly cluster: number;
}

export class Member extends Neo4jProcess {
  private constructor(
    home: string,
    distribution: string,
    private readonly ports: Ports,
  ) {
    super(home, distribution, ports.bolt);
  }

  static async cluster(count: number): Promise<readonly Member[]> {
    const distribution = await standinHome(() => undefined);
    const free = await freePorts(4 * count);
    const ports = Array.from({ length: count }, (_, at): Ports => {
      const [bolt = 0, http = 0, backup = 0, cluster = 0] = free.slice(4 * at);
      return { bolt, http, backup, cluster };
    });
    const endpoints = ports.map(({ cluster }) => `127.0.0.1:${cluster}`).join(",");
    const members = await Promise.all(
      ports.map(async (own) => {
        const member = new Member(await newHome(), distribution, own);
        await member.configure(endpoints);
        return member;
      }),
    );
    await Promise.all(members.map(async (member) => member.start()));
    return members;
  }

  get address(): string {
    return `127.0.0.1:${this.ports.bolt}`;
  }

  get data(): string {
    return join(this.home, "data");
  }

  async id(): Promise<string> {
    const rows = await this.run("system", "SHOW SERVERS YIELD serverId, address");
    return String(rows.find(({ address }) => address === this.address)?.["serverId"]);
  }

  protected launch(): ChildProcess {
    const { bolt, http, backup } = this.ports;
    const options = ["--bolt-port", bolt, "--http-port", http, "--backup-port", backup].map(String);
    const main = ["-Xmx300m", "dev.neo4jrestore.standin.server.Main", "--address", "127.0.0.1"];
    return spawn(join(this.distribution, "bin", "standin-java"), [...main, "--home", this.home, ...options], {
      env: { ...process.env, NEO4J_AUTH: `neo4j/${PASSWORD}` },
    });
  }

  private async configure(endpoints: string): Promise<void> {
    await mkdir(join(this.home, "conf"));
    const settings = {
      "server.bolt.advertised_address": this.address,
      "server.http.advertised_address": `127.0.0.1:${this.ports.http}`,
      "server.cluster.advertised_address": `127.0.0.1:${this.ports.cluster}`,
      "dbms.cluster.discovery.v2.endpoints": endpoints,
      "dbms.databases.seed_from_uri_providers": "CloudSeedProvider,FileSeedProvider",
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(join(this.home, "conf", "neo4j.conf"), lines.join(""));
  }
}

/** The member that writes the database, as the first that answers tells it. */
export async function writerOf(members: readonly Member[], database: string): Promise<Member> {
  const rows = await rowsOf(members, database);
  const writer = members.find(({ address }) =>
    rows.some((row) => row["writer"] === true && row["address"] === address),
  );
  if (writer === undefined) throw new Error(`${database} has no writer: ${JSON.stringify(rows)}`);
  return writer;
}

export async function rowsOf(members: readonly Member[], database: string): Promise<readonly RecordShape[]> {
  const [first] = members;
  const columns =
    "address, writer, currentStatus, statusMessage, lastCommittedTxn, replicationLag, role, databaseID, store, creationTime";
  return (await first?.run("system", `SHOW DATABASE $database YIELD ${columns}`, { database })) ?? [];
}
