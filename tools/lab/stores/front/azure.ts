// Azure: Azurite checks that a token is for storage and not expired, but there is nobody to get one from. This is
// the token endpoint of a tenant with one application, its secret and an expired one.

import { createHmac, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import path from "node:path";
import { azure } from "../kinds.js";
import { bodyOf, json, type Reply } from "./gate.js";

export async function azureLogin(folder: string): Promise<Server> {
  const [cert, key] = await Promise.all([
    readFile(path.join(folder, "server.pem")),
    readFile(path.join(folder, "server.key")),
  ]);
  return createServer({ cert, key }, (request, response) => {
    bodyOf(request).then(
      (form) => {
        const [place = ""] = (request.url ?? "").split("?");
        const { status, type, body } =
          place === discovery
            ? json(200, configuration(request.headers.host ?? ""))
            : login(place, new URLSearchParams(form));
        response.writeHead(status, { "content-type": type }).end(body);
      },
      (error: unknown) => {
        console.error(error);
        response.writeHead(500).end();
      },
    );
  });
}

const tokens = `/${azure.tenant}/oauth2/v2.0/token`;

/** Where Microsoft's library for Go first asks for the tenant's places; the one for Java knows them. */
const discovery = `/${azure.tenant}/v2.0/.well-known/openid-configuration`;

const configuration = (host: string): object => ({
  issuer: `https://${host}/${azure.tenant}/v2.0`,
  authorization_endpoint: `https://${host}/${azure.tenant}/oauth2/v2.0/authorize`,
  token_endpoint: `https://${host}${tokens}`,
});

function login(place: string, form: URLSearchParams): Reply {
  if (place !== tokens) {
    return refusal("invalid_request", "AADSTS90002: Tenant not found.");
  }
  if (form.get("client_id") !== azure.client) {
    return refusal("unauthorized_client", "AADSTS700016: Application was not found in the directory.");
  }
  switch (form.get("client_secret")) {
    case azure.secret:
      return json(200, {
        access_token: token(),
        expires_in: 3600,
        ext_expires_in: 3600,
        token_type: "Bearer",
      });
    case azure.expiredSecret:
      return refusal("invalid_client", "AADSTS7000222: The provided client secret keys are expired.");
    default:
      return refusal("invalid_client", "AADSTS7000215: Invalid client secret provided.");
  }
}

const refusal = (error: string, description: string): Reply =>
  json(401, { error, error_description: description });

/** Azurite reads what it says and does not verify who signed it. */
function token(): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const body = [
    encode({ alg: "HS256", typ: "JWT" }),
    encode({
      aud: "https://storage.azure.com",
      iss: `https://sts.windows.net/${azure.tenant}/`,
      appid: azure.client,
      tid: azure.tenant,
      iat: now - 60,
      nbf: now - 60,
      exp: now + 3600,
    }),
  ].join(".");
  return `${body}.${createHmac("sha256", randomBytes(32)).update(body).digest("base64url")}`;
}
