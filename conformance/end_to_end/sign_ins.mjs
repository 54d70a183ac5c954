// Sign-ins without a browser, many at a time: a client of the HitKey dialect and its exchanges.
import { createHash, randomBytes } from "node:crypto";

export class App {
  static async create(server, owner, { redirectUri = "https://app.example/cb" } = {}) {
    return App.register(server, owner, redirectUri, { name: "Load", redirect_uri: redirectUri });
  }

  // Without a secret: with PKCE, and its refresh tokens rotate.
  static async createPublic(server, owner, { redirectUri = "https://app.example/cb" } = {}) {
    const app = await App.register(server, owner, redirectUri, {
      client_name: "Public load", redirect_uris: [redirectUri], token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
    });
    return Object.assign(app, { verifier: randomBytes(32).toString("base64url") });
  }

  static async register(server, owner, redirectUri, body) {
    const { json } = await server.expect(201, "POST", "/oauth/clients", { token: owner.token, body });
    return Object.assign(new App(), { server, owner, redirectUri, id: json.client_id, secret: json.client_secret });
  }

  async code() {
    const query = new URLSearchParams({
      client_id: this.id, redirect_uri: this.redirectUri, response_type: "code", scope: "openid email",
    });
    if (this.verifier) {
      query.set("code_challenge", createHash("sha256").update(this.verifier).digest("base64url"));
      query.set("code_challenge_method", "S256");
    }
    const { json } = await this.server.expect(200, "GET", `/oauth/authorize?${query}`, { token: this.owner.token });
    return new URL(json.redirect_url).searchParams.get("code");
  }

  redeem(code) {
    return this.token({ grant_type: "authorization_code", code, redirect_uri: this.redirectUri, code_verifier: this.verifier });
  }

  refresh(refreshToken) {
    return this.token({ grant_type: "refresh_token", refresh_token: refreshToken });
  }

  token(body) {
    return this.server.api("POST", "/oauth/token", {
      body: { ...body, client_id: this.id, client_secret: this.secret },
    });
  }
}
