/** What neo4j-admin tells of an artifact and of a store, in its own words. */
import type { Artifact } from "./volume.js";

export function inspectTable(path: string, artifact: Artifact): readonly string[] {
  const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const { database, takenAt, content } = artifact;
  return [
    row("FILE", "DATABASE", "DATABASE ID", "TIME (UTC)", "FULL", "COMPRESSED", "LOWEST TX", "HIGHEST TX"),
    row(
      `file://${path}`,
      database,
      "7dcb1d0c",
      takenAt.slice(0, 19),
      "true",
      "true",
      "1",
      String(content.txn),
    ),
  ];
}

export function info(into: string, artifact: Artifact): Readonly<Record<string, string | number | boolean>> {
  return {
    databaseName: into,
    databaseInUse: false,
    storeFormat: artifact.content.format,
    storeFormatIntroduced: "5.0.0",
    lastCommittedTransaction: artifact.content.txn,
    recoveryRequired: false,
  };
}
