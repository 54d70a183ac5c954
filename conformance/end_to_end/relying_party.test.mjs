// libhitkey-rp signs people in at other people's providers, and at ours: over real sockets, with the keys,
// clients and pages that each has. docs/rp/interop.md says what is seen.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { spawn } from "node:child_process";
import { createPublicKey, generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { managesRegistration } from "./grants_tool.mjs";
import { startProvider } from "./oidc_provider.mjs";
import { Browser, startRelyingParty } from "./relying_party.mjs";
import { freePort, makeAuthority, makeCertificate, Server, sleep } from "./server.mjs";
import { send, unescape } from "./wire.mjs";

const password = "a quiet river in may";
const folder = mkdtempSync(join(tmpdir(), "relying-party-"));
const file = (name) => join(folder, name);
const authority = makeAuthority(folder);
const providers = {};

// A private key in a file, and what is published of it.
function makeKey(name, type, options, rest) {
  const { privateKey } = generateKeyPairSync(type, options);
  writeFileSync(file(`${name}.pem`), privateKey.export({ type: "pkcs8", format: "pem" }));
  return { ...createPublicKey(privateKey).export({ format: "jwk" }), kid: name, ...rest };
}

function makeClientCertificate() {
  const { cert, key } = makeCertificate(folder, "client", "client");
  const certificate = new X509Certificate(readFileSync(cert));
  const jwk = certificate.publicKey.export({ format: "jwk" });
  return { cert, key, jwk: { ...jwk, x5c: [certificate.raw.toString("base64")] } };
}

const signing = makeKey("signing", "ec", { namedCurve: "P-256" }, { use: "sig", alg: "ES256" });
const encryption = makeKey("encryption", "rsa", { modulusLength: 2048 }, { use: "enc", alg: "RSA-OAEP-256" });
const certificate = makeClientCertificate();
const owned = makeAuthority(folder, "members");

const signingEnv = { RP_PRIVATE_KEY: file("signing.pem"), RP_PRIVATE_KEY_ID: "signing", RP_PRIVATE_KEY_ALG: "ES256" };
const keyed = {
  metadata: { token_endpoint_auth_method: "private_key_jwt", token_endpoint_auth_signing_alg: "ES256", jwks: { keys: [signing] } },
  env: { RP_CLIENT_AUTH: "private_key_jwt", ...signingEnv },
};
const signedRequest = {
  metadata: { request_object_signing_alg: "ES256", jwks: { keys: [signing] } },
  env: { RP_CLIENT_AUTH: "client_secret_basic", RP_REQUEST_TYPE: "request_object", RP_REQUEST_OBJECT_ALG: "ES256", ...signingEnv },
};
const opened = { RP_DECRYPTION_KEY: file("encryption.pem"), RP_DECRYPTION_KEY_ID: "encryption" };
const mtls = (cert, key) => ({ RP_TLS_CERT: cert, RP_TLS_KEY: key });

const mixed = (...parts) => ({
  metadata: Object.assign({}, ...parts.map((part) => part.metadata)),
  env: Object.assign({}, ...parts.map((part) => part.env)),
  then: parts.find((part) => part.then)?.then,
});

const responseType = (type, more = {}) => ({
  metadata: { response_types: [type], grant_types: type === "id_token" ? ["implicit"] : ["authorization_code", "implicit", "refresh_token"] },
  env: { RP_RESPONSE_TYPE: type, ...more },
});

// ---- what is asked once somebody is signed in

async function refreshes({ app, browser, who }) {
  assert.equal((await browser.open(`${app.origin}/refresh`)).status, 200);
  assert.equal((await browser.open(`${app.origin}/refresh`)).status, 200, "again, with the new refresh token");
  assert.equal((await whoIsIn(app, browser)).sub, who.sub);
}

async function signsOut({ app, browser, provider }) {
  const answer = await browser.open(`${app.origin}/logout`);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.url, `${app.origin}/logged_out?state=bye`);
  assert.ok(answer.seen.some((url) => url.startsWith(provider.issuer)), "by way of the provider");
  assert.equal((await browser.request("GET", `${app.origin}/me`)).status, 401);
}

