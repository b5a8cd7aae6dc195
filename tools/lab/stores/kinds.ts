// The stores of the lab: which there are, where they listen, and who may log in. All of it is only reachable on
// this machine, so nothing here is a secret.

import type { Layout } from "../layout.js";

export const storeKinds = ["s3", "gcs", "azure"] as const;
export type StoreKind = (typeof storeKinds)[number];

/** What pods and this machine reach; `inner` is the server behind a front, where there is one. */
export const ports = {
  s3: { outer: 7480, inner: 7490 },
  gcs: { outer: 7481, inner: 7491 },
  azure: { outer: 7482, inner: 7492 },
} as const satisfies Record<StoreKind, { readonly outer: number; readonly inner: number }>;

export const storeFolder = (lab: Layout, kind: StoreKind): string => lab.at("stores", kind);

export const aws = {
  id: "AKIALABLABLABLABLAB0",
  secret: "lab-secret-access-key",
  expiredToken: "expired",
} as const;

export const azure = {
  /** Azurite's own account and its key, as everybody knows them. */
  account: "devstoreaccount1",
  key: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
  tenant: "3f1c2c52-26d8-4e53-a0e5-6f3b0a1d9c11",
  client: "8d6b8c0e-0f5f-4b0f-9f39-8a2f1c7f6e22",
  secret: "lab-client-secret",
  expiredSecret: "lab-client-secret-of-last-year",
} as const;

export const google = { email: "lab@standin.iam.gserviceaccount.com", project: "standin" } as const;
