/**
 * What hangs on a database's name in the system graph: it goes with DROP DATABASE, and whoever creates the database
 * again gives it back. Plain data, in the journal as well.
 */
import type { JsonObject } from "./observation.js";

/** How many servers hold a database, and as what. */
export interface Topology {
  readonly primaries?: number;
  readonly secondaries?: number;
}

/** As many commands are given in one effect. */
const batch = 500;

/**
 * Privileges in the order in which they are given back: every DENY before the first GRANT, because the data can be read
 * meanwhile by whoever may read all databases.
 */
export function deniesFirst(privileges: readonly string[]): readonly string[] {
  const isDeny = (command: string): boolean => command.startsWith("DENY ");
  return [...privileges.filter(isDeny), ...privileges.filter((command) => !isDeny(command))];
}

/** The first DENYs: they are sent together with the CREATE. */
export function firstDenies({ privileges }: Attachments): readonly string[] {
  return privileges.filter((command) => command.startsWith("DENY ")).slice(0, batch);
}

/** What is given back one after the other: DENYs, GRANTs, then aliases. */
export function givenInTurn(attachments: Attachments): readonly Attachments[] {
  const { aliases, privileges, options } = attachments;
  const ordered = deniesFirst(privileges);
  const count = Math.ceil(ordered.length / batch);
  const slices = Array.from({ length: count }, (_, nth) => ordered.slice(nth * batch, (nth + 1) * batch));
  return [
    ...slices.map((slice) => ({ options, aliases: [], privileges: slice })),
    ...(aliases.length > 0 ? [{ options, aliases, privileges: [] }] : []),
  ];
}

/** What of it is not there. */
export function notThere(wanted: Attachments, there: Attachments): Attachments {
  const privileges = new Set(there.privileges);
  const aliases = new Set(there.aliases.map(({ name }) => name));
  return {
    options: wanted.options,
    aliases: wanted.aliases.filter(({ name }) => !aliases.has(name)),
    privileges: wanted.privileges.filter((command) => !privileges.has(command)),
  };
}

/** What hangs on a database's name and goes with DROP DATABASE. */
export interface Attachments extends Topology {
  /** As SHOW DATABASE has them; the language is the version of Cypher for queries that name none, of newer servers. */
  readonly options: JsonObject;
  readonly language?: number;
  readonly aliases: readonly { readonly name: string; readonly plain: boolean }[];
  /** Commands that give the privileges on it back. */
  readonly privileges: readonly string[];
}