// The provider's page ends the session in a frame.
async function hearsInAFrame({ app, browser, provider }) {
  const page = await browser.open(provider.metadata.end_session_endpoint);
  const [, frame] = /<iframe\b[^>]*\bsrc="([^"]*)"/.exec(page.text) ?? assert.fail(page.text);
  assert.ok(frame.startsWith(`${app.origin}/frontchannel_logout?iss=`), frame);
  const other = frame.replace(/sid=[^&]*$/, "sid=another");
  assert.notEqual(other, frame);
  assert.equal((await browser.request("GET", unescape(other))).status, 403, "it is about another session");
  await whoIsIn(app, browser);
  assert.equal((await browser.request("GET", unescape(frame))).status, 200);
  assert.equal((await browser.request("GET", `${app.origin}/me`)).status, 401);
}

async function hearsOfSignOut({ app, browser, provider }) {
  await browser.open(provider.metadata.end_session_endpoint);
  for (let i = 0; i < 200; i++) {
    if ((await browser.request("GET", `${app.origin}/me`)).status === 401) return;
    await sleep(25);
  }
  assert.fail("the session is still there");
}

// Userinfo asks for the binding of a token as any other resource.
async function callsAResource({ app, browser }) {
  const answer = await browser.open(`${app.origin}/resource`);
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.text, /"sub"/);
}

const everywhere = {
  "code, with PKCE": {},
  "code, client_secret_post": { metadata: { token_endpoint_auth_method: "client_secret_post" }, env: { RP_CLIENT_AUTH: "client_secret_post" } },
  "code, form_post": { env: { RP_RESPONSE_MODE: "form_post" } },
  "hybrid: code id_token": responseType("code id_token"),
  "hybrid: code id_token token, form_post": responseType("code id_token token", { RP_RESPONSE_MODE: "form_post" }),
  "implicit: id_token": responseType("id_token"),
  "implicit: id_token token": responseType("id_token token"),
  "signed userinfo": { metadata: { userinfo_signed_response_alg: "RS256" }, env: { RP_USERINFO_ALG: "RS256" } },
  "request object by value": signedRequest,
  private_key_jwt: keyed,
  "3rd-party-initiated login": {
    query: (iss, origin) => `?${new URLSearchParams({ iss, login_hint: "ada@example.com", target_link_uri: `${origin}/me` })}`,
  },
  "dynamic registration": { env: { RP_REGISTRATION: "dynamic", RP_LOGIN_URL: "https://app.example/login" } },
  refresh: { then: refreshes },
  "RP-initiated logout": { then: signsOut },
  "back-channel logout": { then: hearsOfSignOut },
  "encrypted ID token": {
    metadata: { id_token_encrypted_response_alg: "RSA-OAEP-256", id_token_encrypted_response_enc: "A256GCM", jwks: { keys: [encryption] } },
    env: { RP_ID_TOKEN_ENCRYPTION: "RSA-OAEP-256 A256GCM", ...opened },
  },
};

const atHitkey = {
  "discovery at RFC 8414's place": { env: { RP_DISCOVERY: "oauth" } },
  "front-channel logout": {
    metadata: (origin) => ({
      backchannel_logout_uri: undefined, frontchannel_logout_uri: `${origin}/frontchannel_logout`, frontchannel_logout_session_required: true,
    }),
    then: hearsInAFrame,
  },
};

const dpop = { metadata: { dpop_bound_access_tokens: true }, env: { RP_SENDER: "dpop" }, then: callsAResource };
const bound = { metadata: { tls_client_certificate_bound_access_tokens: true }, env: { RP_CLIENT_AUTH: "client_secret_basic", RP_SENDER: "mtls", ...mtls(certificate.cert, certificate.key) }, then: callsAResource };
const par = { metadata: { require_pushed_authorization_requests: true }, env: { RP_PAR: "1" } };

