// npm's openid-client as a relying party for `hitkey-conformance rp`: what the library offers, with
// its checks of ID token signatures (enableNonRepudiationChecks) on. Logout tokens, which it has no
// function for, are read with jose, by the same author.
import "./web_crypto.mjs";
import { createPrivateKey, createPublicKey, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as client from "openid-client";
import { Agent, fetch as undiciFetch } from "undici";
import { cannot, serve } from "./web_application.mjs";

const env = process.env;
const base = env.RP_BASE_URL.replace(/\/$/, "");
const redirectUri = `${base}/callback`;
const responseType = env.RP_RESPONSE_TYPE ?? "code";
const oauthOnly = env.RP_PROFILE === "oauth";
const dynamic = env.RP_REGISTRATION === "dynamic";
const mtls = env.RP_SENDER === "mtls" || /tls_client_auth/.test(env.RP_CLIENT_AUTH);
const requestObjects = new Map();

if (!["code", "id_token", "code id_token"].includes(responseType)) cannot(`openid-client has no response type "${responseType}"`);
if (!env.RP_ISSUER) cannot("openid-client has no WebFinger");
if (env.RP_REQUEST_TYPE !== "plain" && env.RP_REQUEST_OBJECT_ALG === "none") cannot("openid-client signs request objects");
if (env.RP_ID_TOKEN_ALG === "none") cannot("openid-client takes no unsigned ID tokens");

const pem = env.RP_PRIVATE_KEY && readFileSync(env.RP_PRIVATE_KEY, "utf8");
const keyType = pem && createPrivateKey(pem).asymmetricKeyType;
const curves = { ES256: "P-256" };
const hashes = { RS256: "RSASSA-PKCS1-v1_5", PS256: "RSA-PSS" };

async function signingKey(alg) {
  const algorithm = curves[alg] ? { name: "ECDSA", namedCurve: curves[alg] } : { name: hashes[alg], hash: "SHA-256" };
  const der = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  return { key: await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]), kid: env.RP_PRIVATE_KEY_ID };
}
const keyAlg = keyType === "ec" ? "ES256" : (env.RP_PROFILE ?? "oidc") === "oidc" ? "RS256" : "PS256";
const requestAlg = env.RP_REQUEST_OBJECT_ALG ?? keyAlg;

const authentications = {
  none: () => client.None(),
  client_secret_basic: () => client.ClientSecretBasic(env.RP_CLIENT_SECRET),
  client_secret_post: () => client.ClientSecretPost(env.RP_CLIENT_SECRET),
  client_secret_jwt: () => client.ClientSecretJwt(env.RP_CLIENT_SECRET),
  private_key_jwt: async () => client.PrivateKeyJwt(await signingKey(keyAlg)),
  tls_client_auth: () => client.TlsClientAuth(),
  self_signed_tls_client_auth: () => client.TlsClientAuth(),
};

const metadata = {
  token_endpoint_auth_method: env.RP_CLIENT_AUTH,
  id_token_signed_response_alg: env.RP_ID_TOKEN_ALG ?? "RS256",
  ...(env.RP_RESPONSE_MODE === "jwt" && { authorization_signed_response_alg: env.RP_ID_TOKEN_ALG ?? "RS256" }),
  ...(env.RP_USERINFO_ALG && { userinfo_signed_response_alg: env.RP_USERINFO_ALG }),
  ...(mtls && { use_mtls_endpoint_aliases: true, tls_client_certificate_bound_access_tokens: env.RP_SENDER === "mtls" }),
};

