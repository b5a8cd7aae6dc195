// Google: the server behind takes any credentials. Here a service account logs in with a token that its key has
// signed, gets an access token for it, and only who has one of those is let through. Of what is missing it says
// which it is, the bucket or the object, as Google does.

import { createPublicKey, randomBytes, verify, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { google } from "../kinds.js";
import { bodyOf, json, type Gate, type Reply } from "./gate.js";

export async function googleGate(folder: string, inner: number): Promise<Gate> {
  const key = createPublicKey(await readFile(path.join(folder, "private.pem"), "utf8"));
  const issued = new Set<string>();
  return async (request) => {
    if (request.url === "/token") return login(await bodyOf(request), key, issued);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    return issued.has(token) ? missing(request.url ?? "", inner) : refusal;
  };
}

/** Of listing and downloading; what else there is passes. */
async function missing(url: string, inner: number): Promise<Reply | undefined> {
  const [, bucket, object] = /\/storage\/v1\/b\/([^/?]+)\/o(?:\/([^?]+))?/.exec(url) ?? [];
  if (bucket === undefined || url.startsWith("/upload/")) return undefined;
  const place = `http://127.0.0.1:${inner}/storage/v1/b/${bucket}`;
  if ((await fetch(place)).status === 404) return notFound("The specified bucket does not exist.");
  if (object === undefined || (await fetch(`${place}/o/${object}`)).status !== 404) return undefined;
  return notFound(`No such object: ${bucket}/${decodeURIComponent(object)}`);
}

const notFound = (message: string): Reply =>
  json(404, { error: { code: 404, message, errors: [{ message, domain: "global", reason: "notFound" }] } });

const refusal = json(401, {
  error: {
    code: 401,
    message: "Invalid Credentials",
    errors: [{ message: "Invalid Credentials", domain: "global", reason: "authError" }],
  },
});

function login(form: string, key: KeyObject, issued: Set<string>): Reply {
  const assertion = new URLSearchParams(form).get("assertion") ?? "";
  const [header = "", claims = "", signature = ""] = assertion.split(".");
  const signed = verify(
    "RSA-SHA256",
    Buffer.from(`${header}.${claims}`),
    key,
    Buffer.from(signature, "base64url"),
  );
  if (!signed) return json(400, { error: "invalid_grant", error_description: "Invalid JWT Signature." });
  const { iss } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as { readonly iss?: string };
  if (iss !== google.email) {
    return json(400, { error: "invalid_grant", error_description: "Invalid grant: account not found" });
  }
  const token = randomBytes(16).toString("hex");
  issued.add(token);
  return json(200, { access_token: token, expires_in: 3600, token_type: "Bearer" });
}
