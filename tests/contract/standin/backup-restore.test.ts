/**
 * Backup, inspection and restore: real stores through real files, and every refusal with its exit code.
 */
import {
  appendFile,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { FIRST_BUILD_MS, Standin } from "./server.js";

jest.setTimeout(180_000);

const USAGE = 64;
let server: Standin;
let backups: string;
let artifact: string;

beforeAll(async () => {
  server = await Standin.create();
  backups = join(server.home, "backups");
  await mkdir(backups);
  await server.run("system", "CREATE DATABASE orders WAIT");
  await server.run(
    "orders",
    "UNWIND range(1, 500) AS i CREATE (:Order {id: i, note: 'before'})-[:HAS]->(:Line)",
  );
  await server.run("orders", "CREATE INDEX order_id FOR (o:Order) ON (o.id)");
  await server.run("orders", "CALL db.awaitIndexes(30)");
  const result = await backup("orders");
  expect(result).toMatchObject({ code: 0, stderr: "" });
  expect(result.stdout).toMatch(/^Backup command completed\.$/m);
  expect(result.stdout).toMatch(/Start full backup of database 'orders'\.$/m);
  const files = await readdir(backups);
  expect(files).toHaveLength(1);
  expect(files[0]).toMatch(/^orders-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.backup$/);
  artifact = join(backups, files[0] ?? "");
}, FIRST_BUILD_MS);
afterAll(async () => server.remove());

const backup = async (database: string): ReturnType<Standin["admin"]> =>
  server.admin([
    "database",
    "backup",
    `--from=127.0.0.1:${server.backupPort}`,
    `--to-path=${backups}`,
    "--type=FULL",
    database,
  ]);
const restore = async (...args: string[]): ReturnType<Standin["admin"]> =>
  server.admin(["database", "restore", ...args]);
const newDirectory = async (name: string): Promise<string> => {
  const path = join(server.home, name);
  await mkdir(path);
  return path;
};
const transactionOf = async (database: string): Promise<unknown> =>
  (await server.run("system", "SHOW DATABASE $db YIELD lastCommittedTxn AS txn", { db: database }))[0]?.[
    "txn"
  ];

test("inspect tells what an artifact holds", async () => {
  const { code, stdout } = await server.admin(["backup", "inspect", "--show-metadata", backups]);
  expect(code).toBe(0);
  const [header, row, ...rest] = stdout.trimEnd().split("\n");
  const cells = (line = ""): string[] =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  expect(cells(header)).toEqual([
    "FILE",
    "DATABASE",
    "DATABASE ID",
    "TIME (UTC)",
    "FULL",
    "COMPRESSED",
    "LOWEST TX",
    "HIGHEST TX",
  ]);
  expect(rest).toEqual([]);
  const [file, database, , time, full, compressed, lowest, highest] = cells(row);
  expect([file, database, full, compressed, lowest]).toEqual([
    `file://${artifact}`,
    "orders",
    "true",
    "true",
    "1",
  ]);
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  expect(Number(highest)).toBe(await transactionOf("orders"));
});

test("inspect picks databases and the latest, and refuses what is no backup", async () => {
  const names = async (...args: string[]): Promise<number> => {
    const { stdout } = await server.admin(["backup", "inspect", "--format=JSON", ...args, backups]);
    return (JSON.parse(stdout) as unknown[]).length;
  };
  await backup("neo4j");
  await backup("neo4j");
  expect(await names()).toBe(3);
  expect(await names("--latest-backup")).toBe(2);
  expect(await names("--database=orders")).toBe(1);
  const elsewhere = await newDirectory("elsewhere");
  await writeFile(join(elsewhere, "orders-2026-01-01T00-00-00.backup"), "no backup at all");
  expect(await server.admin(["backup", "inspect", elsewhere])).toMatchObject({ code: 1 });
  expect(await server.admin(["backup", "inspect", join(server.home, "nothere")])).toMatchObject({ code: 1 });
});

test("restored beside the serving database, swapped in while it is stopped: the old data is back", async () => {
  const atBackup = await transactionOf("orders");
  await server.run("orders", "MATCH (o:Order) SET o.note = 'after'");
  const temp = await newDirectory("temp-swap");
  const result = await restore(`--from-path=${artifact}`, `--temp-path=${temp}`, "scratch-1");
  expect(result).toMatchObject({ code: 0, stderr: "" });
  expect(result.stdout).toBe("Restore of database 'scratch-1' completed successfully.\n");
  expect(await readdir(temp)).toEqual([]);
  expect(await server.run("orders", "MATCH (o:Order {note: 'after'}) RETURN count(o) AS n")).toEqual([
    { n: 500 },
  ]);

  const info = await server.admin(["database", "info", "scratch-1", "--format=json"]);
  expect(JSON.parse(info.stdout)).toMatchObject({
    databaseName: "scratch-1",
    lastCommittedTransaction: String(atBackup),
    storeFormat: "record-aligned-1.1",
    recoveryRequired: "false",
  });
  const script = await readFile(join(server.data, "scripts", "scratch-1", "restore_metadata.cypher"), "utf8");
  expect(script).toContain("$database");

  await server.run("system", "STOP DATABASE orders WAIT");
  for (const directory of ["databases", "transactions"]) {
    await rename(join(server.data, directory, "orders"), join(server.data, directory, "orders-old"));
    await rename(join(server.data, directory, "scratch-1"), join(server.data, directory, "orders"));
  }
  await server.run("system", "ALTER DATABASE orders SET ACCESS READ ONLY");
  await server.run("system", "START DATABASE orders WAIT");
  expect(await transactionOf("orders")).toBe(atBackup);
  await server.run("system", "ALTER DATABASE orders SET ACCESS READ WRITE");
  expect(await server.run("orders", "MATCH (o:Order) RETURN o.note AS note, count(*) AS n")).toEqual([
    { note: "before", n: 500 },
  ]);
  expect(await server.run("orders", "SHOW INDEXES YIELD name, state WHERE name = 'order_id'")).toEqual([
    { name: "order_id", state: "ONLINE" },
  ]);
  await server.run("orders", "CREATE (:Order {id: 501})");

  await server.run("system", "STOP DATABASE orders WAIT");
  for (const directory of ["databases", "transactions"]) {
    await rename(join(server.data, directory, "orders"), join(server.data, directory, "orders-new"));
    await rename(join(server.data, directory, "orders-old"), join(server.data, directory, "orders"));
  }
  await server.run("system", "START DATABASE orders WAIT");
  expect(await server.run("orders", "MATCH (o:Order {note: 'after'}) RETURN count(o) AS n")).toEqual([
    { n: 500 },
  ]);
});

test("CREATE DATABASE mounts what was restored under a new name", async () => {
  expect(await restore(`--from-path=${artifact}`, "fresh")).toMatchObject({ code: 0 });
  expect(await readdir(backups)).toContain(artifact.slice(backups.length + 1));
  await server.run("system", "CREATE DATABASE fresh WAIT");
  expect(await server.run("fresh", "MATCH (o:Order) RETURN count(o) AS n")).toEqual([{ n: 500 }]);
});

test("a store taken while writes go on is consistent", async () => {
  const enough = new AbortController();
  const writes = (async (): Promise<void> => {
    while (!enough.signal.aborted) {
      await server.run("neo4j", "UNWIND range(1, 200) AS i CREATE (:Load {i: i})-[:NEXT]->(:Load)");
    }
  })();
  const busy = await newDirectory("busy");
  const from = `--from=127.0.0.1:${server.backupPort}`;
  const taken = await server.admin(["database", "backup", from, `--to-path=${busy}`, "neo4j"]);
  enough.abort();
  await writes;
  expect(taken).toMatchObject({ code: 0 });
  const [file = ""] = await readdir(busy);
  expect(await restore(`--from-path=${join(busy, file)}`, "checked")).toMatchObject({ code: 0 });
  const check = await server.admin(["database", "check", "checked", `--report-path=${server.home}`]);
  expect(check).toMatchObject({ code: 0 });
});

test.each([
  ["an unknown flag", ["--check-consistency"], USAGE, /Unknown option: '--check-consistency'/],
  ["a bad time", ["--restore-until=2026-01-01T00:00:00Z"], USAGE, /restore-until/],
  ["a time, of a full backup alone", ["--restore-until=2026-01-01 00:00:00"], 1, /fully restored/],
  ["a temp path that is not there", ["--temp-path=/nowhere/at/all"], 1, /\/nowhere\/at\/all/],
])("restore refuses %s", async (_title, flags, code, reason) => {
  const result = await restore(`--from-path=${artifact}`, ...flags, "refused");
  expect(result.code).toBe(code);
  expect(result.stderr).toMatch(reason);
  expect(await readdir(join(server.data, "databases"))).not.toContain("refused");
});

test("restore refuses a temp path with something in it", async () => {
  const full = await newDirectory("full");
  await writeFile(join(full, "something"), "");
  expect(await restore(`--from-path=${artifact}`, `--temp-path=${full}`, "refused")).toMatchObject({
    code: 1,
  });
});

test("restore refuses an existing database without consent, and one in use with it", async () => {
  const refused = await restore(`--from-path=${artifact}`, "orders");
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toMatch(/already exists/);
  const inUse = await restore(`--from-path=${artifact}`, "--overwrite-destination=true", "orders");
  expect(inUse).toMatchObject({ code: 1 });
  expect(inUse.stderr).toMatch(/^The database is in use\. Stop database 'orders' and try again\.$/m);
  await server.run("system", "STOP DATABASE orders WAIT");
  expect(await restore(`--from-path=${artifact}`, "--overwrite-destination", "orders")).toMatchObject({
    code: 0,
  });
  await server.run("system", "START DATABASE orders WAIT");
  expect(await server.run("orders", "MATCH (o:Order {note: 'before'}) RETURN count(o) AS n")).toEqual([
    { n: 500 },
  ]);
});

test("a missing, a cut and a foreign artifact are refused", async () => {
  expect(await restore(`--from-path=${artifact}.gone`, "refused")).toMatchObject({ code: 1 });
  expect(await restore(`--from-path=${backups}`, "refused")).toMatchObject({ code: 1 });
  const elsewhere = await newDirectory("cut");
  const cut = join(elsewhere, "orders-2026-01-01T00-00-00.backup");
  await writeFile(cut, await readFile(artifact));
  await truncate(cut, 2000);
  expect((await restore(`--from-path=${cut}`, "refused-cut")).code).not.toBe(0);
  await writeFile(cut, "");
  await appendFile(cut, "something else entirely");
  expect(await restore(`--from-path=${cut}`, "refused")).toMatchObject({ code: 1 });
});

test("a stopped and an unknown database cannot be backed up", async () => {
  await server.run("system", "CREATE DATABASE stopped WAIT");
  await server.run("system", "STOP DATABASE stopped WAIT");
  expect(await backup("stopped")).toMatchObject({ code: 3 });
  expect(await backup("nothere")).toMatchObject({ code: 1 });
});

test("faults: slow with progress, failing before and midway, killed midway", async () => {
  const to = (name: string): string[] => [`--from-path=${artifact}`, name];
  const run = async (name: string, env: Record<string, string>): ReturnType<Standin["admin"]> =>
    server.admin(["database", "restore", ...to(name)], env);

  const began = Date.now();
  const slow = await run("faulty-slow", { STANDIN_RESTORE_SECONDS: "1" });
  expect(slow).toMatchObject({ code: 0 });
  expect(slow.stdout).toMatch(/^Restored 50% of the artifact\.$/m);
  expect(Date.now() - began).toBeGreaterThan(1000);

  const before = await run("faulty-before", { STANDIN_RESTORE_FAIL_BEFORE: "1 no space left" });
  expect(before).toMatchObject({ code: 1, stderr: expect.stringMatching(/^no space left$/m) as string });
  expect(await readdir(join(server.data, "databases"))).not.toContain("faulty-before");

  expect(await run("faulty-midway", { STANDIN_RESTORE_FAIL_MIDWAY: "70 disk broke" })).toMatchObject({
    code: 70,
  });
  await mkdir(join(server.data, ".standin"), { recursive: true });
  await writeFile(join(server.data, ".standin", "restore-crash-midway.once"), "yes");
  expect(await run("faulty-crash", {})).toMatchObject({ code: 137 });
  expect(await readdir(join(server.data, "databases"))).toContain("faulty-crash");
  expect(await run("faulty-crash", {})).toMatchObject({ code: 1 });
  expect(
    await server.admin(["database", "restore", ...to("faulty-crash"), "--overwrite-destination=true"]),
  ).toMatchObject({ code: 0 });
});

test("the version, and Community's own load reads the artifact", async () => {
  expect(await server.admin(["--version"])).toMatchObject({ code: 0, stdout: "5.26.0\n" });
  const elsewhere = await newDirectory("other-home");
  const artifacts = await newDirectory("artifacts");
  await copyFile(artifact, join(artifacts, "any-name.backup"));
  const load = ["database", "load", `--from-path=${artifacts}`, "orders"];
  expect(await server.admin(load, { NEO4J_HOME: elsewhere })).toMatchObject({ code: 0 });
  expect(await readdir(join(elsewhere, "data", "databases"))).toContain("orders");
});
