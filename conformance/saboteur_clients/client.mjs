// An honest relying party, as ../rp/README.md has it, with one fault at most: SABOTEUR names a rule
// that is left out (must), or a place where something is bent (faults.mjs).
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { checkIdToken, checkUserinfo } from "./checks.mjs";
import { faults } from "./faults.mjs";
import { makeJwt } from "./jwt.mjs";
import { logouts } from "./logout.mjs";
import { Provider } from "./provider.mjs";
import { Refusal } from "./refusal.mjs";

const random = () => randomBytes(24).toString("base64url");
const hash = (text) => createHash("sha256").update(text).digest("base64url");
const known = new Set(["form_post", "fragment", "query"]);

class RelyingParty {
  constructor(env) {
    Object.assign(this, { env, fault: env.SABOTEUR, logins: new Map(), sessions: new Map(), objects: new Map() });
    this.provider = new Provider(this);
  }

  // A rule; the fault of this name leaves it out.
  must(name, ok, why) {
    if (!ok && this.fault !== name) throw new Refusal(why);
  }

  bend(place, value) {
    const fault = faults[this.fault];
    return fault?.at === place ? fault.bend(value, this) : value;
  }

  url(path) {
    return this.env.RP_BASE_URL + path;
  }

  redirectUri() {
    return this.url(this.bend("callback", "/callback"));
  }

  key() {
    return { kid: this.env.RP_PRIVATE_KEY_ID, file: this.env.RP_PRIVATE_KEY };
  }

  signingAlg() {
    return this.env.RP_PRIVATE_KEY_ID === "client-ec" ? "ES256" : "RS256";
  }

  // As configured, or as the provider registers it.
  async client() {
    const { RP_CLIENT_ID: client_id, RP_CLIENT_SECRET: client_secret } = this.env;
    if (client_id) return { client_id, client_secret };
    this.registered ??= this.register();
    return this.registered;
  }

  async register() {
    const { env } = this;
    const { RP_RESPONSE_TYPE: type } = env;
    const implicit = type === "code" ? [] : ["implicit"];
    const publicKey = (await import("node:crypto")).createPublicKey(readFileSync(env.RP_PRIVATE_KEY)).export({ format: "jwk" });
    const metadata = this.bend("registration", {
      redirect_uris: [this.redirectUri()],
      response_types: [type],
      grant_types: ["authorization_code", "refresh_token", ...implicit],
      token_endpoint_auth_method: env.RP_CLIENT_AUTH,
      id_token_signed_response_alg: env.RP_ID_TOKEN_ALG,
      ...(env.RP_USERINFO_ALG && { userinfo_signed_response_alg: env.RP_USERINFO_ALG }),
      ...(env.RP_REQUEST_OBJECT_ALG && { request_object_signing_alg: env.RP_REQUEST_OBJECT_ALG }),
      request_uris: [this.url("/request/")],
      initiate_login_uri: this.url("/login"),
      post_logout_redirect_uris: [this.url(this.bend("logged out", "/logged_out"))],
      backchannel_logout_uri: this.url("/backchannel_logout"),
      frontchannel_logout_uri: this.url("/frontchannel_logout"),
      jwks: { keys: [{ ...publicKey, kid: env.RP_PRIVATE_KEY_ID, use: "sig" }] },
    });
    const { registration_endpoint: url } = await this.provider.metadata();
    return this.provider.json(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(metadata) });
  }

  // The parameters of an authorization request, by value or in an object.
  async wrapped(query) {
    const { RP_REQUEST_TYPE: type, RP_REQUEST_OBJECT_ALG: alg = "RS256" } = this.env;
    if (this.bend("request type", type) === "plain") return query;
    const { issuer } = await this.provider.metadata();
    const object = makeJwt(this.bend("request object", { ...query, iss: query.client_id, aud: issuer }), { alg, ...this.key() });
    const { client_id, response_type, scope, redirect_uri } = query;
    const outside = { client_id, response_type, scope, redirect_uri };
    if (type === "request_object") return { ...outside, request: object };
    const path = `/request/${random()}`;
    this.objects.set(path, object);
    return { ...outside, request_uri: this.url(path) };
  }

  async login({ query }) {
    const { issuer, authorization_endpoint } = await this.provider.metadata();
    this.must("initiating iss", !query.iss || query.iss === issuer, "this issuer is not ours");
    const { client_id } = await this.client();
    const { env } = this;
    const login = { state: random(), nonce: random(), verifier: random() };
    const id = random();
    this.logins.set(id, login);
    const code = env.RP_RESPONSE_TYPE.includes("code");
    const request = this.bend("authorization request", {
      client_id,
      redirect_uri: this.redirectUri(),
      response_type: env.RP_RESPONSE_TYPE,
      scope: env.RP_SCOPE,
      state: login.state,
      nonce: login.nonce,
      ...(code && { code_challenge: hash(login.verifier), code_challenge_method: "S256" }),
      ...(env.RP_RESPONSE_MODE === "form_post" && { response_mode: "form_post" }),
      ...(query.login_hint && { login_hint: query.login_hint }),
      ...Object.fromEntries(new URLSearchParams(env.RP_EXTRA)),
    });
    if (request.nonce === undefined) login.nonce = undefined;
    const to = `${authorization_endpoint}?${new URLSearchParams(await this.wrapped(request))}`;
    return { status: 303, headers: { location: to, "set-cookie": `login=${id}; Path=/; HttpOnly` } };
  }

  async callback({ parameters, cookies }) {
    const login = this.logins.get(cookies.login);
    this.logins.delete(cookies.login);
    const response = this.bend("authorization response", parameters);
    this.must("state", login && response.state === login.state, "this answer is to no question of ours");
    this.must("error", !response.error, "the provider answers with an error");
    if (response.error) return this.signIn({ claims: { iss: this.env.RP_ISSUER, sub: "nobody" }, tokens: {} });
    const { code, id_token, access_token } = response;
    let claims, tokens = { access_token };
    if (id_token) claims = await checkIdToken(this, id_token, { ...login, code, accessToken: access_token, front: true });
    if (code && this.bend("redeems", true)) {
      tokens = await this.provider.token(this.bend("token request", {
        grant_type: "authorization_code", code, redirect_uri: this.redirectUri(), code_verifier: login.verifier,
      }));
      claims = await checkIdToken(this, tokens.id_token, login);
    }
    claims ??= { iss: this.env.RP_ISSUER, sub: "nobody" };
    if (tokens.access_token && this.bend("asks userinfo", true)) {
      claims = { ...claims, ...(await checkUserinfo(this, tokens.access_token, claims.sub)), sub: claims.sub };
    }
    return this.signIn({ claims, tokens, id_token: tokens.id_token ?? id_token });
  }

  signIn(session) {
    const id = random();
    this.sessions.set(id, session);
    return { status: 303, headers: { location: "/me", "set-cookie": `session=${id}; Path=/; HttpOnly` } };
  }

  session({ cookies }) {
    const session = this.sessions.get(cookies.session);
    if (!session) throw new Refusal("nobody is signed in");
    return session;
  }

  me({ cookies }) {
    const session = this.sessions.get(cookies.session);
    if (!session) return { status: 401, body: "nobody is signed in" };
    const { iss, sub, ...claims } = session.claims;
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(this.bend("me", { iss, sub, claims })) };
  }

  async refresh(request) {
    const session = this.session(request);
    if (!this.bend("refreshes", true)) return { status: 200, body: "refreshed" };
    const tokens = await this.provider.token({ grant_type: "refresh_token", refresh_token: session.tokens.refresh_token });
    const claims = await this.provider.verify(tokens.id_token, this.env.RP_ID_TOKEN_ALG).then((it) => it.claims);
    this.must("refreshed iss", claims.iss === session.claims.iss, "the refreshed ID token is of another issuer");
    this.must("refreshed sub", claims.sub === session.claims.sub, "the refreshed ID token is about another person");
    const { token } = this.bend("refreshed access token", { token: tokens.access_token, old: session.tokens.access_token });
    if (token) await checkUserinfo(this, token, session.claims.sub);
    session.tokens = { ...session.tokens, ...tokens };
    return { status: 200, body: "refreshed" };
  }

  requestObject({ path }) {
    const status = this.bend("status of a request object", this.objects.has(path) ? 200 : 404);
    return { status, headers: { "content-type": "application/oauth-authz-req+jwt" }, body: this.objects.get(path) };
  }
}