const atOidcProvider = {
  PAR: par,
  "request object by reference": mixed(signedRequest, { env: { RP_REQUEST_TYPE: "request_uri" } }),
  "JAR at PAR": mixed(par, signedRequest),
  JARM: { metadata: { authorization_signed_response_alg: "RS256" }, env: { RP_RESPONSE_MODE: "jwt" } },
  "DPoP, with a nonce": dpop,
  "DPoP, without a nonce": { ...dpop, settings: { nonce: false } },
  "DPoP, refreshed": { ...dpop, then: refreshes },
  "mTLS: tokens bound to a certificate": bound,
  "mTLS: self_signed_tls_client_auth": mixed(bound, {
    metadata: { token_endpoint_auth_method: "self_signed_tls_client_auth", jwks: { keys: [certificate.jwk] } },
    env: { RP_CLIENT_AUTH: "self_signed_tls_client_auth" },
  }),
  "mTLS: tls_client_auth": mixed(bound, {
    metadata: { token_endpoint_auth_method: "tls_client_auth", tls_client_auth_subject_dn: "CN=localhost" },
    env: { RP_CLIENT_AUTH: "tls_client_auth", ...mtls(owned.cert, owned.key) },
  }),
  "FAPI 2.0: PAR, DPoP, private_key_jwt, ES256": mixed(keyed, par, dpop, {
    metadata: { id_token_signed_response_alg: "ES256" }, env: { RP_PROFILE: "fapi2", RP_ID_TOKEN_ALG: "ES256" },
  }),
  "FAPI 2.0 message signing: JAR and JARM too": mixed(signedRequest, keyed, par, dpop, {
    metadata: { id_token_signed_response_alg: "ES256", authorization_signed_response_alg: "ES256" },
    env: { RP_PROFILE: "fapi2", RP_ID_TOKEN_ALG: "ES256", RP_RESPONSE_MODE: "jwt" },
  }),
};

// ---- the providers

async function startHitkey() {
  const server = await Server.start({ args: ["--allow-private-fetch"] });
  await server.register("ada@example.com", password);
  return { issuer: server.issuer, person: { email: "ada@example.com", password }, stop: () => server.stop() };
}

async function startOidcProvider() {
  const settings = { nonce: true };
  const { issuer, stop } = await startProvider({
    tls: { ...authority, ca: readFileSync(owned.ca), requestCert: true, rejectUnauthorized: false },
    features: {
      backchannelLogout: { enabled: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => settings.nonce },
      encryption: { enabled: true },
      jwtResponseModes: { enabled: true },
      jwtUserinfo: { enabled: true },
      mTLS: {
        enabled: true, certificateBoundAccessTokens: true, selfSignedTlsClientAuth: true, tlsClientAuth: true,
        certificateAuthorized: (context) => context.socket.authorized,
        certificateSubjectMatches: (context, _property, expected) => `CN=${context.socket.getPeerCertificate().subject.CN}` === expected,
        getCertificate: (context) => context.socket.getPeerX509Certificate(),
      },
      pushedAuthorizationRequests: { enabled: true },
      registration: { enabled: true },
      requestObjects: { request: true, requestUri: true, requireUriRegistration: false },
    },
    settings: {
      clientAuthMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"],
      issueRefreshToken: (_context, client) => client.grantTypeAllowed("refresh_token"),
      responseTypes: ["code", "id_token", "id_token token", "code id_token", "code id_token token"],
    },
  });
  return { issuer, stop, settings, env: { RP_CA_FILE: authority.ca } };
}

// Its pages are scripts: this is what they call.
async function glewlwydPage(url, browser) {
  const page = new URL(url);
  if (page.pathname !== "/login.html") return undefined;
  const asked = Object.fromEntries(page.searchParams);
  const call = (method, path, body) => browser.request(method, page.origin + path, {
    headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  await call("POST", "/api/auth/", { username: "ada", password });
  await call("PUT", `/api/auth/grant/${asked.client_id}`, { scope: asked.scope });
  return `${asked.callback_url}&g_continue`;
}

async function startGlewlwyd() {
  const [port, other] = [await freePort(), await freePort()];
  const child = spawn(fileURLToPath(new URL("../peers/glewlwyd", import.meta.url)), [], {
    env: {
      ...process.env, ISSUER: `https://localhost:${port}`, PORT: String(port), RP_PORT: String(other), DATA: folder,
      CERT: authority.cert, KEY: authority.key, CA: authority.ca,
    },
  });
  let log = "";
  child.stderr.on("data", (chunk) => (log += chunk));
  const exited = new Promise((resolve) => child.on("exit", resolve));
  await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => String(chunk).includes("ready") && resolve());
    exited.then(() => reject(new Error(log)));
  });
  return {
    issuer: `https://localhost:${port}/api/oidc`, env: { RP_CA_FILE: authority.ca }, scripts: glewlwydPage,
    stop: () => (child.kill(), exited),
  };
}

// ---- the test

async function discovered(provider) {
  const { json } = await send(provider.issuer, "GET", new URL(`${provider.issuer}/.well-known/openid-configuration`).pathname);
  return { ...provider, metadata: json };
}

