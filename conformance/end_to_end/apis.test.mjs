// Both sides of an API with libhitkey-rp: who calls it (hk_api_call) and the API itself (hk_verify,
// hk_challenge, hk_resource_metadata), with access tokens that npm's oidc-provider makes (RFC 9068): bearer,
// bound by DPoP, bound by mutual TLS; step-up (RFC 9470), authorization details (RFC 9396) and API metadata
// (RFC 9728).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oauth4webapi from "oauth4webapi";
import { startTool, usingTool } from "./grants_tool.mjs";
import { startProvider } from "./oidc_provider.mjs";
import { Browser } from "./relying_party.mjs";
import { freePort, makeAuthority, makeCertificate, sleep } from "./server.mjs";
import { send } from "./wire.mjs";

const folder = mkdtempSync(join(tmpdir(), "apis-"));
const authority = makeAuthority(folder);
const badge = makeCertificate(folder, "badge", "badge");
const stranger = makeCertificate(folder, "stranger", "stranger");
const read = ({ cert, key }) => ({ cert: readFileSync(cert), key: readFileSync(key) });
const secret = randomBytes(32).toString("hex");
const another = "https://another.example/";
const trust = `ca_file=${authority.ca}`;
const caller = [`secret=${secret}`, trust];
const payment = [{ type: "payment", actions: ["initiate"], instructedAmount: { currency: "EUR", amount: "123.50" } }];
let api, provider;

