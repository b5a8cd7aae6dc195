/** Which servers of a cluster hold a database and which of them writes; and when each hears of another access mode. */
import type { JsonObject } from "../../../provider/plan/observation.js";
import type { Neo4jServer } from "./neo4j-server.js";
import { from, type Origin } from "./origin.js";
import type { Known, Members } from "./system-graph.js";
import type { VirtualClock } from "./virtual-clock.js";

/** The pod whose store it is made from, or a URI, and on how many servers. */
export type Seed = Origin & {
  readonly primaries?: number;
  readonly secondaries?: number;
  readonly options: JsonObject;
};

/** @param seed of a cluster's */
export function newDatabase(
  name: string,
  clock: VirtualClock,
  members: Members,
  seed: Seed | undefined,
): Known {
  return {
    ...{ id: `id-${name}-${clock.now()}`, creationTime: clock.iso() },
    ...{ requested: "online", access: "read-write" },
    ...(seed ? { ...placedOn(members, seed), ...from(seed), options: seed.options } : {}),
  };
}

/** The seeder first, then those that are up. */
function placedOn(
  { names, up }: Members,
  { pod: seeder, primaries = 3, secondaries = 0 }: Seed,
): Pick<Known, "hosts" | "secondaries"> {
  const isUp = (pod: string): number => Number(up.some((one) => one.pod === pod));
  const others = names.filter((pod) => pod !== seeder).sort((a, b) => isUp(b) - isUp(a));
  const hosts = [...(seeder === undefined ? [] : [seeder]), ...others].slice(0, primaries + secondaries);
  return { hosts, ...(secondaries > 0 ? { secondaries: hosts.slice(primaries) } : {}) };
}

/** The furthest of the primaries that serve it: as an election would have it. */
export function writerAmong(servers: readonly Neo4jServer[], name: string): Neo4jServer | undefined {
  const end = (one: Neo4jServer): number => one.serves(name)?.txn ?? 0;
  const serving = servers.filter(
    (one) => one.isOnline(name) && one.known(name)?.secondaries?.includes(one.pod) !== true,
  );
  const most = Math.max(...serving.map(end));
  return serving.find((one) => end(one) === most);
}

/** The access mode of a database that a server has not heard of yet is the one before. */
export class AccessNews {
  private readonly before = new Map<string, Known["access"]>();

  constructor(
    private readonly clock: VirtualClock,
    private readonly changed: () => void,
  ) {}

  of(name: string, now: Known["access"] | undefined): Known["access"] {
    return this.before.get(name) ?? now ?? "read-write";
  }

  hear(name: string, before: Known["access"], ms: number): void {
    this.before.delete(name);
    if (ms === 0) return;
    this.before.set(name, before);
    this.clock.after(ms, () => {
      this.before.delete(name);
      this.changed();
    });
  }
}
