/** What `npm test` runs, in this order, and the command that repeats each part. */
export interface Phase {
  readonly name: string;
  /** What it is about, for whoever waits for it. */
  readonly about: string;
  /** An npm script: what repeats just this. */
  readonly script: string;
}

export const phases: readonly Phase[] = [
  { name: "types", about: "the compiler over everything", script: "typecheck" },
  { name: "lint", about: "eslint over everything", script: "lint" },
  { name: "unit", about: "pure code, and scripts on real folders", script: "test:unit" },
  {
    name: "simulation",
    about: "the engine in a world in memory, with every death",
    script: "test:simulation",
  },
  { name: "processes", about: "a real Neo4j Community, the real Pulumi engine", script: "test:processes" },
  { name: "cluster", about: "stories on a real Kubernetes", script: "test:cluster" },
  { name: "outage", about: "stories that take a part of it away", script: "test:outage" },
];
