/** The examples that restore from a Neo4jBackup, stop the cluster, or go to a point in time. */
import { setTimeout as pause } from "node:timers/promises";
import { toolsReference } from "../../tools/lab/index.js";
import { ExamplesStage, inStore } from "./examples-stage.js";
import { runPod } from "./helper-pod.js";
import { backups } from "./stage.js";

jest.setTimeout(600_000);

let on: ExamplesStage;
beforeAll(async () => {
  on = await ExamplesStage.open();
}, 400_000);
afterAll(() => on.close());

/** Database and Neo4jBackup as the program names them. */
test.each([
  ["simple", "testdb", "daily-test-backup"],
  ["standalone", "app-db", "dev-daily-backup"],
])("%s", async (example, database, backup) => {
  await on.stage.database(database, "monday");
  await on.stage.backup(backup, database);
  await on.stage.mark(database, "tuesday");
  await on.expectUp(example, database, {}, ["monday"]);
  await on.drop(database);
});

/** The program stops the cluster. */
test("offline", async () => {
  const [database, folder] = ["large-graph", "backups/large-graph/backup-20250120-020000"];
  const { s3 } = on.stores;
  await on.stage.database(database, "monday");
  await s3.backup(database, folder, "large-graph/");
  await on.stage.mark(database, "tuesday");
  await on.expectUp("offline", database, inStore(s3.store), ["monday"]);
  await on.drop(database);
});

/** Constant: what follows the base in /backup/FOLDER goes to the bucket, packed and encrypted. */
const ship = `set -e
export HOME=/tmp GNUPGHOME=/tmp/gnupg; mkdir -m 700 "$GNUPGHOME"; cd "/backup/$1"
for file in *.backup; do
  [ "$file" != "$2" ] || continue
  lz4 -q -c "$file" | gpg --batch --quiet --pinentry-mode loopback --passphrase "$3" --symmetric --cipher-algo AES256 -o "/tmp/$file.lz4.gpg"
  rclone --config "" copyto --s3-no-check-bucket "/tmp/$file.lz4.gpg" "logs:$4/$file.lz4.gpg"
  rm "$file"
done
`;

test("pitr", async () => {
  const [database, passphrase] = ["production-db", "a key of many words"];
  const { store } = on.stores.s3;
  await on.stage.database(database, "monday");
  const base = await on.stage.backup("daily-production-backup", database);
  await on.stage.mark(database, "tuesday");
  const pointInTime = await quietSecond();
  await on.stage.mark(database, "wednesday");
  await on.stage.backup("daily-production-backup", database, "head", "DIFF");
  await runPod(on.stage, {
    image: toolsReference,
    argv: [
      "/bin/sh",
      "-c",
      ship,
      "ship",
      base.folder,
      base.artifact,
      passphrase,
      `${store.bucket}/production/logs`,
    ],
    claims: { "/backup": backups },
    env: {
      ...{ RCLONE_CONFIG_LOGS_TYPE: "s3", RCLONE_CONFIG_LOGS_PROVIDER: "Other" },
      RCLONE_CONFIG_LOGS_ENDPOINT: store.storage.cloud?.endpointURL ?? "",
      RCLONE_CONFIG_LOGS_FORCE_PATH_STYLE: "true",
      RCLONE_CONFIG_LOGS_ACCESS_KEY_ID: store.login["AWS_ACCESS_KEY_ID"] ?? "",
      RCLONE_CONFIG_LOGS_SECRET_ACCESS_KEY: store.login["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  });
  const body = { metadata: { name: "transaction-log-encryption" }, stringData: { key: passphrase } };
  await on.stage.cluster.core.createNamespacedSecret({ namespace: on.stage.namespace, body });
  const config = { ...inStore(store), pointInTime, toolsImage: toolsReference };
  await on.expectUp("pitr", database, config, ["monday", "tuesday"]);
});

/** A second in which nothing happens: the resolution of a point in time. */
async function quietSecond(): Promise<string> {
  const next = Math.floor(Date.now() / 1000) * 1000 + 1000;
  await pause(next + 1000 - Date.now());
  return new Date(next).toISOString().replace(".000Z", "Z");
}
