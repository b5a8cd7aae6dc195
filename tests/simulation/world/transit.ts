/**
 * What a driver has sent and what has not arrived yet. A port says in the first moment of a call what it has read or
 * over which line it speaks; the rest takes place when the call arrives, which may be long after its driver was replaced.
 */
import type { DriverMark } from "../../../provider/workflow/ports.js";
import type { Neo4jServer } from "./neo4j-server.js";

export class Transit {
  private way: Promise<void> | undefined;

  /** Begins a call that is on its way until then. */
  send<T>(way: Promise<void> | undefined, call: () => Promise<T>): Promise<T> {
    this.way = way;
    const answer = call();
    this.way = undefined;
    return answer;
  }

  /** When the call that begins now arrives; undefined: at once. */
  arrival(): Promise<void> | undefined {
    return this.way;
  }
}

/** A connection to a server, and who has it. */
interface Line {
  readonly server: Neo4jServer;
  readonly driver: string;
  readonly mark: DriverMark | undefined;
  open: boolean;
}

/** The connections to Neo4j: the first word on a new one ends those of earlier drivers of the run at that server. */
export class Lines {
  private readonly all: Line[] = [];

  /** @param mayEnd the login may end connections */
  line(server: Neo4jServer, driver: string, mark: DriverMark | undefined, mayEnd: boolean): Line {
    const there = this.all.find(
      (one) => one.open && one.server === server && one.driver === driver && one.mark?.epoch === mark?.epoch,
    );
    if (there?.mark?.run === mark?.run && there) return there;
    const line: Line = { server, driver, mark, open: true };
    for (const other of mayEnd ? this.all : [])
      if (other.server === server && isEarlier(other.mark, mark)) other.open = false;
    this.all.push(line);
    return line;
  }
}

const isEarlier = (one: DriverMark | undefined, than: DriverMark | undefined): boolean =>
  one !== undefined && than !== undefined && one.run === than.run && one.epoch < than.epoch;
