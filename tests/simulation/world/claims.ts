/**
 * Claims and the volumes behind them. Invariant: a claim's data are there as long as the claim is; what deletes
 * it deletes them, and a claim that is protected is left alone by the set's retention policy.
 */
import type { ClaimView } from "../../../provider/plan/observation.js";
import { Volume } from "./volume.js";

interface Claim {
  readonly uid: string;
  readonly accessModes: readonly string[];
  readonly volume: Volume;
  /** Run that made it, for claims of ours. */
  readonly run: string | undefined;
  protected: boolean;
  /** With their nodes. */
  readonly users: Map<string, string>;
}

export class Claims {
  private readonly claims = new Map<string, Claim>();
  private made = 0;
  /** Changes with what lies where on any of them. */
  shape = 0;

  constructor(
    private readonly onViolation: (what: string) => void,
    private readonly onChange: (by: string, path: string) => void = () => undefined,
  ) {}

  add(claim: {
    readonly name: string;
    readonly accessModes: readonly string[];
    readonly capacityBytes: number;
    readonly run?: string;
  }): Volume {
    const reshaped = (): void => {
      this.shape++;
    };
    reshaped();
    const volume = new Volume(claim.name, claim.capacityBytes, this.onViolation, this.onChange, reshaped);
    const { accessModes, run } = claim;
    const uid = `uid-claim-${++this.made}`;
    this.claims.set(claim.name, { uid, accessModes, volume, run, protected: false, users: new Map() });
    return volume;
  }

  has(name: string): boolean {
    return this.claims.has(name);
  }

  names(): readonly string[] {
    return [...this.claims.keys()];
  }

  volume(name: string): Volume | undefined {
    return this.claims.get(name)?.volume;
  }

  madeBy(name: string): string | undefined {
    return this.claims.get(name)?.run;
  }

  remove(name: string): void {
    this.shape++;
    this.claims.delete(name);
  }

  /** The claims' resourceVersions, as far as restores write them. */
  protections = 0;

  protect(name: string, wanted: boolean): void {
    const claim = this.claims.get(name);
    if (claim && claim.protected !== wanted) this.protections += 1;
    if (claim) claim.protected = wanted;
  }

  anyProtected(): boolean {
    return [...this.claims.values()].some((claim) => claim.protected);
  }

  deleteUnlessProtected(name: string): void {
    if (this.claims.get(name)?.protected !== false) return;
    this.onViolation(`claim ${name} was deleted by the set's retention policy`);
    this.remove(name);
  }

  /** Who keeps others from mounting it: one pod alone may have a ReadWriteOncePod claim. */
  holder(name: string): string | undefined {
    const claim = this.claims.get(name);
    return claim?.accessModes.includes("ReadWriteOncePod") ? [...claim.users.keys()][0] : undefined;
  }

  /** Whether a pod on that node can have it: a ReadWriteOnce claim is on one node at a time. */
  attachesTo(name: string, node: string): boolean {
    const claim = this.claims.get(name);
    const anywhere = claim?.accessModes.includes("ReadWriteMany") !== false;
    return anywhere || [...claim.users.values()].every((other) => other === node);
  }

  use(name: string, pod: string, node: string): void {
    this.claims.get(name)?.users.set(pod, node);
  }

  unuse(name: string, pod: string): void {
    this.claims.get(name)?.users.delete(pod);
  }

  view(name: string): ClaimView {
    const claim = this.claims.get(name);
    return {
      name,
      ...(claim ? { uid: claim.uid } : {}),
      exists: claim !== undefined,
      terminating: false,
      accessModes: claim?.accessModes ?? [],
      ...(claim ? { capacityBytes: claim.volume.capacityBytes, storageClassName: "standard" } : {}),
      bound: claim !== undefined,
      users: [...(claim?.users ?? [])].map(([pod, node]) => ({ pod, node })),
      protected: claim?.protected ?? false,
    };
  }
}
