/** Checks that only a cluster of several servers needs: who seeds, what would be lost with DROP DATABASE, other copies. */
import { type Check, circumstances, isSilent, type PreflightInput, rowOf } from "./preflight-input.js";
import { readsByServers, seedComplaint } from "./seed-uri.js";
import { chooseStrategy } from "./strategy.js";

function goesThroughServers(input: PreflightInput): boolean {
  const choice = chooseStrategy(input.request, circumstances(input));
  return choice.ok && (choice.strategy === "designatedSeeder" || choice.strategy === "recreate");
}

/** Old copies would start first, and the one that wins may be any of them. */
const canBeStopped: Check = ({ server, several, onlyHost, request, target }) => {
  if (server.reachable || !isSilent(server.reason) || !several || onlyHost !== undefined) return undefined;
  if (request.spec.stopCluster !== true) return undefined;
  const name = request.spec.databaseName;
  const set = target.statefulSet?.name ?? target.name;
  return {
    reason: "CannotStopDatabase",
    message: [
      `no server of ${target.name} answers Bolt (${server.message}), so database ${name} cannot be stopped: after an offline restore the other servers' old copies of it would start first and could win`,
      `Bring a majority of the servers back (kubectl -n ${target.namespace} logs ${set}-0; then SHOW SERVERS on system) and run again; it is enough that STOP DATABASE ${name} can be carried out.`,
      `Where that cannot be: restore into a new cluster, or into a Neo4jEnterpriseStandalone.`,
    ].join("\n"),
  };
};

const seeding: Check = (input) => {
  const { seeder } = input;
  return seeder && !seeder.ok && goesThroughServers(input)
    ? { reason: "StrategyNotPossible", message: seeder.message }
    : undefined;
};

/** What DROP DATABASE takes away and we could not give back is not taken away. */
const attached: Check = (input) => {
  const choice = chooseStrategy(input.request, circumstances(input));
  if (!choice.ok || choice.strategy !== "designatedSeeder" || !rowOf(input)) return undefined;
  const { aliases = [], privileges = [] } = input.attachments ?? {};
  const what = [
    ...aliases.filter(({ plain }) => !plain).map(({ name }) => `alias ${name} (it has properties)`),
    ...privileges.filter((command) => / IMMUTABLE /.test(command)).map((command) => `privilege ${command}`),
  ];
  return what.length === 0
    ? undefined
    : {
        reason: "StrategyNotPossible",
        message: `designatedSeeder drops the database and could not give back: ${what.join("; ")}: remove it and add it again after the restore, or write options.strategy: recreate`,
      };
};

/** The point of no return comes before Neo4j says what it thinks of a URI: all that can be told is told here. */
const seedable: Check = (input) => {
  const { request, source, server, seedProviders: providers } = input;
  if (!readsByServers(request) || !input.several || !source || !server.reachable) return undefined;
  const complaint = seedComplaint({
    source,
    pointInTime: request.spec.source.pointInTime,
    existed: rowOf(input) !== undefined,
    version: server.version,
    providers,
  });
  return complaint === undefined
    ? undefined
    : { reason: "StrategyNotPossible", message: `spec.options.strategy seedURI: ${complaint}` };
};

/** A database that does not exist must not exist anywhere: Neo4j would find several stores of one name. */
const leftovers: Check = (input) => {
  const { server, several, request } = input;
  const here = readsByServers(request) && input.volume?.hasStore === true ? [input.pod] : [];
  const copies = [...here, ...input.copies];
  if (!several || !server.reachable || rowOf(input) || copies.length === 0) return undefined;
  const name = request.spec.databaseName;
  return {
    reason: "DatabaseExists",
    message: `database ${name} does not exist, but store files of that name lie on ${copies.join(", ")}: remove databases/${name} and transactions/${name} below /data there`,
  };
};

export const clusterChecks: readonly Check[] = [canBeStopped, seeding, attached, seedable, leftovers];
