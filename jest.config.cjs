// Six projects: `unit` is pure and quick; `simulation` runs the engine in a world in memory; `contract` holds our words
// against real Neo4j processes, kubectl and a volume that is full; `engine` drives the real Pulumi engine; `cluster` runs
// stories, and the Kubernetes adapter's contract, on the lab; `outage` those that take a part of the lab away or have all
// of it, which no other story survives.
const esm = [
  "@kubernetes/client-node",
  "openid-client",
  "oauth4webapi",
  "jose",
  "jsonpath-plus",
  "rfc4648",
  "isomorphic-ws",
  "hpagent",
];
const base = {
  rootDir: __dirname,
  testEnvironment: "node",
  transform: {
    "^.+\\.(ts|js|mjs)$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  // These packages are ES modules only; jest on Node 20 cannot require them, so they are transformed as well.
  transformIgnorePatterns: [`/node_modules/(?!(${esm.join("|")})/)`],
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  // Imports are written as the compiler wants them ("./x.js"); the sources are .ts.
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": ["$1.ts", "$1.js"] },
};
module.exports = {
  testSequencer: "<rootDir>/tools/test/sequencer.cjs",
  reporters: ["default", "<rootDir>/tools/test/times.cjs"],
  projects: [
    {
      ...base,
      displayName: "unit",
      testMatch: ["<rootDir>/tests/{unit,property}/**/*.test.ts", "<rootDir>/tests/*.test.ts"],
    },
    {
      ...base,
      displayName: "simulation",
      testMatch: ["<rootDir>/tests/simulation/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/tests/simulation/tell-size.ts"],
    },
    {
      ...base,
      displayName: "engine",
      testMatch: ["<rootDir>/tests/{engine,package}/**/*.test.ts"],
      globalSetup: "<rootDir>/tests/engine/global-setup.cjs",
    },
    {
      ...base,
      displayName: "contract",
      testMatch: ["<rootDir>/tests/contract/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/tests/contract/kubernetes"],
    },
    {
      ...base,
      displayName: "cluster",
      testMatch: ["<rootDir>/tests/cluster/**/*.test.ts", "<rootDir>/tests/contract/kubernetes*.test.ts"],
      globalSetup: "<rootDir>/tests/cluster/global-setup.cjs",
      globalTeardown: "<rootDir>/tests/cluster/global-teardown.cjs",
    },
    {
      ...base,
      displayName: "outage",
      testMatch: ["<rootDir>/tests/outage/**/*.test.ts"],
      globalSetup: "<rootDir>/tests/cluster/global-setup.cjs",
      globalTeardown: "<rootDir>/tests/cluster/global-teardown.cjs",
    },
  ],
};
