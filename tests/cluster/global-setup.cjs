// Jest loads this file itself, without the project's transforms: the work is in lab-session.ts.
const tsx = require("tsx/cjs/api");

module.exports = async () => {
  const { beginLabSession } = tsx.require("./lab-session.ts", __filename);
  globalThis.endLabSession = await beginLabSession();
};
