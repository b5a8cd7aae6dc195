// What may be secret appears in no issue, wherever it stands and however wrong it is.

import { parseRestore } from "../../../provider/spec/parse.js";
import { restore, withOptions, withStorage } from "./documents.js";

const secret = "hunter2";
const hook = (container: object): object => withOptions({ preRestore: { job: { template: { container } } } });

test.each<readonly [string, object]>([
  ["connection as a text", restore({}, { connection: secret })],
  ["a kubeconfig as a list", restore({}, { connection: { kubeconfig: [secret] } })],
  ["a misspelled kubeconfig", restore({}, { connection: { kubeconfg: secret } })],
  ["an unknown field of the document", restore({}, { password: secret })],
  ["a statement as an object", withOptions({ preRestore: { cypherStatements: [{ [secret]: secret }] } })],
  ["statements as a text", withOptions({ preRestore: { cypherStatements: secret } })],
  ["hooks as a text", withOptions({ preRestore: secret })],
  ["variables as a map", hook({ image: "a", env: { A: secret } })],
  ["a variable as a text", hook({ image: "a", env: [`A=${secret}`] })],
  [
    "a variable with value and source",
    hook({ image: "a", env: [{ name: "A", value: secret, valueFrom: {} }] }),
  ],
  ["an argument as a text", hook({ image: "a", args: secret })],
  ["an annotation as a list", restore({}, { metadata: { name: "r", annotations: { a: [secret] } } })],
  [
    "an endpoint",
    withStorage({ type: "s3", bucket: "b", cloud: { endpointURL: `https://u:${secret}@minio` } }),
  ],
])("%s", (_, document) => {
  const result = parseRestore(document);
  if (result.ok) throw new Error("accepted");
  const told = result.issues.filter(({ path }) => !path.includes(secret));
  expect(JSON.stringify(told)).not.toContain(secret);
});
