// A relying party of the FAPI plans over nothing but node: honest, or with the one fault of
// faults.mjs that FAULTS ({"module": "fault"}) has for RP_MODULE. Its variables are those of docs/relying-party.md.
import { createPrivateKey, createPublicKey, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { cannot, serve } from "../../peers/web_application.mjs";
import { newKey, now, random, sha256, signJwt, verifyJwt } from "../../saboteurs/jose.mjs";
import { faults } from "./faults.mjs";

const env = process.env;
const [place, how] = faults[JSON.parse(env.FAULTS ?? "{}")[env.RP_MODULE]] ?? [];
const bend = (where, value) => (where === place ? how(value) : value);
// A rule: what does not hold is refused, unless the fault has left this rule out.
function must(rule, holds, why) {
  if (!bend(`rule: ${rule}`, Boolean(holds))) throw new Error(why);
}

const base = env.RP_BASE_URL;
const redirectUri = `${base}/callback`;
const clientId = env.RP_CLIENT_ID;
const openid = env.RP_PROFILE !== "oauth";
const byCertificate = /tls_client_auth/.test(env.RP_CLIENT_AUTH);
const dpop = env.RP_SENDER === "dpop";
if (!["fapi2", "oauth"].includes(env.RP_PROFILE)) cannot("this relying party knows FAPI 2.0 only");

const privateKey = createPrivateKey(readFileSync(env.RP_PRIVATE_KEY));
const key = { alg: privateKey.asymmetricKeyType === "ec" ? "ES256" : "PS256", privateKey, jwk: { kid: env.RP_PRIVATE_KEY_ID } };
const proofKey = newKey("ES256");
const certificate = { cert: readFileSync(env.RP_TLS_CERT), key: readFileSync(env.RP_TLS_KEY) };

// One request; the answer's body is text.
function send(url, { method = "GET", headers = {}, form, ...tls } = {}) {
  const body = form && new URLSearchParams(form).toString();
  const type = body && { "content-type": "application/x-www-form-urlencoded" };
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, { method, headers: { ...headers, ...type }, ...tls }, async (response) => {
      let text = "";
      for await (const piece of response) text += piece;
      resolve({ status: response.statusCode, headers: response.headers, text });
    });
    request.on("error", reject).end(body);
  });
}

async function json(url) {
  const { status, text } = await send(url);
  if (status !== 200) throw new Error(`${url} answers ${status}`);
  return JSON.parse(text);
}

async function discover() {
  const { origin, pathname } = new URL(env.RP_ISSUER);
  const oidc = `${env.RP_ISSUER}/.well-known/openid-configuration`;
  const metadata = await json(openid ? oidc : `${origin}/.well-known/oauth-authorization-server${pathname}`);
  must("issuer of the metadata", metadata.issuer === env.RP_ISSUER, "the metadata is another issuer's");
  return metadata;
}
let discovered;
const metadata = () => (discovered ??= discover());

// RFC 8705 5: with a certificate, at the alias.
async function endpoint(name) {
  const about = await metadata();
  const mutual = byCertificate || (env.RP_SENDER === "mtls" && name !== "pushed_authorization_request_endpoint");
  const alias = bend("alias", mutual) && about.mtls_endpoint_aliases?.[name];
  return { url: alias || about[name], tls: bend("certificate", mutual) ? certificate : {} };
}

const nonces = {};
const proofKeys = bend("keys of the proofs", {});
function proof(name, url, method, token, nonce) {
  const claims = { jti: random(), htm: method, htu: url, iat: now(), ...(token && { ath: sha256(token) }), ...(nonce && { nonce }) };
  const key = proofKeys[name] ?? proofKey;
  const { kty, crv, x, y } = key.jwk;
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } };
  return signJwt(bend("proof", claims), bend("key of the proof", key), bend("header of the proof", header));
}

// With a proof, and again with the nonce that is asked for (RFC 9449 8).
async function prove(at, url, method, token, call) {
  if (!dpop) return call({});
  const server = token ? "resource" : "server";
  const attempt = async () => {
    const made = bend("proofs", proof(at, url, method, token, nonces[server]));
    const answer = await call(made ? { dpop: made } : {});
    nonces[server] = bend("nonce of the answer", answer.headers["dpop-nonce"]) ?? nonces[server];
    return answer;
  };
  const answer = await attempt();
  return wantsNonce(answer) ? attempt() : answer;
}
function wantsNonce({ status, headers, text }) {
  if (status === 401) return bend("challenge", /^DPoP .*error="use_dpop_nonce"/i).test(headers["www-authenticate"] ?? "");
  return status === 400 && text.includes('"use_dpop_nonce"');
}

function authentication() {
  if (byCertificate) return { client_id: clientId };
  const claims = { iss: clientId, sub: clientId, aud: env.RP_ISSUER, jti: random(), iat: now(), exp: now() + 60 };
  return {
    client_id: clientId,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: signJwt(bend("assertion", claims), key),
  };
}

async function post(name, parameters) {
  const { url, tls } = await endpoint(name);
  const call = (headers) => send(url, { method: "POST", headers, form: bend(`form: ${name}`, { ...parameters, ...authentication() }), ...tls });
  const { status, text } = await prove(name, url, "POST", undefined, call);
  if (status !== 200 && status !== 201) throw new Error(`${name} answers ${status}: ${text}`);
  return JSON.parse(text);
}

