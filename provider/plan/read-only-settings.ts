/**
 * The settings that keep a database read-only whatever access mode it was given. Pure. As documented: `writable` counts
 * only where all are read-only by default.
 */
const named = "server.databases.read_only";
const byDefault = "server.databases.default_to_read_only";
const excepted = "server.databases.writable";

export const readOnlySettings = [named, byDefault, excepted] as const;

/** @returns which setting keeps it read-only, and what to do about it */
export function keptReadOnly(
  settings: Readonly<Record<string, string | null>>,
  database: string,
): string | undefined {
  if (namesOf(settings[named]).includes(database))
    return `the setting ${named} keeps it read-only: take ${database} out of it`;
  if (settings[byDefault]?.toLowerCase() === "true" && !namesOf(settings[excepted]).includes(database))
    return `the setting ${byDefault} keeps it read-only: name ${database} in ${excepted}`;
  return undefined;
}

/** As SHOW SETTINGS tells a set: names with commas between, in some versions in brackets or quotes. */
function namesOf(value: string | null | undefined): readonly string[] {
  return (value ?? "").split(",").map((name) => name.replace(/[[\]"'\s]/g, ""));
}
