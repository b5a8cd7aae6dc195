/** Hook Jobs in full: what their containers are given, whom they reach by name, and what is left of them. */
import type * as k8s from "@kubernetes/client-node";
import type { RestoreHookJob, RestoreHooks } from "../../provider/spec/types.js";
import { debianReference, defaultPassword, waitFor } from "../../tools/lab/index.js";
import { adminSecretName } from "../../tools/lab/objects/standalone.js";
import { expectGivenBack, expectRestored } from "./expectations.js";
import { jobsOf } from "./look.js";
import { Stage, target } from "./stage.js";

jest.setTimeout(180_000);

/** A client in bash: dials ADDRESS, logs in and runs STATEMENT on DATABASE; fails where Neo4j answers FAILURE. */
const client = String.raw`
set -eu
text() { printf "\xd0\x$(printf %02x "${"${#1}"}")%s" "$1"; }
send() { printf "\x$(printf %02x $(($(wc -c < "$1") / 256)))\x$(printf %02x $(($(wc -c < "$1") % 256)))"; cat "$1"; printf '\0\0'; }
exec 3<> "/dev/tcp/${"${ADDRESS%:*}"}/${"${ADDRESS#*:}"}"
printf '\x60\x60\xb0\x17\0\0\2\5\0\0\0\0\0\0\0\0\0\0\0\0' >&3
version=$(head -c 4 <&3 | od -An -tx1 | tr -d ' \n')
test "$version" = 00000205 || { echo "no Bolt 5.2 at $ADDRESS: $version" >&2; exit 1; }
{ printf '\xb1\x01\xa1'; text user_agent; text hook; } > /tmp/hello
{ printf '\xb1\x6a\xa3'; text scheme; text basic; text principal; text "$NAME"; text credentials; text "$PASSWORD"; } > /tmp/logon
{ printf '\xb3\x10'; text "$STATEMENT"; printf '\xa0\xa1'; text db; text "$DATABASE"; } > /tmp/run
{ printf '\xb1\x3f\xa1'; text n; printf '\xff'; } > /tmp/pull
answer() { # one message, its chunks up to the empty one; what was asked before is done once it is here
  message=
  while :; do
    raw=$(head -c 2 <&3 | od -An -tx1 | tr -d ' \n')
    test -n "$raw" || { echo "Neo4j closed the connection" >&2; exit 3; }
    size=$((16#$raw))
    if test "$size" -gt 0; then
      message=$message$(head -c "$size" <&3 | od -An -tx1 | tr -d ' \n')
    elif test -n "$message"; then
      break
    fi
  done
  case $message in b170*) ;; *) echo "Neo4j refused: $message" >&2; exit 2 ;; esac
}
for message in hello logon run pull; do send /tmp/$message >&3; answer; done
`;

let stage: Stage;
const name = "orders";
beforeAll(async () => {
  stage = await Stage.open();
  await stage.database(name, "monday");
  await stage.backup(name, name);
  await stage.mark(name, "tuesday");
  const { namespace, cluster } = stage;
  const body = { metadata: { name: "hook-settings" }, data: { greeting: "hello from a ConfigMap" } };
  await cluster.core.createNamespacedConfigMap({ namespace, body });
}, 300_000);
afterAll(() => stage.close());

type Env = NonNullable<RestoreHookJob["template"]["container"]["env"]>;

const job = (script: string, env: Env): RestoreHooks => ({
  job: {
    template: {
      container: { image: debianReference, command: ["bash", "-c"], args: [script], env },
    },
  },
});

const secret = (variable: string, key: string): Env[number] => ({
  name: variable,
  valueFrom: { secretKeyRef: { name: adminSecretName(target), key } },
});

