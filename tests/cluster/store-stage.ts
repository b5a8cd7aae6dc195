/**
 * A stage whose server reaches a store of the lab: a bucket of its own, backups made into it by the server's own
 * neo4j-admin, Secrets with good and bad logins, and sources that name them.
 */
import { randomBytes } from "node:crypto";
import type { RestoreSource, StorageLocation } from "../../provider/spec/types.js";
import { openStore, type Store, type StoreKind } from "../../tools/lab/index.js";
import { Stage } from "./stage.js";

const schemes = { s3: "s3", gcs: "gs", azure: "azb" } as const satisfies Record<StoreKind, string>;

export class StoreStage {
  /** A stage that reaches the store already. */
  constructor(
    readonly stage: Stage,
    readonly store: Store,
  ) {}

  /** @param options `ownLogin`: the servers themselves have the store's login */
  static async open(
    kind: StoreKind,
    { ownLogin = false }: { readonly ownLogin?: boolean } = {},
  ): Promise<StoreStage> {
    const store = await openStore(kind, `stage-${randomBytes(4).toString("hex")}`, () => undefined);
    const access = ownLogin ? withOwnLogin(store) : store;
    const scene = new StoreStage(await Stage.open({ store: access }), store);
    await scene.secret("good");
    return scene;
  }

  /** A Secret with the store's login, and what is different in it. */
  async secret(name: string, other: Readonly<Record<string, string>> = {}): Promise<void> {
    const { cluster, namespace } = this.stage;
    const body = { metadata: { name }, stringData: { ...this.store.login, ...other } };
    await cluster.core.createNamespacedSecret({ namespace, body });
  }

  /** The store's bucket as a source names it. */
  storage(secret: string, other: Partial<StorageLocation> = {}): StorageLocation {
    const { storage } = this.store;
    return {
      ...storage,
      ...other,
      cloud: { ...storage.cloud, ...other.cloud, credentialsSecretRef: secret },
    };
  }

  source(backupPath: string, secret = "good", other: Partial<StorageLocation> = {}): RestoreSource {
    return {
      type: this.store.kind,
      storage: this.storage(secret, { path: "production/", ...other }),
      backupPath,
    };
  }

  /** The same, as a base that the tools image stages. */
  staged(backupPath: string, secret = "good", other: Partial<StorageLocation> = {}): RestoreSource {
    const { type, storage = {} } = this.source(backupPath, secret, other);
    const baseBackup = { type: "storage", storage: { ...storage, type }, backupPath };
    return { type: "pitr", pitr: { baseBackup, compression: {} } } as RestoreSource;
  }

  /** The URI of a folder below `production`. */
  uri(folder: string, root = "production/"): string {
    const { kind, bucket, login } = this.store;
    const top = kind === "azure" ? `${login["AZURE_STORAGE_ACCOUNT"] ?? ""}/${bucket}` : bucket;
    return `${schemes[kind]}://${top}/${root}${folder}`;
  }

  /** A full backup into that folder. @returns the artifact's name. */
  async backup(database: string, folder: string, root?: string): Promise<string> {
    const said = await this.stage.exec(
      "env",
      ...Object.entries(variablesOf(this.store)).map(([name, value]) => `${name}=${value}`),
      ...["sh", "-c", backUp, "sh", this.uri(folder, root), database],
    );
    const name = /artifact creation '([^']+)'/.exec(said)?.[1];
    if (name === undefined) throw new Error(`no artifact: ${said}`);
    return name;
  }

  close(): Promise<void> {
    return this.stage.close();
  }
}

/** The store, for servers that log in to it by themselves. */
export function withOwnLogin(store: Store): Store {
  return { ...store, env: { ...store.env, ...variablesOf(store) } };
}

/** What a process reaches the store with. */
function variablesOf({ storage: { cloud }, login }: Store): Readonly<Record<string, string>> {
  return {
    ...login,
    ...(cloud?.endpointURL === undefined ? {} : { AWS_ENDPOINT_URL_S3: cloud.endpointURL }),
    ...(cloud?.forcePathStyle === true ? { JAVA_TOOL_OPTIONS: "-Daws.s3.forcePathStyle=true" } : {}),
  };
}

/** A key file is made of the variable that holds its content, as the restore Job has it mounted. */
const backUp = `set -e
key=$(printenv GOOGLE_APPLICATION_CREDENTIALS_JSON || true)
if [ -n "$key" ]; then
  export GOOGLE_APPLICATION_CREDENTIALS=$(mktemp)
  printf %s "$key" > "$GOOGLE_APPLICATION_CREDENTIALS"
fi
neo4j-admin database backup --from=localhost:6362 --to-path="$1" --type=FULL "$2"
`;
