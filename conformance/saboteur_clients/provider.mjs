// What the relying party asks of its provider.
import { readFileSync } from "node:fs";
import { request as open } from "node:https";
import { Refusal } from "./refusal.mjs";
import { fits, isGood, isGoodHmac, makeJwt, readJwt } from "./jwt.mjs";

export class Provider {
  constructor(rp) {
    const { env } = rp;
    const certificate = /tls_client_auth/.test(env.RP_CLIENT_AUTH) || env.RP_SENDER === "mtls";
    const tls = certificate ? { cert: readFileSync(env.RP_TLS_CERT), key: readFileSync(env.RP_TLS_KEY) } : {};
    Object.assign(this, { rp, tls, certificate, ca: readFileSync(env.RP_CA_FILE) });
  }

  send(url, { method = "GET", headers = {}, body } = {}) {
    return new Promise((resolve, reject) => {
      const done = (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode, type: response.headers["content-type"] ?? "", text }));
      };
      const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
      open(url, { method, headers: { ...headers, ...length }, ca: this.ca, ...this.tls }, done).on("error", reject).end(body);
    });
  }

  async json(url, options) {
    const { status, text } = await this.send(url, options);
    if (status >= 300) throw new Refusal(`${new URL(url).pathname} answers ${status}`);
    return JSON.parse(text);
  }

  async issuer() {
    const { env } = this.rp;
    if (!env.RP_WEBFINGER) return env.RP_ISSUER;
    const guessed = this.rp.bend("issuer");
    if (guessed) return guessed;
    const host = env.RP_WEBFINGER.startsWith("acct:") ? env.RP_WEBFINGER.split("@").at(-1) : new URL(env.RP_WEBFINGER).host;
    const rel = this.rp.bend("webfinger rel", "http://openid.net/specs/connect/1.0/issuer");
    const query = new URLSearchParams({ resource: this.rp.bend("webfinger resource", env.RP_WEBFINGER), rel });
    const { links } = await this.json(`https://${host}/.well-known/webfinger?${query}`);
    return links.find((link) => link.rel === "http://openid.net/specs/connect/1.0/issuer").href;
  }

  async metadata() {
    const guessed = this.rp.bend("metadata");
    return guessed ?? this.discovered();
  }

  async discovered() {
    if (this.known) return this.known;
    const issuer = await this.issuer();
    const known = await this.json(`${issuer}/.well-known/openid-configuration`);
    this.rp.must("discovered issuer", known.issuer === issuer, "the metadata is of another issuer");
    return (this.known = { ...known, issuer });
  }

  // RFC 8705 5: a client with a certificate uses the aliases.
  async endpoint(name) {
    const metadata = await this.metadata();
    const alias = this.certificate ? this.rp.bend("alias", metadata.mtls_endpoint_aliases?.[name]) : undefined;
    return alias ?? metadata[name];
  }

  async jwks(again = false) {
    if (!this.keys || again) this.keys = await this.json((await this.discovered()).jwks_uri);
    return this.keys.keys;
  }

  // The claims of a token that a key of the provider's signed with this alg.
  async verify(token, alg) {
    const { rp } = this;
    const jwt = readJwt(token);
    const { header } = jwt;
    if (!rp.bend("verifies", true)) return jwt;
    alg = rp.bend("alg of ID tokens", alg);
    rp.must("alg none", header.alg !== "none" || !rp.bend("never none", false), "the token is unsigned");
    rp.must("kid there", header.kid || !rp.bend("wants a kid", false), "the token names no key");
    rp.must(header.alg === "none" ? "no none" : "alg", header.alg === alg, `the alg is ${header.alg}, not ${alg}`);
    if (header.alg === "none") return jwt;
    if (header.alg === "HS256") {
      rp.must("signature", isGoodHmac(jwt, (await this.rp.client()).client_secret), "the signature is not good");
      return jwt;
    }
    let keys = (await this.jwks()).filter(fits(header));
    if (!keys.length && rp.bend("refetch", true)) keys = (await this.jwks(true)).filter(fits(header));
    rp.must("kid", header.kid || keys.length === 1 || !rp.bend("one key only", false), "more than one key fits");
    rp.must(header.kid ? "signature" : "signature without kid", keys.some((jwk) => isGood(jwt, jwk)), "the signature is not good");
    return jwt;
  }

  async post(url, form, headers = {}) {
    const body = new URLSearchParams(form).toString();
    return this.json(url, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded", ...headers }, body });
  }

  // The client's authentication: parameters and headers.
  async authentication() {
    const { rp } = this;
    const { client_id, client_secret } = await rp.client();
    const method = rp.bend("authentication", rp.env.RP_CLIENT_AUTH);
    const coded = rp.bend("form-encoded", (text) => new URLSearchParams({ x: text }).toString().slice(2));
    if (method === "client_secret_basic") {
      return [{}, { authorization: `Basic ${Buffer.from(`${coded(client_id)}:${coded(client_secret)}`).toString("base64")}` }];
    }
    if (method === "client_secret_post") return [{ client_id, client_secret }, {}];
    if (!method.endsWith("_jwt")) return [{ client_id }, {}];
    const now = Math.floor(Date.now() / 1000);
    const jti = crypto.randomUUID();
    const claims = { iss: client_id, sub: client_id, aud: (await this.metadata()).issuer, jti, iat: now, exp: now + 60 };
    const alg = method === "client_secret_jwt" ? "HS256" : rp.signingAlg();
    return [{
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: makeJwt(claims, { alg, secret: client_secret, ...rp.key() }),
    }, {}];
  }

  async token(form) {
    const [more, headers] = await this.authentication();
    return this.post(await this.endpoint("token_endpoint"), { ...form, ...more }, headers);
  }

  async userinfo(token) {
    const url = await this.endpoint("userinfo_endpoint");
    token = this.rp.bend("userinfo token", token);
    const where = this.rp.bend("userinfo method", this.rp.env.RP_TOKEN_IN ?? "header");
    const options = {
      header: { headers: { authorization: `Bearer ${token}` } },
      body: { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ access_token: token }).toString() },
      query: {},
      both: { method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" }, body: `access_token=${token}` },
    }[where];
    return this.send(where === "query" ? `${url}?access_token=${token}` : url, options);
  }
}
