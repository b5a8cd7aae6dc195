/** source.type pitr: what follows the base lies on another claim, packed and encrypted by the programs people use. */
import { setTimeout as pause } from "node:timers/promises";
import type { PITRConfig, RestoreSource } from "../../provider/spec/types.js";
import { backupClaim } from "../../tools/lab/objects/backup.js";
import { apply, toolsReference } from "../../tools/lab/index.js";
import { expectRestored, untouched } from "./expectations.js";
import { runPod } from "./helper-pod.js";
import { backups, logs, Stage, type Wish } from "./stage.js";

jest.setTimeout(600_000);

const name = "orders";
const passphrase = "a passphrase: $HOME 'and' \"more\"";
let stage: Stage;
/** A moment after each mark and before the next. */
const after: Record<string, string> = {};
/** The end of the history. */
let end: number;

/** Constant: /backup/orders/FIRST stays, what follows goes to /logs, once in each wrapping. */
const wrap = `set -e
export GNUPGHOME=/tmp/gnupg; mkdir -m 700 "$GNUPGHOME"; mkdir -p /logs/gpg /logs/age
age-keygen -o /tmp/identity 2>/dev/null; recipient=$(age-keygen -y /tmp/identity)
cd "/backup/$1"
for file in *.backup; do
  [ "$file" != "$2" ] || continue
  gzip -c "$file" | gpg --batch --quiet --pinentry-mode loopback --passphrase "$3" --symmetric --cipher-algo AES256 -o "/logs/gpg/$file.gz.gpg"
  zstd -q -c "$file" | age -r "$recipient" -o "/logs/age/$file.zst.age"
  rm "$file"
done
grep '^AGE-SECRET-KEY' /tmp/identity > /dev/termination-log
`;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.database(name, "one");
  const base = await stage.backup(name, name);
  await mark("two");
  await stage.backup(name, name, "head", "DIFF");
  await mark("three");
  await mark("four");
  await stage.backup(name, name, "head", "DIFF");
  end = Date.now();
  await apply(stage.cluster, backupClaim(logs, stage.namespace));
  const identity = await runPod(stage, {
    image: toolsReference,
    argv: ["/bin/sh", "-c", wrap, "wrap", base.folder, base.artifact, passphrase],
    claims: { "/backup": backups, "/logs": logs },
  });
  await secret("gpg-key", { key: passphrase });
  await secret("age-key", { identity });
  await secret("wrong-key", { key: "something else" });
}, 500_000);
afterAll(() => stage.close());

async function mark(text: string): Promise<void> {
  await stage.mark(name, text);
  const next = Math.floor(Date.now() / 1000) * 1000 + 1000;
  await pause(next + 1000 - Date.now());
  after[text] = new Date(next).toISOString().replace(".000Z", "Z");
}

async function secret(called: string, stringData: Readonly<Record<string, string>>): Promise<void> {
  const { core } = stage.cluster;
  await core.createNamespacedSecret({
    namespace: stage.namespace,
    body: { metadata: { name: called }, stringData },
  });
}

const gpg = { enabled: true, keySecret: "gpg-key" } as const;

function wish(
  trigger: string,
  pointInTime: string | undefined,
  pitr: Partial<PITRConfig>,
  folder = "gpg",
): Wish {
  const source: RestoreSource = {
    type: "pitr",
    ...(pointInTime === undefined ? {} : { pointInTime }),
    pitr: {
      baseBackup: { type: "storage", storage: { type: "pvc", pvc: { name: backups } }, backupPath: name },
      logStorage: { type: "pvc", pvc: { name: logs }, path: folder },
      ...pitr,
    },
  };
  return { name, source, trigger, force: true, connection: { toolsImage: toolsReference } };
}

/** No copy of a backup is left on the volume of the data. */
async function noPlainCopies(): Promise<void> {
  expect(await stage.exec("sh", "-c", "find /data -name '*.backup*' | head -n 5")).toBe("");
}

test("a wrong key: nothing is restored, nothing is left, and the message says whose key it was", async () => {
  const still = await untouched(stage, name);
  const encryption = { enabled: true, keySecret: "wrong-key" };
  const report = await stage.restore({ ...wish("wrong", after["two"], { encryption }), stopCluster: true });
  expect(report.failure?.reason).toBe("DecryptionFailed");
  expect(report.failure?.message).toMatch(
    /orders-.*\.backup\.gz\.gpg could not be decrypted \(AES256\) with key key of Secret wrong-key: nothing was restored/,
  );
  await noPlainCopies();
  await still();
});

test("gzip and OpenPGP, up to a moment", async () => {
  const report = await stage.restore(wish("gpg", after["three"], { encryption: gpg }));
  await expectRestored(stage, report, ["one", "three", "two"]);
  expect(report.status.backupInfo?.backupPath).toMatch(
    /^\/neo4j-restore-logs\/gpg\/orders-.*\.backup\.gz\.gpg$/,
  );
  await noPlainCopies();
});

test("zstd and age, everything that follows the base, with the server down", async () => {
  const encryption = {
    enabled: true,
    algorithm: "ChaCha20Poly1305",
    keySecret: "age-key",
    keySecretKey: "identity",
  } as const;
  const report = await stage.restore({
    ...wish("age", undefined, { encryption, compression: { algorithm: "zstd" } }, "age"),
    stopCluster: true,
  });
  await expectRestored(stage, report, ["four", "one", "three", "two"]);
  await noPlainCopies();
});

test("a gap is judged by the objective", async () => {
  const point = new Date(end + 30_000).toISOString();
  const refused = await stage.restore(wish("gap", point, { encryption: gpg, recoveryPointObjective: "1s" }));
  expect(refused.failure?.reason).toBe("PointNotReachable");
  expect(refused.failure?.message).toMatch(
    /the newest reachable point is .* UTC \(\d+ s before it; recoveryPointObjective allows 1 s\)/,
  );
  const report = await stage.restore(
    wish("gap accepted", point, { encryption: gpg, recoveryPointObjective: "1h" }),
  );
  await expectRestored(stage, report, ["four", "one", "three", "two"]);
});