const grants = { code: ["authorization_code", "refresh_token"], id_token: ["implicit"], "code id_token": ["authorization_code", "implicit", "refresh_token"] };
const registration = () => ({
  ...metadata,
  redirect_uris: [redirectUri],
  response_types: [responseType],
  grant_types: grants[responseType],
  post_logout_redirect_uris: [`${base}/logged_out`],
  initiate_login_uri: `${base}/login`,
  backchannel_logout_uri: `${base}/backchannel_logout`,
  backchannel_logout_session_required: true,
  frontchannel_logout_uri: `${base}/frontchannel_logout`,
  frontchannel_logout_session_required: true,
  dpop_bound_access_tokens: env.RP_SENDER === "dpop",
  ...(env.RP_REQUEST_TYPE !== "plain" && { request_object_signing_alg: requestAlg }),
  ...(env.RP_REQUEST_TYPE === "request_uri" && { request_uris: [`${base}/request/`] }),
  ...(pem && { jwks: { keys: [{ ...createPublicKey(pem).export({ format: "jwk" }), use: "sig", kid: env.RP_PRIVATE_KEY_ID }] } }),
});

function withCertificate() {
  const dispatcher = new Agent({ connect: { cert: readFileSync(env.RP_TLS_CERT), key: readFileSync(env.RP_TLS_KEY) } });
  return (url, options) => undiciFetch(url, { ...options, dispatcher });
}

const execute = [client.enableNonRepudiationChecks];
if (responseType === "id_token") execute.push(client.useIdTokenResponseType);
if (responseType === "code id_token") execute.push(client.useCodeIdTokenResponseType);
if (env.RP_RESPONSE_MODE === "jwt") execute.push(client.useJwtResponseMode);
const options = { execute, ...(oauthOnly && { algorithm: "oauth2" }), ...(mtls && env.RP_TLS_CERT && { [client.customFetch]: withCertificate() }) };

async function configure() {
  const issuer = new URL(env.RP_ISSUER);
  if (!dynamic) return client.discovery(issuer, env.RP_CLIENT_ID, metadata, await authentications[env.RP_CLIENT_AUTH](), options);
  return client.dynamicClientRegistration(issuer, registration(), await byRegistration(), options);
}
const byRegistration = () => (/^client_secret_/.test(env.RP_CLIENT_AUTH) ? { client_secret_basic: client.ClientSecretBasic, client_secret_post: client.ClientSecretPost, client_secret_jwt: client.ClientSecretJwt }[env.RP_CLIENT_AUTH]() : authentications[env.RP_CLIENT_AUTH]());

let configured;
let dpopKeys;
const config = () => (configured ??= configure().catch((error) => ((configured = undefined), Promise.reject(error))));
async function sender(config) {
  if (env.RP_SENDER !== "dpop") return {};
  dpopKeys ??= await client.randomDPoPKeyPair("ES256");
  return { DPoP: (sender.handle ??= client.getDPoPHandle(config, dpopKeys)) };
}

async function authorizationUrl(config, parameters) {
  let url;
  if (env.RP_REQUEST_TYPE === "plain") url = client.buildAuthorizationUrl(config, parameters);
  else url = await client.buildAuthorizationUrlWithJAR(config, parameters, await signingKey(requestAlg));
  if (env.RP_PAR === "1") return client.buildAuthorizationUrlWithPAR(config, url.searchParams, await sender(config));
  if (env.RP_REQUEST_TYPE === "plain") return url;
  // OIDC Core 6.1, 6.2.1: response_type, client_id and scope stand outside of the object too.
  const outside = { response_type: responseType, scope: parameters.scope, redirect_uri: redirectUri };
  if (env.RP_REQUEST_TYPE === "request_object") for (const name in outside) url.searchParams.set(name, outside[name]);
  if (env.RP_REQUEST_TYPE !== "request_uri") return url;
  const path = `/request/${randomUUID()}`;
  requestObjects.set(path, url.searchParams.get("request"));
  url.searchParams.delete("request");
  for (const [name, value] of Object.entries({ ...outside, request_uri: base + path })) url.searchParams.set(name, value);
  return url;
}

async function userinfo(config, session) {
  const answer = await client.fetchUserInfo(config, session.tokens.access_token, session.sub, await sender(config));
  session.claims = { ...session.claims, ...answer };
}