function asObject(parameters) {
  if (bend("request type", env.RP_REQUEST_TYPE) !== "request_object") return parameters;
  const claims = { ...parameters, iss: clientId, aud: env.RP_ISSUER, nbf: now(), exp: now() + 60 };
  const header = { alg: key.alg, kid: key.jwk.kid, typ: "oauth-authz-req+jwt" };
  return { request: signJwt(bend("object", claims), bend("key of the object", key), header), client_id: clientId };
}

async function begin() {
  const kept = { state: random(), nonce: random(), verifier: random() };
  const parameters = bend("request", {
    client_id: clientId,
    response_type: "code",
    redirect_uri: redirectUri,
    scope: env.RP_SCOPE,
    state: kept.state,
    ...(openid && { nonce: kept.nonce }),
    ...(env.RP_RESPONSE_MODE === "jwt" && { response_mode: "jwt" }),
    code_challenge: sha256(kept.verifier),
    code_challenge_method: "S256",
  });
  const url = new URL((await metadata()).authorization_endpoint);
  const pushed = bend("pushes", true)
    ? { client_id: clientId, request_uri: (await post("pushed_authorization_request_endpoint", asObject(parameters))).request_uri }
    : parameters;
  url.search = new URLSearchParams(bend("authorization", pushed));
  return { url: url.href, kept };
}

async function verified(token, alg) {
  const { keys } = await json((await metadata()).jwks_uri);
  const found = JSON.parse(Buffer.from(token.split(".")[0], "base64url")).alg;
  const any = bend("rule: alg", false) || (found === "none" && bend("rule: unsigned", false));
  return verifyJwt(token, any ? found : alg, keys, !bend("rule: signature", false));
}

async function responseOf(parameters) {
  if (env.RP_RESPONSE_MODE !== "jwt") return parameters;
  const claims = await verified(parameters.get("response") ?? "", env.RP_ID_TOKEN_ALG);
  must("iss of the JARM response", claims.iss === env.RP_ISSUER, "the response is another issuer's");
  must("aud of the JARM response", [claims.aud].flat().includes(clientId), "the response is for another client");
  must("exp of the JARM response", claims.exp > now(), "the response has expired");
  return new Map(Object.entries(claims));
}

async function identityOf(tokens, nonce) {
  const claims = await verified(tokens.id_token, env.RP_ID_TOKEN_ALG);
  const audiences = [bend("aud", claims.aud)].flat();
  must("iss", claims.iss === env.RP_ISSUER, "the ID token is another issuer's");
  must("aud", audiences.includes(clientId), "the ID token is for another client");
  must("other aud", !audiences.includes(clientId) || audiences.length === 1, "the ID token is for others, too");
  must("exp", claims.exp > now(), "the ID token has expired");
  must("nonce", claims.nonce === nonce, "the ID token belongs to another request");
  return claims;
}

async function finish(parameters, { state, nonce, verifier }) {
  const response = await responseOf(parameters);
  must("state", response.get("state") === state, "the response belongs to another request");
  const iss = env.RP_RESPONSE_MODE === "jwt" ? env.RP_ISSUER : response.get("iss");
  must("missing iss", iss, "the response has no iss");
  must("iss of the response", !iss || iss === env.RP_ISSUER, "the response is another issuer's");
  const code = { grant_type: "authorization_code", code: response.get("code"), redirect_uri: redirectUri, code_verifier: verifier };
  const tokens = await post("token_endpoint", code);
  const type = dpop ? "dpop" : "bearer";
  if (bend("token_type", tokens.token_type.toLowerCase()) !== type) throw new Error("the token_type is not the one wanted");
  if (bend("wants expires_in", false) && !tokens.expires_in) throw new Error("there is no expires_in");
  if (!openid) return { tokens };
  const claims = await identityOf(tokens, nonce);
  const session = { iss: claims.iss, sub: claims.sub, sid: claims.sid, tokens, claims };
  session.claims = { ...claims, ...JSON.parse(await use(session, "userinfo_endpoint")) };
  return session;
}

// A request with the access token; its answer's body.
async function use({ tokens }, name) {
  const { url, tls } = name ? await endpoint(name) : { url: env.RP_RESOURCE_URL, tls: env.RP_SENDER === "mtls" ? bend("certificate at the resource", certificate) : {} };
  const token = tokens.access_token;
  const scheme = bend("scheme", dpop ? "DPoP" : "Bearer");
  const call = (headers) =>
    send(bend("URL of the resource", { url, token }).url, { headers: bend("headers of the resource", { ...headers, authorization: `${scheme} ${token}`, "x-fapi-interaction-id": randomUUID() }), ...tls });
  const { status, text } = await prove("resource", url, "GET", token, call);
  if (status !== 200) throw new Error(`${url} answers ${status}`);
  return text;
}

serve({
  begin,
  finish,
  async refresh(session) {
    if (!bend("refreshes", true)) return;
    const fresh = await post("token_endpoint", { grant_type: "refresh_token", refresh_token: session.tokens.refresh_token });
    session.tokens = { ...session.tokens, ...bend("refreshed", fresh) };
  },
  resource: (session) => bend("calls the resource", true) && use(session),
});