// An API behind TLS that asks the tool about every request. `last`: the headers of the newest one.
async function startApi() {
  const port = await freePort();
  const origin = `https://localhost:${port}`;
  const served = { origin, last: undefined };
  const judge = async (request) => {
    const certificate = request.socket.getPeerX509Certificate();
    const file = join(folder, "presented.pem");
    if (certificate) writeFileSync(file, certificate.toString());
    const { authorization, dpop } = (served.last = request.headers);
    const answer = await served.tool.run("verify", request.method, origin + request.url, authorization, dpop, certificate && file);
    return { ...answer, status: Number(answer.text.slice(0, 3)), text: answer.text.slice(4) };
  };
  const places = {
    "/callback": (_request, response) => response.end(),
    "/.well-known/oauth-protected-resource": async (_request, response) => {
      const { text } = await served.tool.run("resource_metadata", `${origin}/`, "api:read api:write");
      response.writeHead(200, { "content-type": "application/json" }).end(text);
    },
  };
  const data = async (request, response) => {
    const { code, status, text } = await judge(request);
    const challenge = status === 200 ? {} : { "www-authenticate": text };
    response.writeHead(status, { "content-type": "application/json", ...challenge }).end(JSON.stringify(status === 200 ? { sub: text } : { code }));
  };
  const server = createServer({ ...read(authority), requestCert: true, rejectUnauthorized: false }, (request, response) => {
    (places[new URL(request.url, origin).pathname] ?? data)(request, response).catch?.((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  served.stop = () => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });
  return served;
}

function clients() {
  const client = (client_id, more) => ({
    client_id, client_secret: secret, redirect_uris: [`${api.origin}/callback`], grant_types: ["client_credentials", "authorization_code", "refresh_token"], ...more,
  });
  return [
    client("bearer", { authorization_details_types: ["payment"] }),
    client("prover", { dpop_bound_access_tokens: true }),
    client("badge", { tls_client_certificate_bound_access_tokens: true }),
  ];
}

const features = {
  dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
  mTLS: {
    enabled: true, certificateBoundAccessTokens: true,
    getCertificate: (context) => context.socket.getPeerX509Certificate(),
  },
  resourceIndicators: {
    enabled: true, useGrantedResource: () => true,
    getResourceServerInfo: (_context, resource) => ({ scope: "api:read api:write", audience: resource, accessTokenFormat: "jwt" }),
  },
  richAuthorizationRequests: {
    enabled: true, ack: "experimental-01", types: { payment: { validate: () => {} } },
    rarForAuthorizationCode: (context) => context.oidc.grant.rar,
    rarForCodeResponse: (context) => context.oidc.authorizationCode.rar,
    rarForIntrospectionResponse: (_context, token) => token.rar,
    rarForRefreshTokenResponse: (context) => context.oidc.refreshToken.rar,
  },
};

// RFC 9068 2.2.1: how the user authenticated, which the provider knows and leaves to its operator to tell.
function authentication({ oidc }) {
  const { acr, authTime } = oidc.entities.AuthorizationCode ?? {};
  return { acr, auth_time: authTime };
}

before(async () => {
  api = await startApi();
  provider = await startProvider({
    tls: { ...authority, requestCert: true, rejectUnauthorized: false }, clients: clients(), features,
    settings: {
      acrValues: ["gold"], extraTokenClaims: authentication, issueRefreshToken: () => true,
      scopes: ["openid", "email", "offline_access", "api:read", "api:write"],
    },
  });
  api.tool = startTool(provider.issuer, "api", trust, "skew_s=0");
});

after(async () => {
  const ended = await api?.tool?.end();
  await provider?.stop();
  await api?.stop();
  rmSync(folder, { recursive: true });
  assert.equal(ended, 0);
});

const data = () => `${api.origin}/data`;
const guard = (...needed) => api.tool.run("guard", `${api.origin}/`, ...needed);
const using = (client, settings, body) => usingTool(provider.issuer, client, [...caller, ...settings], body);

// What the API says to this request, made without the library.
async function ask(headers, { path = "/data", tls } = {}) {
  const answer = await send(api.origin, "GET", path, { headers, tls });
  return [answer.status, answer.json.code ?? answer.json.sub, answer.headers["www-authenticate"] ?? ""];
}

async function refuses(headers, { status = 401, code, challenge, ...way }) {
  const [came, said, header] = await ask(headers, way);
  assert.deepEqual([came, said], [status, code]);
  assert.match(header, challenge);
}

async function called(tool, client) {
  await guard("api:read");
  assert.equal((await tool.run("client_credentials", "api:read", `${api.origin}/`)).code, "HK_OK");
  assert.deepEqual(await tool.run("call", data()), { code: "HK_OK", oauth: "-", text: `200 {"sub":"${client}"}` });
  const { authorization, dpop } = api.last;
  return { authorization, dpop, token: authorization.split(" ")[1] };
}

test("a bearer token opens the API; for another API, altered or too weak it does not", () =>
  using("bearer", [], async (tool) => {
    const { authorization } = await called(tool, "bearer");
    assert.match(authorization, /^Bearer /);
    await refuses({}, { code: "HK_E_TOKEN", challenge: /^Bearer(?!.*error)/ });
    const middle = authorization.length - 20;
    const altered = authorization.slice(0, middle) + (authorization[middle] === "A" ? "B" : "A") + authorization.slice(middle + 1);
    await refuses({ authorization: altered }, { code: "HK_E_SIG", challenge: /error="invalid_token"/ });
    await guard("api:read api:write");
    const weak = await tool.run("call", data());
    assert.equal(weak.code, "HK_E_SCOPE");
    assert.match(weak.text, /^403 .*"scope":"api:read api:write"/);
    assert.equal((await tool.run("client_credentials", "api:read api:write", `${api.origin}/`)).code, "HK_OK");
    assert.equal((await tool.run("call", data())).code, "HK_OK");
    assert.equal((await tool.run("client_credentials", "api:read", another)).code, "HK_OK");
    await guard("api:read");
    assert.match((await tool.run("call", data())).text, /^401 .*"error":"invalid_token"/);
    await refuses(api.last, { code: "HK_E_AUD", challenge: /error="invalid_token"/ });
  }));

test("a token bound by DPoP opens the API with a fresh proof of its key alone", () =>
  using("prover", ["dpop=require"], async (tool) => {
    const { authorization, dpop, token } = await called(tool, "prover");
    assert.match(authorization, /^DPoP /);
    await refuses({ authorization: `Bearer ${token}` }, { code: "HK_E_BINDING", challenge: /error="invalid_token"/ });
    await refuses({ authorization }, { code: "HK_E_BINDING", challenge: /^DPoP/ });
    await refuses({ authorization, dpop }, { code: "HK_E_BINDING", challenge: /error="invalid_dpop_proof"/, path: "/other" });
  }));

test("a token bound by mutual TLS opens the API with that certificate alone", () =>
  using("badge", ["mtls_bound=require", `certificate=${badge.cert},${badge.key}`], async (tool) => {
    const { authorization } = await called(tool, "badge");
    assert.deepEqual((await ask({ authorization }, { tls: read(badge) })).slice(0, 2), [200, "badge"]);
    for (const tls of [undefined, read(stranger)]) {
      await refuses({ authorization }, { code: "HK_E_BINDING", challenge: /error="invalid_token"/, tls });
    }
  }));

// Signs Ada in, for the API; gives what hk_finish says.
async function signIn(tool, browser, { details, acr, age } = {}) {
  const begun = await tool.run("begin", `${api.origin}/`, details && JSON.stringify(details), acr, age);
  assert.equal(begun.code, "HK_OK", begun.text);
  const page = await browser.open(begun.text);
  assert.ok(page.url.startsWith(`${api.origin}/callback?`), page.text);
  return tool.run("finish", new URL(page.url).search.slice(1));
}

// The token is the API's, and not for userinfo.
const forApi = () => [`redirect_uri=${api.origin}/callback`, "scopes=openid offline_access api:read", "userinfo=off"];

test("step-up: the API wants a newer and better sign-in, and the provider asks for it", () =>
  using("bearer", forApi(), async (tool) => {
    const browser = new Browser();
    assert.equal((await signIn(tool, browser)).code, "HK_OK");
    await guard("api:read");
    assert.equal((await tool.run("call", data())).text, '200 {"sub":"ada"}');
    await sleep(3000);
    await guard("api:read", "gold", "2");
    const refused = await tool.run("call", data());
    assert.equal(refused.code, "HK_E_STEP_UP");
    const wanted = JSON.parse(refused.text.slice(4));
    assert.deepEqual([wanted.error, wanted.acr_values, wanted.max_age], ["insufficient_user_authentication", "gold", 2]);
    assert.equal((await signIn(tool, browser, { acr: wanted.acr_values, age: wanted.max_age })).code, "HK_OK");
    assert.equal((await tool.run("call", data())).text, '200 {"sub":"ada"}');
  }));

test("authorization details are asked for, granted, and in the token; refreshed too", () =>
  using("bearer", forApi(), async (tool) => {
    assert.equal((await signIn(tool, new Browser(), { details: payment })).code, "HK_OK");
    assert.deepEqual(JSON.parse((await tool.run("details")).text), payment);
    await guard("api:read");
    assert.equal((await tool.run("call", data())).code, "HK_OK");
    const claims = JSON.parse(Buffer.from(api.last.authorization.split(".")[1], "base64url"));
    assert.deepEqual(claims.authorization_details, payment);
    assert.equal((await tool.run("refresh")).code, "HK_OK");
    assert.deepEqual(JSON.parse((await tool.run("details")).text), payment);
  }));

test("authorization details of a type that the provider does not know are refused", () =>
  using("bearer", forApi(), async (tool) => {
    const refused = await signIn(tool, new Browser(), { details: [{ type: "unknown" }] });
    assert.deepEqual([refused.code, refused.oauth], ["HK_E_OAUTH", "invalid_authorization_details"]);
  }));

test("the API's metadata are what oauth4webapi takes", async () => {
  const resource = new URL(`${api.origin}/`);
  const get = async (url) => {
    const answer = await send(api.origin, "GET", new URL(url).pathname);
    return new Response(answer.text, { status: answer.status, headers: { "content-type": answer.headers["content-type"] } });
  };
  const answer = await oauth4webapi.resourceDiscoveryRequest(resource, { [oauth4webapi.customFetch]: get });
  const metadata = await oauth4webapi.processResourceDiscoveryResponse(resource, answer);
  assert.deepEqual(metadata.authorization_servers, [provider.issuer]);
  assert.deepEqual(metadata.scopes_supported, ["api:read", "api:write"]);
});
