/**
 * What preflight judges, put together from what was gathered: on a cluster also which server seeds the database
 * and where other copies of it lie. Pure; the run and the look ahead share it.
 */
import type { JobIdentity } from "./cloud.js";
import { dataClaimOf, severalServers, shapeOfPod } from "./cluster.js";
import { chooseSeeder, type SeederChoice } from "./seeder.js";
import { withPlainSubPaths } from "./layout.js";
import type {
  Attachments,
  ClaimView,
  DatabaseRow,
  MissingPermission,
  PodShape,
  ServerView,
  ServiceAccountView,
  TargetView,
} from "./observation.js";
import type { SourceLocation } from "./source.js";
import { type Circumstances, setsAside, type Strategy } from "./strategy.js";
import type { StoreAside } from "./ledger.js";
import type { VolumeView } from "./volume-view.js";
import type { RestoreRequest } from "../spec/request.js";

export interface Gathered {
  readonly request: RestoreRequest;
  readonly target: TargetView;
  readonly server: ServerView;
  /** What lies on the servers' volumes, by pod, where a running one let us look. */
  readonly volumes: Readonly<Record<string, VolumeView>>;
  /** The claims that the backup is read from. */
  readonly backupClaims: readonly ClaimView[];
  /** The ServiceAccount that the Job is to run as, and the one of that name. */
  readonly identity: JobIdentity | undefined;
  readonly serviceAccount: ServiceAccountView | "absent" | undefined;
  readonly missingPermissions: readonly MissingPermission[];
  readonly attachments?: Attachments | undefined;
  /** What Kubernetes would not take, by the object's title, in its own words. */
  readonly refusals?: Readonly<Record<string, string>>;
  readonly source?: SourceLocation | undefined;
  /** What earlier runs have set aside of the database, by the target's ledger. */
  readonly aside?: readonly StoreAside[] | undefined;
  /** Of strategy seedURI: which providers read a URI, where the server tells it. */
  readonly seedProviders?: string | undefined;
}

export interface PreflightInput extends Gathered {
  /** It is a cluster: other servers have, or may have, a copy. */
  readonly several: boolean;
  /** Which server seeds; absent where there is nothing to choose or Neo4j cannot say. */
  readonly seeder: SeederChoice | undefined;
  /** The only server of a silent cluster that has a store of the database. */
  readonly onlyHost: string | undefined;
  /** The pod on whose volume the restore works, its volume and its claim. */
  readonly pod: string;
  readonly shape: PodShape | undefined;
  readonly volume: VolumeView | undefined;
  readonly claim: ClaimView | undefined;
  /** Other pods with a store of that name. */
  readonly copies: readonly string[];
}

export type PreflightReason =
  | "MissingPermissions"
  | "AuthenticationFailed"
  | "CertificateRefused"
  | "ServerUnreachable"
  | "UnsupportedVersion"
  | "InvalidSpec"
  | "DatabaseNotRestorable"
  | "DatabaseExists"
  | "StrategyNotPossible"
  | "CannotStopDatabase"
  | "ClaimNotShareable"
  | "ClaimPinnedElsewhere"
  | "ServiceAccountDiffers"
  | "NotEnoughSpace"
  | "UnsupportedLayout"
  | "NotAdmitted"
  | "TargetNotReady";

export interface Problem {
  readonly reason: PreflightReason;
  readonly message: string;
}

export type Check = (input: PreflightInput) => Problem | undefined;

export function preflightInput(gathered: Gathered): PreflightInput {
  const { request, target, server, volumes } = gathered;
  const several = severalServers(target);
  const hosts = Object.entries(volumes).flatMap(([pod, volume]) => (volume.hasStore ? [pod] : []));
  const choice =
    several && server.reachable ? chooseSeeder(target, server, request.spec.databaseName) : undefined;
  const allSeen = target.pods.length >= target.servers && target.pods.every(({ name }) => name in volumes);
  const onlyHost = several && !server.reachable && allSeen && hosts.length === 1 ? hosts[0] : undefined;
  const first = `${target.statefulSet?.name ?? target.name}-0`;
  const pod = (choice?.ok ? choice.seeder.pod : onlyHost) ?? first;
  const running = target.pods.find(({ name }) => name === pod)?.shape;
  const shape = running ?? (target.statefulSet && shapeOfPod(target.statefulSet, pod));
  const claim = running && dataClaimOf(running);
  return {
    ...gathered,
    several,
    seeder: choice,
    onlyHost,
    pod,
    shape: shape && withPlainSubPaths(shape, pod),
    volume: volumes[pod],
    claim: target.dataClaims.find(({ name }) => name === claim) ?? target.dataClaims[0],
    copies: hosts.filter((name) => name !== pod),
  };
}

/** The database is there, or may be: a server that does not answer cannot say. */
export function existsOrMay(input: PreflightInput): boolean {
  if (!input.server.reachable) return true;
  return rowOf(input) !== undefined || input.volume?.hasStore === true;
}

/** No answer at all, other than one that was refused or not believed. */
export function isSilent(reason: Extract<ServerView, { reachable: false }>["reason"]): boolean {
  return reason === "noPod" || reason === "unreachable";
}

/** Names of the databases that serve. */
export function onlineDatabases(server: ServerView): readonly string[] {
  if (!server.reachable) return [];
  const online = server.databases.filter((row) => row.currentStatus === "online").map((row) => row.name);
  return [...new Set(online)].sort();
}

export function rowOf({
  server,
  request,
}: Pick<PreflightInput, "server" | "request">): DatabaseRow | undefined {
  const rows = server.reachable
    ? server.databases.filter((row) => row.name === request.spec.databaseName)
    : [];
  return rows.find((row) => row.writer) ?? rows[0];
}

/** Another store of that name lies there: the new one is written under the scratch name, or seeded in its place. */
export function isBeside(input: PreflightInput, strategy: Strategy): boolean {
  if (strategy === "seedURI") return rowOf(input) !== undefined;
  return setsAside(strategy) && existsOrMay(input);
}

export function circumstances(input: PreflightInput): Circumstances {
  return { existed: existsOrMay(input), several: input.several && input.onlyHost === undefined };
}
