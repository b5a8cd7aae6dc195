// Places within a bucket or claim: paths are compared and joined by their segments, so that slashes never matter.
// Invariants: pure text; never climbs out of the location ("..") because the schema refuses such paths.

/** "production//x/./y/" → ["production", "x", "y"]. */
export function pathSegments(path: string): readonly string[] {
  return path.split("/").filter((segment) => segment !== "" && segment !== ".");
}

/** Joined without a leading or trailing slash: ("production/", "/backups/x") → "production/backups/x". */
export function joinPath(...parts: readonly string[]): string {
  return parts.flatMap(pathSegments).join("/");
}

/**
 * Where a backup path may lie within its storage, most likely first: relative to the storage's path and,
 * with a leading slash, also from the root of the bucket or claim.
 */
export function candidatePaths(storagePath: string, backupPath: string): readonly string[] {
  const relative = joinPath(storagePath, backupPath);
  const absolute = joinPath(backupPath);
  return backupPath.startsWith("/") && absolute !== relative ? [relative, absolute] : [relative];
}
