// Jest's reporter that notes how long each file took, and says how much was simulated. Jest loads it itself, without
// the project's transforms.
const path = require("node:path");
const tsx = require("tsx/cjs/api");

const { sizesOfLastRun, write } = tsx.require("./record.ts", __filename);
const { sizeInWords } = tsx.require("./report.ts", __filename);
const root = path.join(__dirname, "..", "..");

module.exports = class Times {
  onRunComplete(_contexts, { testResults, startTime }) {
    const records = testResults.map(({ testFilePath, displayName, perfStats, testResults: tests }) => ({
      project: displayName?.name ?? "",
      file: path.relative(root, testFilePath),
      seconds: (perfStats.end - perfStats.start) / 1000,
      tests: tests.length,
    }));
    const projects = [...new Set(records.map(({ project }) => project))].sort();
    if (projects.length > 0) write(`files-${projects.join("-")}`, records);
    if (projects.includes("simulation"))
      console.log(sizeInWords(sizesOfLastRun(), (Date.now() - startTime) / 1000));
  }
};