test("a container reaches the database by its Service's name, with a login from the Secret", async () => {
  const env: Env = [
    { name: "ADDRESS", value: `${target}-client:7687` },
    { name: "DATABASE", value: name },
    { name: "STATEMENT", value: "CREATE (:Mark {text: 'by the hook'})" },
    secret("NAME", "username"),
    secret("PASSWORD", "password"),
  ];
  const report = await stage.restore({ name, force: true, options: { postRestore: job(client, env) } });
  await expectRestored(stage, report, ["by the hook", "monday"]);
  expect(JSON.stringify(report)).not.toContain(defaultPassword);
  expect((await jobsOf(stage, name)).map(({ metadata }) => metadata?.name)).toEqual([`${name}-restore`]);
  const pods = await stage.cluster.core.listNamespacedPod({ namespace: stage.namespace });
  expect(pods.items.filter(({ metadata }) => metadata?.name?.includes("hook") === true)).toEqual([]);
});

test("env comes as written: literals, keys of Secrets and ConfigMaps, and what is optional", async () => {
  const fromMap = (variable: string, key: string, optional?: boolean): Env[number] => ({
    name: variable,
    valueFrom: { configMapKeyRef: { name: "hook-settings", key, ...(optional ? { optional } : {}) } },
  });
  const env: Env = [
    { name: "LITERAL", value: "5$ and $$HOME" },
    { name: "COMPOSED", value: "$(LITERAL)!" },
    fromMap("GREETING", "greeting"),
    fromMap("MAYBE", "absent", true),
    secret("NAME", "username"),
  ];
  const script =
    'test "$LITERAL" = \'5$ and $HOME\' -a "$COMPOSED" = \'5$ and $HOME!\' -a "$GREETING" = "hello from a ConfigMap" ' +
    '-a "$NAME" = neo4j -a -z "${MAYBE-}"';
  await stage.mark(name, "wednesday");
  const options = { preRestore: job(script, env) };
  const report = await stage.restore({ name, force: true, trigger: "env", options });
  await expectRestored(stage, report, ["monday"]);
});

test("a hook that takes too long is deleted and has failed, its last words are kept; nothing was touched", async () => {
  await stage.mark(name, "thursday");
  const preRestore = {
    job: {
      timeout: "15s",
      template: {
        container: { image: debianReference, command: ["bash", "-c", "echo step 3 of 9; exec sleep 600"] },
      },
    },
  };
  const report = await stage.restore({ name, force: true, trigger: "late", options: { preRestore } });
  await expectGivenBack(stage, report, "PreHookFailed", ["monday", "thursday"]);
  expect(report.failure?.message).toContain("within its timeout of 15s and is deleted: step 3 of 9;");
  expect(report.failure?.hints).toContain("last lines: step 3 of 9");
  expect((await jobsOf(stage, name)).map(({ metadata }) => metadata?.name)).not.toContain(
    `${name}-pre-restore-hook`,
  );
  expect(await running()).toEqual([]);
});

test("backoffLimit: tried again so often, then it has failed", async () => {
  const preRestore = {
    job: {
      template: {
        backoffLimit: 1,
        container: { image: debianReference, command: ["bash", "-c", "echo no >&2; exit 7"] },
      },
    },
  };
  const report = await stage.restore({ name, force: true, trigger: "again", options: { preRestore } });
  expect(report.failure?.reason).toBe("PreHookFailed");
  expect(report.failure?.message).toMatch(
    /exit code 7.*: no; see kubectl -n \S+ logs job\/orders-pre-restore-hook/,
  );
  // Kubernetes counts a failed pod a moment after it has ended.
  await waitFor<k8s.V1Job>(stage.cluster.config, {
    what: "both attempts to be counted",
    path: `/apis/batch/v1/namespaces/${stage.namespace}/jobs`,
    name: `${name}-pre-restore-hook`,
    timeoutMs: 30_000,
    done: ({ status }) => status?.failed === 2,
  });
});

async function running(): Promise<readonly (string | undefined)[]> {
  const pods = await stage.cluster.core.listNamespacedPod({
    namespace: stage.namespace,
    labelSelector: `batch.kubernetes.io/job-name=${name}-pre-restore-hook`,
  });
  return pods.items.flatMap(({ metadata, status }) => (status?.phase === "Running" ? [metadata?.name] : []));
}
