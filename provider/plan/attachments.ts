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

/** What hangs on a database's name and goes with DROP DATABASE. */
export interface Attachments extends Topology {
  /** As SHOW DATABASE has them; the language is the version of Cypher for queries that name none, of newer servers. */
  readonly options: JsonObject;
  readonly language?: number;
  readonly aliases: readonly { readonly name: string; readonly plain: boolean }[];
  /** Commands that give the privileges on it back. */
  readonly privileges: readonly string[];
}
