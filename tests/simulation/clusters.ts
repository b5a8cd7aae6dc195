/** A cluster of three servers with what hangs on a database's name, and what must be true of its members. */
import type { Verdict } from "./expectations.js";
import { artifactTxn, createWorld, type SceneOptions } from "./world/scene.js";
import type { World } from "./world/world.js";

export const grant = "GRANT ACCESS ON DATABASE orders TO reader";
/** Its role may read all databases but this one. */
export const deny = "DENY READ {ssn} ON GRAPH orders NODE * TO clerk";

const target = { kind: "Neo4jEnterpriseCluster", servers: 3 } as const;

export async function cluster(options: SceneOptions = {}): Promise<World> {
  const world = await createWorld({ ...options, target: { ...target, ...options.target } });
  world.target().graph.privileges.add("GRANT ACCESS ON DATABASE neo4j TO reader");
  if (options.existing !== false) {
    world.target().graph.privileges.add(grant);
    world.target().graph.privileges.add(deny);
    world.guardian.denied = deny;
    world.target().graph.aliases.set("sales", "orders");
  }
  return world;
}

export function everyMemberServes(verdict: Verdict, world: World, members = 3): Verdict {
  const copies = world.copies();
  return verdict
    .same("copies of the restored data", copies.filter(({ origin }) => origin === "backup").length, members)
    .same("all copies", copies.length, members)
    .that(
      copies.every(({ txn, writes }) => txn === artifactTxn + writes),
      "a copy does not end where the restored one did",
    )
    .same("the access mode", world.serving()?.access, "read-write");
}
