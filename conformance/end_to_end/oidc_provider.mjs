// npm's oidc-provider with the grants that hitkey-authz does not offer yet, for the relying-party library:
// client credentials, the device flow, introspection, revocation, pushed requests, DPoP, CIBA. Ada is
// signed in and agrees wherever a page would ask.
import "./localhost.mjs";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import Provider from "oidc-provider";
import { freePort } from "./server.mjs";

const jwk = (type, options, rest) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }), ...rest });

function configuration(secret, more) {
  const confidential = { client_secret: secret, redirect_uris: [], response_types: [] };
  return {
    claims: { openid: ["sub"], email: ["email"] },
    clients: [
      { client_id: "job", ...confidential, grant_types: ["client_credentials"] },
      {
        client_id: "television", token_endpoint_auth_method: "none", application_type: "native", redirect_uris: [],
        response_types: [], grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
      },
      ...(more.clients ?? []),
    ],
    cookies: { keys: [randomBytes(16).toString("hex")] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      ...more.features,
    },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.com` }) }),
    jwks: {
      keys: [
        jwk("rsa", { modulusLength: 2048 }, { use: "sig", alg: "RS256", kid: "rsa" }),
        jwk("ec", { namedCurve: "P-256" }, { use: "sig", alg: "ES256", kid: "ec" }),
      ],
    },
    scopes: ["openid", "email", "offline_access", "api:read"],
    ...more.settings,
  };
}

// What /resource says to a token: whose it is, and how far it reaches.
async function resource(provider, request, response) {
  const value = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const token = value && (await provider.ClientCredentials.find(value));
  response.writeHead(token ? 200 : 401, { "content-type": "application/json" });
  response.end(JSON.stringify(token ? { client_id: token.clientId, scope: token.scope } : {}));
}

function grantOf(provider, clientId, scope) {
  const grant = new provider.Grant({ accountId: "ada", clientId });
  grant.addOIDCScope(scope);
  return grant;
}

// To all that is asked for: scopes, at every API, and authorization details.
function consent(provider, params) {
  const grant = grantOf(provider, params.client_id, params.scope);
  for (const api of [params.resource ?? []].flat()) grant.addResourceScope(api, params.scope);
  for (const detail of JSON.parse(params.authorization_details ?? "[]")) grant.addRar(detail);
  return grant.save();
}

// Does what a person does at /device, without the pages.
async function approve(provider, userCode) {
  const code = await provider.DeviceCode.findByUserCode(userCode.replace(/[^A-Z0-9]/gi, ""));
  const grant = grantOf(provider, code.clientId, code.params.scope);
  Object.assign(code, {
    accountId: "ada", authTime: Math.floor(Date.now() / 1000), grantId: await grant.save(), scope: code.params.scope,
    sessionUid: "session", expiresWithSession: false,
  });
  await code.save();
}

// Answers what the sign-in asks, without the pages.
async function interact(provider, request, response) {
  const { params, prompt } = await provider.interactionDetails(request, response);
  const result = prompt.name === "login"
    ? { login: { accountId: "ada", acr: params.acr_values?.split(" ")[0] } }
    : { consent: { grantId: await consent(provider, params) } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

// Says yes on the device that a backchannel request went to.
async function approveBackchannel(provider, authReqId) {
  const request = await provider.BackchannelAuthenticationRequest.find(authReqId);
  const grant = grantOf(provider, request.clientId, request.params.scope);
  await grant.save();
  await provider.backchannelResult(request, grant, { authTime: Math.floor(Date.now() / 1000) });
}

// `more`: clients, features and settings beside the ones above; `tls`: https, with the
// files `cert` and `key` and what else https.createServer takes.
export async function startProvider(more = {}) {
  const port = await freePort();
  const issuer = `${more.tls ? "https" : "http"}://localhost:${port}`;
  const secret = randomBytes(32).toString("hex");
  const provider = new Provider(issuer, configuration(secret, more));
  const callback = provider.callback();
  const listener = (request, response) => {
    if (request.url === "/resource") return resource(provider, request, response);
    if (!request.url.startsWith("/interaction/")) return callback(request, response);
    return interact(provider, request, response).catch((error) => response.writeHead(400).end(String(error)));
  };
  const server = more.tls
    ? createTlsServer({ ...more.tls, cert: readFileSync(more.tls.cert), key: readFileSync(more.tls.key) }, listener)
    : createServer(listener);
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    issuer, secret, provider,
    approve: (userCode) => approve(provider, userCode),
    approveBackchannel: (authReqId) => approveBackchannel(provider, authReqId),
    stop: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }),
  };
}
