// Jest's order for mutants: most are found by a short file, and the first file that finds one ends it.
const { readFileSync } = require("node:fs");
const path = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");
const tsx = require("tsx/cjs/api");

const { keptSeconds, longestFirst, page } = tsx.require("../test/kept.ts", __filename);
const root = path.join(__dirname, "..", "..");

module.exports = class ShortestFirst extends Sequencer {
  sort(tests) {
    return longestFirst([...tests], root, keptSeconds(readFileSync(page, "utf8"))).reverse();
  }
};
