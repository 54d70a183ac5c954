// Sign-ins without a browser, many at a time: a client of the HitKey dialect and its exchanges.
export class App {
  static async create(server, owner, { redirectUri = "https://app.example/cb" } = {}) {
    const app = new App();
    const { json } = await server.expect(201, "POST", "/oauth/clients", {
      token: owner.token, body: { name: "Load", redirect_uri: redirectUri },
    });
    return Object.assign(app, { server, owner, redirectUri, id: json.client_id, secret: json.client_secret });
  }

  async code() {
    const query = new URLSearchParams({
      client_id: this.id, redirect_uri: this.redirectUri, response_type: "code", scope: "openid email",
    });
    const { json } = await this.server.expect(200, "GET", `/oauth/authorize?${query}`, { token: this.owner.token });
    return new URL(json.redirect_url).searchParams.get("code");
  }

  redeem(code) {
    return this.token({ grant_type: "authorization_code", code, redirect_uri: this.redirectUri });
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
