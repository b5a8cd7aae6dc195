// The lab's command line: what it accepts and how it refuses the rest.

import { parseInvocation, UsageError } from "../../../tools/lab/args.js";

const parse = (line: string): unknown => parseInvocation(line.split(" ").filter(Boolean));

test("verbs with their defaults", () => {
  expect(parse("")).toEqual({ command: { verb: "help" } });
  expect(parse("up --context kind-a")).toEqual({ command: { verb: "up" }, context: "kind-a" });
  expect(parse("standalone solo")).toEqual({
    command: { verb: "standalone", request: { name: "solo", namespace: "neo4j" } },
  });
  expect(parse("standalone solo -n team --password a/b --size 2Gi")).toEqual({
    command: {
      verb: "standalone",
      request: { name: "solo", namespace: "team", password: "a/b", size: "2Gi" },
    },
  });
  expect(parse("standalone solo --tls")).toMatchObject({ command: { request: { tls: true } } });
  expect(parse("cluster trio --tls --store s3")).toMatchObject({
    command: { request: { tls: true }, store: "s3" },
  });
  expect(parse("cluster graph --servers 5 --size 2Gi")).toEqual({
    command: { verb: "cluster", request: { name: "graph", namespace: "neo4j", servers: 5, size: "2Gi" } },
  });
  expect(parse("operator -n team")).toEqual({
    command: { verb: "operator", namespace: "team", deploy: false },
  });
  expect(parse("cypher graph orders CHECKPOINT --server 2")).toMatchObject({
    command: { verb: "cypher", target: "graph", server: 2 },
  });
  expect(parse("backup nightly --target solo --database orders")).toEqual({
    command: {
      verb: "backup",
      options: {
        name: "nightly",
        namespace: "neo4j",
        target: "solo",
        database: "orders",
        claim: "backups",
        form: "head",
        type: "FULL",
      },
    },
  });
  expect(parseInvocation(["cypher", "solo", "orders", "RETURN 1 AS one"]).command).toEqual({
    verb: "cypher",
    namespace: "neo4j",
    target: "solo",
    database: "orders",
    statement: "RETURN 1 AS one",
  });
  expect(parse("store gcs --name vault")).toEqual({
    command: { verb: "store", kind: "gcs", bucket: "vault", namespace: "neo4j" },
  });
  expect(parse("standalone solo --store azure")).toMatchObject({ command: { store: "azure" } });
  expect(parse("delete claim backups")).toEqual({
    command: { verb: "delete", kind: "claim", namespace: "neo4j", name: "backups" },
  });
});

test.each([
  ["rise", "there is no verb rise"],
  ["up now", "up takes: nothing"],
  ["up --colour", "--colour"],
  ["down --context kind-a", "own cluster only"],
  ["standalone", "standalone takes: NAME"],
  ["standalone solo --target x", "--target belongs to backup"],
  ["backup b --database d", "needs --target"],
  ["backup b --target t", "needs --database"],
  ["backup b --target t --database d --form new", "--form is one of era-s, head, not new"],
  ["cypher solo orders RETURN 1", "cypher takes: TARGET DATABASE STATEMENT"],
  ["cluster graph --servers none", "--servers is a whole number from 1, not none"],
  ["standalone solo --servers 3", "--servers belongs to cluster"],
  ["backup b --size 1Gi", "--size belongs to standalone and cluster"],
  ["store tape", "KIND is one of s3, gcs, azure, not tape"],
  ["store s3 --context kind-a", "own cluster only"],
  ["up --name x", "--name belongs to store"],
  ["standalone solo --store tape", "--store is one of s3, gcs, azure, not tape"],
  ["delete pod x", "KIND is one of standalone, cluster, backup, claim, not pod"],
])("%s is refused", (line, message) => {
  expect(() => parse(line)).toThrow(UsageError);
  expect(() => parse(line)).toThrow(message);
});
