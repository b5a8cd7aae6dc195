// Jest loads this file itself, without the project's transforms: the work is in prepare.ts.
const { execFileSync } = require("node:child_process");
const path = require("node:path");

module.exports = () => {
  execFileSync(process.execPath, ["--import", "tsx", path.join(__dirname, "prepare.ts")], {
    stdio: "inherit",
  });
};
