// An honest OpenID provider, as small as the plans let it be, with one fault at most (faults.mjs):
// what it reads, decides and answers passes through bend() at places with names, and a fault bends
// what passes at its place.
import { json, Refusal } from "./answers.mjs";
import { authorization } from "./authorization.mjs";
import { newKey, random } from "./jose.mjs";
import { logouts } from "./logout.mjs";
import { registration } from "./registration.mjs";
import { scopeClaims } from "./person.mjs";
import { tokens } from "./tokens.mjs";

export class Provider {
  // `keys` are the first signing keys; `fetchText` gets a URL of the client's, `send` any request.
  constructor({ issuer, fault, keys, fetchText, send }) {
    Object.assign(this, { issuer, fault, fetchText, send, keys: [...keys] });
    this.url = (path) => issuer + path;
    for (const store of ["clients", "codes", "accessTokens", "refreshTokens", "sessions", "interactions", "logouts"]) {
      this[store] = new Map();
    }
    this.routes = {
      "GET /.well-known/openid-configuration": () => json(200, this.discovery()),
      "GET /jwks": () => json(200, this.bend("JWKS", { keys: this.keys.map((key) => key.jwk) }, { keys: this.keys })),
      "POST /rotate": () => this.rotate(),
      ...authorization,
      ...tokens,
      ...registration,
      ...logouts,
    };
  }

  bend(place, value, context = {}) {
    return this.fault?.at === place ? this.fault.bend(value, { op: this, ...context }) : value;
  }

  async answer(request) {
    const bent = this.bend(`request to ${request.path}`, request);
    const route = this.routes[`${bent.method} ${bent.path}`];
    const answer = route ? await this.run(route, bent) : json(405, { error: "invalid_request" });
    return this.bend(`answer of ${request.path}`, answer, { request });
  }

  async run(route, request) {
    try {
      return await route(this, request);
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  // The newest key for the alg; none for "none".
  key(alg) {
    return this.keys.findLast((key) => key.alg === alg);
  }

  rotate() {
    this.keys = this.bend("rotation", [...this.keys, newKey("RS256")]);
    return json(200, {});
  }

  session(request) {
    const id = /(?:^|; )session=([^;]*)/.exec(request.headers.cookie ?? "")?.[1];
    return this.bend("session", this.sessions.get(id));
  }

  // A one-time thing under a new name.
  keep(store, value) {
    const name = this.bend("new secret", random(), { store });
    this[store].set(name, value);
    return name;
  }

  discovery() {
    const { url } = this;
    return this.bend("discovery", {
      issuer: this.issuer,
      authorization_endpoint: url("/authorize"),
      token_endpoint: url("/token"),
      userinfo_endpoint: url("/userinfo"),
      jwks_uri: url("/jwks"),
      registration_endpoint: url("/register"),
      scopes_supported: ["openid", ...Object.keys(scopeClaims), "offline_access"],
      claims_supported: ["sub", ...Object.values(scopeClaims).flat()],
      response_types_supported: ["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"],
      response_modes_supported: ["query", "fragment", "form_post"],
      grant_types_supported: ["authorization_code", "implicit", "refresh_token"],
      acr_values_supported: ["urn:example:password"],
      subject_types_supported: ["public", "pairwise"],
      id_token_signing_alg_values_supported: ["RS256", "ES256", "none"],
      userinfo_signing_alg_values_supported: ["RS256"],
      request_object_signing_alg_values_supported: ["RS256", "none"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ["RS256"],
      code_challenge_methods_supported: ["S256"],
      claims_parameter_supported: true,
      request_parameter_supported: true,
      request_uri_parameter_supported: true,
      require_request_uri_registration: true,
      authorization_response_iss_parameter_supported: true,
      end_session_endpoint: url("/logout"),
      check_session_iframe: url("/check-session"),
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  }
}