serve({
  async begin(query) {
    if (query.has("iss") && query.get("iss") !== env.RP_ISSUER) throw new Error("iss is another provider's");
    const kept = { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() };
    const parameters = {
      redirect_uri: redirectUri,
      response_type: responseType,
      scope: env.RP_SCOPE ?? "openid",
      state: kept.state,
      ...(!oauthOnly && { nonce: kept.nonce }),
      ...(responseType !== "id_token" && { code_challenge: await client.calculatePKCECodeChallenge(kept.verifier), code_challenge_method: "S256" }),
      ...(env.RP_RESPONSE_MODE === "form_post" && { response_mode: "form_post" }),
      ...(query.has("login_hint") && { login_hint: query.get("login_hint") }),
      ...Object.fromEntries(new URLSearchParams(env.RP_EXTRA)),
    };
    if (parameters.max_age) kept.maxAge = Number(parameters.max_age);
    return { url: (await authorizationUrl(await config(), parameters)).href, kept };
  },
  async finish(parameters, { state, nonce, verifier, maxAge }) {
    const here = await config();
    const url = new URL(redirectUri);
    parameters.delete("response_mode");
    url[responseType === "code" ? "search" : "hash"] = parameters.toString();
    if (responseType === "id_token") {
      const claims = await client.implicitAuthentication(here, url, nonce, { expectedState: state, maxAge });
      return { iss: claims.iss, sub: claims.sub, sid: claims.sid, claims, idToken: parameters.get("id_token") };
    }
    const checks = { pkceCodeVerifier: verifier, expectedState: state, maxAge, ...(oauthOnly || { expectedNonce: nonce, idTokenExpected: true }) };
    const tokens = await client.authorizationCodeGrant(here, url, checks, undefined, await sender(here));
    if (oauthOnly) return { iss: env.RP_ISSUER, tokens };
    const claims = tokens.claims();
    const session = { iss: claims.iss, sub: claims.sub, sid: claims.sid, claims, tokens, idToken: tokens.id_token };
    if (here.serverMetadata().userinfo_endpoint) await userinfo(here, session);
    return session;
  },
  async refresh(session) {
    const here = await config();
    const tokens = await client.refreshTokenGrant(here, session.tokens.refresh_token, undefined, await sender(here));
    // OIDC Core 12.2, which openid-client leaves to the application.
    if (tokens.claims()?.sub !== undefined && tokens.claims().sub !== session.sub) throw new Error("the refreshed ID token is another person's");
    session.tokens = { ...session.tokens, ...tokens };
    if (!oauthOnly && here.serverMetadata().userinfo_endpoint) await userinfo(here, session);
  },
  async resource(session) {
    const here = await config();
    const headers = new Headers({ "x-fapi-interaction-id": randomUUID() });
    const answer = await client.fetchProtectedResource(here, session.tokens.access_token, new URL(env.RP_RESOURCE_URL), "GET", undefined, headers, await sender(here));
    if (!answer.ok) throw new Error(`the resource answered ${answer.status}`);
  },
  async logout(session) {
    return client.buildEndSessionUrl(await config(), { id_token_hint: session.idToken, post_logout_redirect_uri: `${base}/logged_out`, state: client.randomState() }).href;
  },
  async loggedOut(form) {
    const here = await config();
    const server = here.serverMetadata();
    const { payload } = await jwtVerify(form.get("logout_token"), createRemoteJWKSet(new URL(server.jwks_uri)), {
      algorithms: [metadata.id_token_signed_response_alg],
      audience: here.clientMetadata().client_id,
      issuer: server.issuer,
      requiredClaims: ["iat", "jti", "events"],
    });
    const event = payload.events["http://schemas.openid.net/event/backchannel-logout"];
    if (!event || typeof event !== "object") throw new Error("the token tells of no logout");
    if ("nonce" in payload || !(payload.sub || payload.sid)) throw new Error("the token is no logout token");
    return payload;
  },
  requestObject: (path) => requestObjects.get(path),
});