async function registered(provider, origin, metadata) {
  const answer = await send(provider.issuer, "POST", new URL(provider.metadata.registration_endpoint).pathname, {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: "Interop", application_type: "native", redirect_uris: [`${origin}/callback`], response_types: ["code"],
      grant_types: ["authorization_code", "refresh_token"], post_logout_redirect_uris: [`${origin}/logged_out`],
      backchannel_logout_uri: `${origin}/backchannel_logout`, ...(typeof metadata === "function" ? metadata(origin) : metadata),
    }),
  });
  assert.ok(answer.json?.client_id, answer.text);
  return { RP_CLIENT_ID: answer.json.client_id, RP_CLIENT_SECRET: answer.json.client_secret ?? "" };
}

async function whoIsIn(app, browser) {
  const me = await browser.request("GET", `${app.origin}/me`);
  assert.equal(me.status, 200, me.text);
  return me.json;
}

async function signIn(provider, { metadata, env, settings, query = () => "", then, refused }) {
  Object.assign(provider.settings ?? {}, { nonce: true }, settings);
  const app = await startRelyingParty(async (origin) => ({
    RP_ISSUER: provider.issuer, RP_SCOPE: "openid email", RP_RESOURCE_URL: provider.metadata.userinfo_endpoint, ...provider.env, ...env,
    ...(env?.RP_REGISTRATION === "dynamic" ? {} : await registered(provider, origin, metadata)),
  }));
  try {
    const browser = new Browser({ person: provider.person, scripts: provider.scripts });
    const page = await browser.open(`${app.origin}/login${query(provider.issuer, app.origin)}`);
    if (refused) return void assert.match(page.text, refused);
    assert.equal(page.url, `${app.origin}/me`, page.text);
    const who = await whoIsIn(app, browser);
    assert.equal(who.iss, provider.issuer);
    assert.ok(who.sub);
    if (env?.RP_RESPONSE_TYPE !== "id_token") assert.equal(who.claims.email, "ada@example.com");
    await then?.({ app, browser, provider, who });
  } finally {
    await app.stop();
  }
}

before(async () => {
  providers.hitkey = await discovered(await startHitkey());
  providers.npm = await discovered(await startOidcProvider());
  providers.glewlwyd = await discovered(await startGlewlwyd());
});

after(async () => {
  for (const provider of Object.values(providers)) await provider.stop();
  rmSync(folder, { recursive: true });
});

for (const [name, row] of Object.entries({ ...everywhere, ...atHitkey })) test(`hitkey-authz: ${name}`, () => signIn(providers.hitkey, row));
for (const [name, row] of Object.entries({ ...everywhere, ...atOidcProvider })) test(`oidc-provider: ${name}`, () => signIn(providers.npm, row));
test("hitkey-authz: registration management", () => managesRegistration(providers.hitkey.issuer));

// It registers response types one word at a time, and answers hybrid requests in the query unless it is
// told where.
const oneWordEach = { response_types: ["code", "token", "id_token"], grant_types: ["authorization_code", "implicit", "refresh_token"] };
const hybrid = (type, mode) => ({ metadata: oneWordEach, env: { RP_RESPONSE_TYPE: type, RP_RESPONSE_MODE: mode } });
const pick = (names) => Object.fromEntries(names.map((name) => [name, everywhere[name]]));

const atGlewlwyd = {
  ...pick(["code, with PKCE", "code, client_secret_post", "code, form_post", "implicit: id_token", "3rd-party-initiated login", "dynamic registration", "refresh"]),
  "hybrid: code id_token, form_post": hybrid("code id_token", "form_post"),
  "hybrid: code id_token token, fragment": hybrid("code id_token token", "fragment"),
  "implicit: id_token token": hybrid("id_token token", "default"),
  "hybrid in the query is refused": { ...hybrid("code id_token", "default"), refused: /^HK_E_STATE: the answer came another way/ },
  "a client assertion for the issuer is not taken": {
    metadata: { token_endpoint_auth_method: "client_secret_jwt" }, env: { RP_CLIENT_AUTH: "client_secret_jwt" }, refused: /^HK_E_HTTP: /,
  },
  "signed userinfo without aud, of a typ of its own, is refused": { ...everywhere["signed userinfo"], refused: /^HK_E_TOKEN: the token's typ/ },
};

for (const [name, row] of Object.entries(atGlewlwyd)) test(`glewlwyd: ${name}`, () => signIn(providers.glewlwyd, row));
