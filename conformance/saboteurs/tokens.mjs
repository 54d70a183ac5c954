// The token endpoint (RFC 6749 4.1.3, 6; OIDC Core 3.1.3, 9, 12) and userinfo (OIDC Core 5.3).
import { json, Refusal } from "./answers.mjs";
import { halfHash, now, sha256, signJwt, verifyJwt } from "./jose.mjs";
import { claimsOf, scopeClaims } from "./person.mjs";

const refuse = (error, status = 400) => {
  throw new Refusal(json(status, { error }));
};

/* OIDC Core 8.1: the same to all of one sector, another to every other one. */
function subject(op, client) {
  if (op.bend("subject_type", client.subject_type) !== "pairwise") return "person-1";
  return sha256(`person-1 ${new URL(client.sector_identifier_uri ?? client.redirect_uris[0]).host}`);
}

const claimsRequested = ({ parameters }, where) => Object.keys(JSON.parse(parameters.claims ?? "{}")[where] ?? {});
const claimsOfScope = ({ scope }) => scope.flatMap((name) => scopeClaims[name] ?? []);

/* `beside`: the access token and code it comes with; `from`: "front", "code" or "refresh". */
export function idToken(op, grant, beside, from) {
  const { client, parameters, session } = grant;
  const alg = op.bend("ID token alg", client.id_token_signed_response_alg ?? "RS256");
  const alone = parameters.response_type === "id_token";
  const claims = {
    iss: op.issuer,
    sub: subject(op, client),
    aud: client.client_id,
    iat: now(),
    exp: now() + 600,
    auth_time: grant.auth_time,
    nonce: parameters.nonce,
    acr: "urn:example:password",
    sid: session.sid,
    at_hash: beside.access_token && halfHash(beside.access_token),
    c_hash: beside.code && halfHash(beside.code),
    ...claimsOf([...claimsRequested(grant, "id_token"), ...(alone ? claimsOfScope(grant) : [])]),
  };
  const key = op.key(alg);
  const header = op.bend("ID token header", { alg, kid: key?.jwk.kid });
  return op.bend("signed ID token", signJwt(op.bend("ID token", claims, { grant, from }), key, header));
}

export const accessToken = (op, grant) => ({
  access_token: op.keep("accessTokens", grant),
  token_type: "Bearer",
  expires_in: 600,
});

async function keysOf(op, client, kid) {
  if (client.jwks) return client.jwks.keys;
  const known = client.fetched?.some((jwk) => jwk.kid === kid);
  if (op.bend("client's keys are fetched", !known, { client })) {
    client.fetched = JSON.parse(await op.fetchText(client.jwks_uri)).keys;
  }
  return client.fetched;
}

async function verifyAssertion(op, assertion) {
  const { sub } = JSON.parse(Buffer.from(assertion.split(".")[1], "base64url"));
  const { kid } = JSON.parse(Buffer.from(assertion.split(".")[0], "base64url"));
  const client = op.clients.get(sub);
  if (!op.bend("assertions are verified", true)) return client;
  const { aud, exp } = verifyJwt(
    assertion,
    "RS256",
    await keysOf(op, client, kid),
    op.bend("signature of an assertion matters", true),
  );
  const audiences = op.bend("audiences of assertions", [op.issuer, op.url("/token")]);
  if (!audiences.includes(aud) || exp < now()) throw new Error("aud or exp is not good");
  return client;
}

/* The client, by the method that it registered. */
async function authenticate(op, { parameters, headers }) {
  const basic = /^Basic (.*)/.exec(headers.authorization ?? "")?.[1];
  const [id, secret] = basic
    ? Buffer.from(basic, "base64").toString().split(":").map(decodeURIComponent)
    : [parameters.client_id, parameters.client_secret];
  const method = parameters.client_assertion ? "private_key_jwt" : basic ? "client_secret_basic" : "client_secret_post";
  const client =
    method === "private_key_jwt"
      ? await verifyAssertion(op, parameters.client_assertion).catch(() => undefined)
      : op.clients.get(id);
  const good = client?.token_endpoint_auth_method === method && (client.client_secret ?? undefined) === secret;
  return op.bend("client is authentic", good, { method }) ? client : refuse("invalid_client", 401);
}

function redeem(op, client, { code, redirect_uri: uri, code_verifier: verifier }) {
  const grant = op.codes.get(code) ?? refuse("invalid_grant");
  if (op.bend("code was used", grant.used)) {
    /* RFC 6749 4.1.2: what it gave is revoked. */
    if (op.bend("reuse revokes", true)) op.accessTokens.delete(grant.used);
    return refuse("invalid_grant");
  }
  if (!op.bend("code is the client's", grant.client === client)) refuse("invalid_grant");
  if (!op.bend("redirect_uri is the code's", grant.parameters.redirect_uri === uri)) refuse("invalid_grant");
  const challenge = grant.parameters.code_challenge;
  const met = !challenge || op.bend("challenge", sha256(verifier ?? ""), { verifier }) === challenge;
  if (!op.bend("challenge is met", met)) refuse("invalid_grant");
  const offline = grant.scope.includes("offline_access") && client.grant_types.includes("refresh_token");
  return { grant, refresh: offline ? op.keep("refreshTokens", grant) : undefined };
}

function refresh(op, client, { refresh_token: token }) {
  const grant = op.refreshTokens.get(token) ?? refuse("invalid_grant");
  if (!op.bend("refresh token is the client's", grant.client === client)) refuse("invalid_grant");
  return { grant };
}

const grants = { authorization_code: redeem, refresh_token: refresh };

async function token(op, request) {
  const client = await authenticate(op, request);
  const { grant_type: type, code } = request.parameters;
  if (!(type in grants)) refuse("unsupported_grant_type");
  const { grant, refresh: refreshToken } = grants[type](op, client, request.parameters);
  const access = op.bend("access token", accessToken(op, grant), { grant, type });
  grant.used = access.access_token;
  const from = code ? "code" : "refresh";
  const id_token = idToken(op, grant, { ...access, code }, from);
  return json(200, op.bend("token response", { ...access, refresh_token: refreshToken, id_token }));
}

function userinfo(op, { headers, parameters }) {
  const shown = /^Bearer (.*)/.exec(headers.authorization ?? "")?.[1] ?? parameters.access_token;
  const grant = op.bend("access token is known", op.accessTokens.get(shown));
  if (!grant) return { status: 401, headers: { "www-authenticate": 'Bearer error="invalid_token"' }, body: "" };
  const { client } = grant;
  const names = [...claimsOfScope(grant), ...op.bend("claims asked of userinfo", claimsRequested(grant, "userinfo"))];
  const claims = op.bend("userinfo", { sub: subject(op, client), ...claimsOf(names) });
  const alg = op.bend("userinfo alg", client.userinfo_signed_response_alg);
  if (!alg) return json(200, claims);
  const signed = signJwt(op.bend("signed userinfo", { iss: op.issuer, aud: client.client_id, ...claims }), op.key(alg));
  return { status: 200, headers: { "content-type": "application/jwt" }, body: signed };
}

export const tokens = { "POST /token": token, "GET /userinfo": userinfo, "POST /userinfo": userinfo };