const routes = {
  "/login": "login", "/callback": "callback", "/me": "me", "/refresh": "refresh",
};

async function read(incoming) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { pathname: path, searchParams } = new URL(incoming.url, "http://localhost");
  const body = new URLSearchParams(Buffer.concat(chunks).toString());
  const query = Object.fromEntries(searchParams);
  const posted = Object.fromEntries(body);
  if (known.has(posted.response_mode)) delete posted.response_mode;
  const cookies = Object.fromEntries((incoming.headers.cookie ?? "").split("; ").map((pair) => pair.split("=")));
  return { method: incoming.method, path, query, parameters: incoming.method === "POST" ? posted : query, cookies };
}

const answer = async (rp, request) => rp.bend(`answer of ${request.path}`, await answered(rp, request));

async function answered(rp, request) {
  if (!rp.bend(`request to ${request.path}`, true)) return { status: 0 };
  if (request.path.startsWith("/request/")) return rp.requestObject(request);
  if (request.path in logouts) return logouts[request.path](rp, request);
  return request.path in routes ? rp[routes[request.path]](request) : { status: 404, body: "nothing is here" };
}

const { env } = process;
const cannot = (env.SABOTEUR_CANNOT ?? "").split(",").find((pair) => pair && env[pair.split("=")[0]] === pair.split("=")[1]);
if (cannot) {
  console.error(`${cannot} is more than this client can do`);
  process.exit(77);
}
const rp = new RelyingParty(env);
rp.bend("start");
createServer(async (incoming, outgoing) => {
  try {
    const { status, headers, body } = await answer(rp, await read(incoming));
    if (status) outgoing.writeHead(status, headers).end(body);
    else outgoing.destroy();
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(error);
    outgoing.writeHead(rp.bend("status of a refusal", error instanceof Refusal ? 400 : 500)).end(error.message);
  }
}).listen(Number(new URL(env.RP_BASE_URL).port), "127.0.0.1");
