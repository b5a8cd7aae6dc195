/**
 * Connections bear the run and the epoch of their driver in their user agent, and a later driver ends those of lower
 * epochs: a command that they still carry, or that waits in the server, takes no effect after that. Invariants: only
 * connections of the same run are ended; it is done when they are seen to be gone, not when it was asked for. Every
 * login may list and end its own connections; those of another login only an administrator.
 */
import type { Driver } from "neo4j-driver";
import { RestoreFault } from "../../workflow/faults.js";
import type { DriverMark } from "../../workflow/ports.js";
import { statusCode } from "./driver-faults.js";
import { text } from "./rows.js";

const product = "pulumi-neo4j-restore";

export function userAgentOf(mark: DriverMark | undefined): string {
  return mark ? `${product}/${mark.run}.${mark.epoch}` : product;
}

export function isEarlier(userAgent: string | undefined, mark: DriverMark): boolean {
  const prefix = `${product}/${mark.run}.`;
  if (userAgent?.startsWith(prefix) !== true) return false;
  const epoch = userAgent.slice(prefix.length);
  return /^\d+$/.test(epoch) && Number(epoch) < mark.epoch;
}

/** @returns Neo4j's word where it refuses to list or to end them. */
export async function endEarlier(driver: Driver, mark: DriverMark | undefined): Promise<string | undefined> {
  // Nobody came before the first.
  if (!mark || mark.epoch <= 1) return undefined;
  const session = driver.session({ database: "system" });
  const earlier = async (): Promise<readonly string[]> => {
    const { records } = await session.run("CALL dbms.listConnections() YIELD connectionId, userAgent");
    return records.flatMap((row) =>
      isEarlier(text(row.get("userAgent")), mark) ? (text(row.get("connectionId")) ?? []) : [],
    );
  };
  try {
    const ids = await earlier();
    if (ids.length === 0) return undefined;
    await session.run("CALL dbms.killConnections($ids)", { ids });
    if ((await earlier()).length === 0) return undefined;
  } catch (error) {
    const code = statusCode(error);
    if (code?.startsWith("Neo.ClientError.") !== true) throw error;
    return code;
  } finally {
    await session.close();
  }
  throw new RestoreFault(
    "retry",
    "ServerUnreachable",
    "Neo4j still works on a command of an earlier driver of this restore, whose connection is being ended.",
  );
}
