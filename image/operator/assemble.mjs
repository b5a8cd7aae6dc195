// What goes into the operator's image, as one folder: the built product without its Pulumi face, and the installed
// packages that it runs with. Usage: node image/operator/assemble.mjs FOLDER, after npm ci and npm run build. Used by the
// Dockerfile and the lab.
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node image/operator/assemble.mjs FOLDER");

const from = (...parts) => path.join(root, ...parts);
const to = (...parts) => path.join(folder, ...parts);
const manifestOf = (place) => JSON.parse(readFileSync(from(place, "package.json"), "utf8"));

mkdirSync(folder, { recursive: true });
cpSync(from("package.json"), to("package.json"));
const product = path.join("dist", "provider");
cpSync(from(product), to(product), { recursive: true });
rmSync(to(product, "faces", "dynamic"), { recursive: true });
for (const face of ["cli", "operator"]) chmodSync(to(product, "faces", face, "main.js"), 0o755);

const found = new Set();
addPackages(".", Object.keys(manifestOf(".").dependencies));
for (const place of found) {
  const own = (file) => path.relative(from(place), file).split(path.sep)[0] !== "node_modules";
  cpSync(from(place), to(place), { recursive: true, filter: own });
}

/** Packages that one of ours needs, each where Node finds it from there, and what they need in turn. */
function addPackages(dependent, names) {
  for (const name of names) {
    const place = placeOf(name, dependent);
    if (found.has(place)) continue;
    found.add(place);
    addPackages(place, Object.keys(manifestOf(place).dependencies ?? {}));
  }
}

function placeOf(name, dependent) {
  const place = path.join(dependent, "node_modules", name);
  if (existsSync(from(place))) return place;
  if (dependent === ".") throw new Error(`${name} is not installed: npm ci`);
  return placeOf(name, path.dirname(dependent));
}
