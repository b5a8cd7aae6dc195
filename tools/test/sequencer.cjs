// Jest's order of files: the longest first, by the report that docs/testing.md keeps. Jest's own order needs a cache of
// an earlier run, which a fresh clone has not. Jest loads this itself, without the project's transforms.
const { readFileSync } = require("node:fs");
const path = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");
const tsx = require("tsx/cjs/api");

const { keptSeconds, longestFirst, page } = tsx.require("./kept.ts", __filename);
const root = path.join(__dirname, "..", "..");

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return longestFirst([...tests], root, keptSeconds(readFileSync(page, "utf8")));
  }
};
