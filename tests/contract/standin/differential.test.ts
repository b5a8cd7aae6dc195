/**
 * Differential backups: a chain by its transaction ranges, and a replay of real transaction logs that ends where it is
 * told to.
 */
import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { FIRST_BUILD_MS, Standin, type CommandResult } from "./server.js";

jest.setTimeout(180_000);

let server: Standin;
let chain: string;
const artifacts: string[] = [];
/** The second in which nothing happens, after each artifact and each mark. */
const quiet: Record<string, string> = {};

beforeAll(async () => {
  server = await Standin.create();
  chain = join(server.home, "chain");
  await mkdir(chain);
  await server.run("system", "CREATE DATABASE orders WAIT");
  await mark("one");
  await take("FULL");
  await mark("two");
  await mark("three");
  await take("DIFF");
  await mark("four");
  await take("AUTO");
  await take("DIFF");
}, FIRST_BUILD_MS);
afterAll(async () => server.remove());

async function mark(text: string): Promise<void> {
  await server.run("orders", "CREATE (:Mark {text: $text})", { text });
  quiet[text] = await quietSecond();
}

const backup = async (type: string, to = chain): Promise<CommandResult> =>
  server.admin([
    "database",
    "backup",
    `--from=127.0.0.1:${server.backupPort}`,
    `--to-path=${to}`,
    `--type=${type}`,
    "orders",
  ]);

async function take(type: string): Promise<void> {
  const before = new Set(await readdir(chain));
  expect(await backup(type)).toMatchObject({ code: 0, stderr: "" });
  artifacts.push(...(await readdir(chain)).filter((file) => !before.has(file)));
  await quietSecond();
}

/** The resolution of artifacts and of --restore-until is a second. */
async function quietSecond(): Promise<string> {
  const now = Date.now();
  await pause(1000 - (now % 1000));
  const second = new Date(Math.ceil((now + 1) / 1000) * 1000);
  await pause(1000);
  return second.toISOString().slice(0, 19).replace("T", " ");
}

async function table(...args: string[]): Promise<readonly (readonly string[])[]> {
  const { code, stdout } = await server.admin(["backup", "inspect", "--show-metadata", ...args, chain]);
  expect(code).toBe(0);
  const rows = stdout.trimEnd().split("\n");
  return rows.slice(1).map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("inspect shows the chain; an empty differential only when asked for", async () => {
  const rows = await table();
  expect(rows.map((row) => [row[0]?.split("/").at(-1), row[4]])).toEqual([
    [artifacts[0], "true"],
    [artifacts[1], "false"],
    [artifacts[2], "false"],
  ]);
  const ranges = rows.map((row) => [Number(row[6]), Number(row[7])]);
  expect(ranges[0]?.[0]).toBe(1);
  expect(ranges[1]?.[0]).toBe((ranges[0]?.[1] ?? NaN) + 1);
  expect(ranges[2]?.[0]).toBe((ranges[1]?.[1] ?? NaN) + 1);
  const all = await table("--empty");
  expect(all.at(-1)?.slice(6)).toEqual(["0", "0"]);
  expect(await table("--latest-chain")).toEqual(rows);
  expect(await table("--latest-backup")).toEqual(rows.slice(-1));
});

async function restored(name: string, artifact: string | undefined, ...args: string[]): Promise<unknown> {
  const from = `--from-path=${join(chain, artifact ?? "")}`;
  expect(await server.admin(["database", "restore", from, ...args, name])).toMatchObject({
    code: 0,
    stderr: "",
    stdout: `Restore of database '${name}' completed successfully.\n`,
  });
  const info = await server.admin(["database", "info", name, "--format=json"]);
  expect(JSON.parse(info.stdout)).toMatchObject({ recoveryRequired: "false" });
  await server.run("system", "CREATE DATABASE $name WAIT", { name });
  const rows = await server.run(name, "MATCH (m:Mark) RETURN m.text AS text ORDER BY id(m)");
  return rows.map((row) => row["text"] as unknown);
}

test("a differential brings its whole chain", async () => {
  expect(await restored("whole-0", artifacts[0])).toEqual(["one"]);
  expect(await restored("whole-1", artifacts[1])).toEqual(["one", "two", "three"]);
  expect(await restored("whole-2", artifacts[2])).toEqual(["one", "two", "three", "four"]);
});

test("until a time: what was committed before it, and nothing after", async () => {
  expect(await restored("until-1", artifacts[1], `--restore-until=${quiet["one"]}`)).toEqual(["one"]);
  expect(await restored("until-2", artifacts[1], `--restore-until=${quiet["two"]}`)).toEqual(["one", "two"]);
  expect(await restored("until-3", artifacts[2], `--restore-until=${quiet["three"]}`)).toEqual([
    "one",
    "two",
    "three",
  ]);
  await server.run("until-2", "CREATE (:Mark {text: 'another history'})");
  await server.run("system", "STOP DATABASE `until-2` WAIT");
  expect(await server.admin(["database", "check", "until-2", `--report-path=${server.home}`])).toMatchObject({
    code: 0,
  });
});

test("a broken chain is refused", async () => {
  const broken = join(server.home, "broken");
  await mkdir(broken);
  const [from, to] = [join(chain, artifacts[1] ?? ""), join(broken, artifacts[1] ?? "")];
  await rename(from, to);
  const last = `--from-path=${join(chain, artifacts[2] ?? "")}`;
  const refused = await server.admin(["database", "restore", last, "refused"]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("broken") as string });
  expect(await readdir(join(server.data, "databases"))).not.toContain("refused");
  await rename(to, from);
});

test("a differential needs a backup to continue", async () => {
  const empty = join(server.home, "empty");
  await mkdir(empty);
  expect(await backup("DIFF", empty)).toMatchObject({ code: 1 });
  expect(await backup("AUTO", empty)).toMatchObject({ code: 0 });
  expect(await readdir(empty)).toHaveLength(1);
});
