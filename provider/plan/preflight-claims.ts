/** Checks of the claims that a restore works on and reads: who may mount them, where, and what was said about them. */
import { formatQuantity, parseQuantity } from "../spec/quantity.js";
import type { PVCSpec } from "../spec/types.js";
import type { ClaimView } from "./observation.js";
import type { Check, PreflightInput } from "./preflight-input.js";
import { readsByServers } from "./seed-uri.js";

/** While one pod has it, no other can. */
export function isExclusive(claim: ClaimView | undefined): claim is ClaimView {
  return claim?.accessModes.includes("ReadWriteOncePod") === true;
}

const shareable: Check = ({ claim, request }) =>
  request.spec.stopCluster !== true && !readsByServers(request) && isExclusive(claim)
    ? {
        reason: "ClaimNotShareable",
        message: `claim ${claim.name} is ReadWriteOncePod, so no Job can use it beside the server: set spec.stopCluster: true`,
      }
    : undefined;

/** Where a claim that one node at a time can mount is in use. */
interface Use {
  readonly claim: string;
  readonly pod: string;
  readonly node: string;
}

function usesOf(claims: readonly ClaimView[]): readonly Use[] {
  return claims
    .filter(onlyOneNode)
    .flatMap(({ name, users }) =>
      users.flatMap(({ pod, node }) => (node === undefined ? [] : [{ claim: name, pod, node }])),
    );
}

/** The node that a Job with these claims has to run on, where one is in use: elsewhere it would wait for ever. */
export function nodeOfClaims(claims: readonly ClaimView[]): string | undefined {
  return usesOf(claims)[0]?.node;
}

/** The Job runs on the server's node while the server runs, else where its claims are in use. */
const pinned: Check = ({ target, pod, claim, backupClaims }) => {
  const node = target.pods.find(({ name, running }) => name === pod && running)?.node;
  const uses = usesOf(node === undefined && claim ? [claim, ...backupClaims] : backupClaims);
  const [first] = uses;
  const elsewhere = uses.find((use) => use.node !== (node ?? first?.node));
  if (!elsewhere) return undefined;
  const where =
    node === undefined
      ? `claim ${first?.claim ?? ""} by pod ${first?.pod ?? ""} on node ${first?.node ?? ""}, and no Job can mount both: stop one of the pods`
      : `the restore must run on node ${node}: stop that pod`;
  return {
    reason: "ClaimPinnedElsewhere",
    message: `claim ${elsewhere.claim} (ReadWriteOnce) is in use by pod ${elsewhere.pod} on node ${elsewhere.node}; ${where}, or copy the backup to a claim that several nodes can mount`,
  };
};

function onlyOneNode(claim: ClaimView): boolean {
  return claim.accessModes.every((mode) => mode === "ReadWriteOnce" || mode === "ReadWriteOncePod");
}

export const claimChecks: readonly Check[] = [shareable, pinned];

/** What was written about a new claim although the restore reads an existing one, where it does not fit that. */
export function claimRemark({ request, backupClaims }: PreflightInput): string | undefined {
  const { storage, pitr } = request.spec.source;
  const written = [storage, pitr?.baseBackup.storage, pitr?.logStorage].flatMap((one) => one?.pvc ?? []);
  const remarks = written.flatMap((pvc) => {
    const claim = backupClaims.find(({ name }) => name === pvc.name);
    const differs = claim ? differences(pvc, claim) : [];
    return differs.length > 0 ? [`claim ${pvc.name} is read as it is: ${differs.join(", ")}`] : [];
  });
  return remarks.length > 0 ? remarks.join("; ") : undefined;
}

function differences(wanted: PVCSpec, claim: ClaimView): readonly string[] {
  const size = wanted.size === undefined ? undefined : parseQuantity(wanted.size);
  return [
    ...(size !== undefined && claim.capacityBytes !== undefined && size !== claim.capacityBytes
      ? [`its size is ${formatQuantity(claim.capacityBytes)}, not ${wanted.size ?? ""}`]
      : []),
    ...(wanted.storageClassName !== undefined && wanted.storageClassName !== claim.storageClassName
      ? [`its class is ${claim.storageClassName ?? "unset"}, not ${wanted.storageClassName}`]
      : []),
  ];
}
