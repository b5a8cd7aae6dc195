/** What a simulated server needs of the world around it, and how a story makes it misbehave. */
import type { DatabaseRow } from "../../../provider/plan/observation.js";
import type { VirtualClock } from "./virtual-clock.js";
import type { Artifact, Store } from "./volume.js";

export interface ServerOptions {
  readonly startMs: number;
  readonly stopMs: number;
  readonly bootMs: number;
}

/** How a database is on one server. */
export interface Running {
  readonly status: "starting" | "online" | "stopping" | "offline";
  readonly message: string;
  readonly lastStart?: string;
}

/** How a database misbehaves; told by a story. */
export interface Misbehaviour {
  /** It does not come online and says this. */
  readonly refusesStart?: string;
  /** It does not come online while it is read-only, and says this: so the engine does where an index has to be built. */
  readonly refusesReadOnly?: string;
  /** It stays `starting` for ever. */
  readonly hangsStarting?: boolean;
  /** Open transactions hold its stop up for so long. */
  readonly stopMs?: number;
  /** As a member of a cluster it gets no copy, and says this. */
  readonly refusesCopy?: string;
  /** As a member of a cluster it applies nothing of what the writer commits. */
  readonly lags?: boolean;
  /** It hears of another access mode so much later. */
  readonly accessMs?: number;
  /** Another server's files of a dropped database stay for so long. */
  readonly dropMs?: number;
  /** It cannot read the artifact that it is to be seeded from, and says this. */
  readonly refusesSeed?: string;
  /** The id that it tells of its store. */
  readonly storeId?: string;
  /** It does not tell the id of its store. */
  readonly refusesInfo?: boolean;
  /** SHOW DATABASES says this of it, whatever is the case. */
  readonly shows?: Partial<DatabaseRow>;
  /** It serves something else than what lies there. */
  readonly txnShift?: number;
}

export interface ServerWorld {
  readonly clock: VirtualClock;
  readonly options: ServerOptions;
  readonly misbehaviour: (database: string, store: Store | undefined, pod: string) => Misbehaviour;
  /** The artifact at a URI, as every server can read it. */
  readonly artifactAt: (uri: string) => Artifact | undefined;
  /** Settings of the servers, by name. */
  readonly settings: ReadonlyMap<string, string>;
  readonly changed: () => void;
  readonly onViolation: (what: string) => void;
  readonly freshSet: () => string;
}

/** By its access mode, or by a setting whatever that is. */
export function isReadOnly({ settings }: ServerWorld, database: string, access: string | undefined): boolean {
  const names = (setting: string): readonly string[] => settings.get(setting)?.split(",") ?? [];
  const all = settings.get("server.databases.default_to_read_only") === "true";
  return (
    access !== "read-write" ||
    names("server.databases.read_only").includes(database) ||
    (all && !names("server.databases.writable").includes(database))
  );
}
