/** The operator's settings, from arguments and environment. */
import { readSettings } from "../../../provider/faces/operator/arguments.js";

test("nothing said: everywhere, port 8080, info", () => {
  expect(readSettings([], {})).toMatchObject({
    ok: true,
    settings: { namespaces: [], port: 8080, logLevel: "info" },
  });
});

test("arguments win over the environment", () => {
  const env = {
    ...{ WATCH_NAMESPACE: "one, two,one", POD_NAMESPACE: "system", LOG_LEVEL: "debug" },
    TOOLS_IMAGE: "registry.example.com/tools:1",
  };
  expect(readSettings([], env)).toMatchObject({
    settings: {
      ...{ namespaces: ["one", "two"], leaderNamespace: "system", logLevel: "debug" },
      toolsImage: "registry.example.com/tools:1",
    },
  });
  expect(readSettings(["--tools-image", "other:2"], env)).toMatchObject({
    settings: { toolsImage: "other:2" },
  });
  expect(readSettings(["--namespace", "three", "--log-level", "warn", "--port", "0"], env)).toMatchObject({
    settings: { namespaces: ["three"], logLevel: "warn", port: 0 },
  });
});

test("its own pod, where both of its names are known; an empty tools image is none", () => {
  const pod = { namespace: "system", name: "operator-1" };
  expect(
    readSettings([], { POD_NAMESPACE: "system", POD_NAME: "operator-1", TOOLS_IMAGE: "" }),
  ).toMatchObject({
    settings: { pod, toolsImage: undefined },
  });
  for (const env of [{}, { POD_NAMESPACE: "system" }, { POD_NAME: "operator-1" }])
    expect(readSettings([], env)).toMatchObject({ settings: { pod: undefined } });
  // Where the Lease lies is another matter.
  expect(
    readSettings(["--leader-namespace", "other"], { POD_NAMESPACE: "system", POD_NAME: "operator-1" }),
  ).toMatchObject({ settings: { leaderNamespace: "other", pod } });
});

test("the group of the resources: the usual one, or one of the user's own", () => {
  const own = { settings: { apiGroup: "restore.neo4j.com" } };
  expect(readSettings([], {})).toMatchObject({ settings: { apiGroup: "neo4j.neo4j.com" } });
  expect(readSettings(["--api-group", "restore.neo4j.com"], {})).toMatchObject(own);
  expect(readSettings([], { API_GROUP: "restore.neo4j.com" })).toMatchObject(own);
  expect(readSettings(["--api-group", "restore"], {})).toEqual({
    ok: false,
    message: "--api-group restore: has no dot; a DNS name with a dot in it is allowed",
  });
});

test("all that is wrong is said, with what is allowed", () => {
  const answer = readSettings(["--port", "much", "--log-level", "loud"], {});
  expect(answer.ok ? "" : answer.message.split("\n")).toEqual([
    "--log-level loud: one of debug, info, warn, error is allowed",
    "--port much: a number from 0 to 65535 is allowed",
  ]);
  expect(readSettings(["--unknown"], {}).ok).toBe(false);
});
