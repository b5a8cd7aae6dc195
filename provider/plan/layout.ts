/**
 * Where the server has its directories, as its pod mounts them: the stores change places by renaming, so data,
 * transaction logs and scripts must lie below /data on one volume, a sub-path of it or the whole. Pure.
 */
import type { Json, JsonObject, PodShape } from "./observation.js";
import type { VolumeView } from "./volume-view.js";

const data = "/data";
const standard: Readonly<Record<string, string>> = {
  data,
  "transaction.logs.root": `${data}/transactions`,
  "script.root": `${data}/scripts`,
};
const renamed = ["databases", "transactions", "scripts", ".neo4j-restore"].map((name) => `${data}/${name}`);

/** What keeps the stores of this server from being swapped, each with where it lies. */
export function layoutProblems(
  shape: PodShape | undefined,
  volume: VolumeView | undefined,
): readonly string[] {
  const configured = { ...volume?.directories, ...(shape ? ofEnvironment(shape) : {}) };
  const moved = Object.entries(configured).flatMap(([key, value]) => {
    const path = plain(value);
    return path === standard[key] ? [] : [`server.directories.${key}=${path}${at(shape, path)}`];
  });
  const mounted = (shape?.mounts ?? []).flatMap((mount) => {
    const path = pathOf(mount);
    return renamed.some((folder) => path === folder || path.startsWith(`${folder}/`))
      ? [`${path} is a mount of its own${at(shape, path)}`]
      : [];
  });
  const unknown = (shape?.mounts ?? []).flatMap(({ mountPath, subPathExpr }) =>
    typeof subPathExpr === "string"
      ? [
          `${textOf(mountPath)} has the subPathExpr ${subPathExpr}, which only the server's own pod can expand`,
        ]
      : [],
  );
  return [...moved, ...mounted, ...unknown];
}

/** Settings that the image writes into neo4j.conf when it starts. */
function ofEnvironment({ env }: PodShape): Readonly<Record<string, string>> {
  const found = Object.keys(standard).flatMap((key) => {
    const name = `NEO4J_server_directories_${key.replaceAll(".", "_")}`;
    const value = env.find((one) => one["name"] === name)?.["value"];
    return typeof value === "string" ? [[key, value] as const] : [];
  });
  return Object.fromEntries(found);
}

/** " (claim tx-graph-0)": what is mounted there, where it is not the data volume. */
function at(shape: PodShape | undefined, path: string): string {
  const mounts = (shape?.mounts ?? []).filter((one) => `${path}/`.startsWith(`${pathOf(one)}/`));
  const nearest = mounts.sort((one, other) => pathOf(other).length - pathOf(one).length)[0];
  if (!nearest) return " (on no volume)";
  const source = shape?.volumes.find((one) => one["name"] === nearest["name"])?.["persistentVolumeClaim"];
  const claim =
    source !== null && typeof source === "object" && "claimName" in source ? source.claimName : "";
  return typeof claim === "string" && claim !== ""
    ? ` (claim ${claim})`
    : ` (volume ${textOf(nearest["name"])})`;
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

const pathOf = (mount: JsonObject): string => plain(textOf(mount["mountPath"]));

const plain = (path: string): string => path.replace(/(?<=.)\/+$/, "");

/** The same pod with empty volumes in the place of its claims, for what only rehearses while nobody else may have them. */
export function withoutClaims(shape: PodShape): PodShape {
  const volumes = shape.volumes.map((volume): JsonObject =>
    volume["persistentVolumeClaim"] === undefined ? volume : { name: volume["name"] ?? "", emptyDir: {} },
  );
  return { ...shape, volumes };
}

/** Sub-paths that Kubernetes expands in the server's pod, as that pod has them: a Job's has another name. */
export function withPlainSubPaths(shape: PodShape, pod: string): PodShape {
  const valueOf = (name: string): string | undefined => {
    const entry = shape.env.find((one) => one["name"] === name);
    const from = JSON.stringify(entry?.["valueFrom"] ?? null);
    if (/"fieldPath":"metadata\.name"/.test(from)) return pod;
    return typeof entry?.["value"] === "string" ? entry["value"] : undefined;
  };
  const mounts = shape.mounts.map((mount): JsonObject => {
    const { subPathExpr, ...rest } = mount;
    if (typeof subPathExpr !== "string") return mount;
    const names = [...subPathExpr.matchAll(/\$\(([^)]+)\)/g)].map(([, name = ""]) => name);
    if (names.some((name) => valueOf(name) === undefined)) return mount;
    const subPath = subPathExpr.replace(/\$\(([^)]+)\)/g, (_, name: string) => valueOf(name) ?? "");
    return { ...rest, subPath };
  });
  return { ...shape, mounts };
}
