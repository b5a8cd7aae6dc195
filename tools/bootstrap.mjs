// Makes a fresh clone ready: the right Node, the locked dependencies, a current build. Each is done only where it is
// missing or out of date, judged by content and not by time, so that a second run costs nothing.
// It needs nothing but Node itself, and parses on old ones, to be able to say what is wrong.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const at = (...parts) => path.join(root, ...parts);
const oldestNode = [20, 19];

checkNode();
if (!installed()) {
  step("installing the locked dependencies", "npm", ["ci"]);
}
const sources = sourcesHash();
if (builtFrom() !== sources) {
  const fresh = ["node_modules", ".build"];
  // Beside the old one: who uses that meanwhile, or a build that fails, keeps it whole.
  rmSync(at(...fresh), { recursive: true, force: true });
  step("building", process.execPath, [
    path.join("node_modules", "typescript", "bin", "tsc"),
    ...["-p", "tsconfig.build.json", "--outDir", path.join(...fresh)],
  ]);
  // As `npm run build` does after it, whose place is dist.
  for (const file of Object.values(JSON.parse(readFileSync(at("package.json"), "utf8")).bin)) {
    chmodSync(at(...fresh, path.relative("dist", file)), 0o755);
  }
  writeFileSync(at(...fresh, ".sources"), sources);
  rmSync(at("dist"), { recursive: true, force: true });
  renameSync(at(...fresh), at("dist"));
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  fail(
    `This needs Node ${oldestNode.join(".")} or newer, and runs on ${process.versions.node}.`,
    "Install it from https://nodejs.org or with your version manager, then run the command again.",
  );
}

/** npm's own record of what it installed names the locked version of every package that is not optional. */
function installed() {
  const record = at("node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const locked = packagesOf(at("package-lock.json"));
  const present = packagesOf(record);
  return Object.keys(locked)
    .filter((place) => place !== "" && !locked[place].optional && !locked[place].devOptional)
    .every((place) => present[place] !== undefined && present[place].version === locked[place].version);
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

function sourcesHash() {
  const hash = createHash("sha256");
  const files = [
    "package.json",
    "tsconfig.json",
    "tsconfig.build.json",
    ...filesOf("provider"),
    ...filesOf("sdk"),
  ];
  for (const file of files) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(at(file)))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesOf(folder) {
  return readdirSync(at(folder), { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const place = path.join(folder, entry.name);
      return entry.isDirectory() ? filesOf(place) : [place];
    });
}

function builtFrom() {
  const marker = at("dist", ".sources");
  return existsSync(marker) ? readFileSync(marker, "utf8") : undefined;
}

function step(what, command, args) {
  console.log(`bootstrap: ${what} (${command} ${args.join(" ")}) …`);
  const begun = Date.now();
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    fail(
      `bootstrap: ${what} failed${error === undefined ? "" : `: ${error.message}`}.`,
      "See the lines above.",
    );
  }
  console.log(`bootstrap: ${what}: done in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
}

function fail(what, fix) {
  console.error(`${what}\n${fix}`);
  process.exit(1);
}
