/** On which node a Job can have its claims, where no server runs to say it. */
import { nodeOfClaims } from "../../../provider/plan/preflight-claims.js";
import { claim, problems, request, silent, target, well } from "./preflight-bench.js";

const used = (name: string, node: string | undefined, accessModes = ["ReadWriteOnce"]) =>
  claim(name, { accessModes, users: [{ pod: `pod-of-${name}`, ...(node === undefined ? {} : { node }) }] });

test.each([
  ["none is in use", [claim("backups")], undefined],
  ["its pod is not placed yet", [used("backups", undefined)], undefined],
  ["many nodes may have it", [used("backups", "node-2", ["ReadOnlyMany", "ReadWriteMany"])], undefined],
  ["one is in use", [claim("data"), used("backups", "node-2")], "node-2"],
])("a Job's node: %s", (_title, claims, node) => {
  expect(nodeOfClaims(claims)).toBe(node);
});

const noServer = (dataNode: string) => ({
  ...well,
  target: { ...target, pods: [], dataClaims: [used("data", dataNode)] },
  server: silent("noPod", "no pod runs"),
  request: request({ stopCluster: true }),
  volumes: {},
  backupClaims: [used("backups", "node-2")],
});

test("without a server, claims in use on two nodes are refused", () => {
  expect(problems(noServer("node-2"))).toEqual([]);
  expect(problems(noServer("node-1"))).toEqual([
    [
      "ClaimPinnedElsewhere",
      "claim backups (ReadWriteOnce) is in use by pod pod-of-backups on node node-2; claim data by pod pod-of-data on node node-1, and no Job can mount both: stop one of the pods, or copy the backup to a claim that several nodes can mount",
    ],
  ]);
});
