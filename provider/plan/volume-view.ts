/** What the volume script's `inspect` prints, as a view. Pure; figures that it did not print are zero. */
import type { VolumeView } from "./preflight.js";
import { parseReport } from "./volume-script.js";

export function volumeView(printed: string): VolumeView {
  const report = parseReport(printed);
  const bytes = (key: string): number => Number(report[key] ?? 0) * 1024;
  const directories = Object.entries(report).flatMap(([key, value]) =>
    key.startsWith("directory_") ? [[key.slice("directory_".length), value.trim()] as const] : [],
  );
  return {
    totalBytes: bytes("total_kb"),
    freeBytes: bytes("free_kb"),
    storeBytes: bytes("store_kb"),
    hasStore: report["databases"] === "yes",
    directories: Object.fromEntries(directories),
  };
}
