// The OAuth calls of the HitKey dialect and of everybody else, discovery, and what operators ask.
import assert from "node:assert/strict";
import { Visitor } from "../wire.mjs";
import { team } from "./projects.mjs";
import { password } from "./world.mjs";

const redirect_uri = "https://app.example/cb";

// A client of ada's in the HitKey shape, with its secret.
async function client(w) {
  const ada = await w.person("ada");
  const made = await w.post(201, "", "/oauth/clients", { name: "App", redirect_uri }, ada.token);
  assert.match(made.client_id, /^[0-9a-f]{32}$/);
  assert.match(made.client_secret, /^[0-9a-f]{64}$/);
  return { ...made, ada };
}

const query = (c, more = {}) =>
  `/oauth/authorize?${new URLSearchParams({ client_id: c.client_id, redirect_uri, response_type: "code", scope: "openid profile email", state: "s", ...more })}`;

async function code(w, c) {
  const { redirect_url } = await w.expect(200, "", "GET", query(c), { token: c.ada.token });
  return new URL(redirect_url).searchParams.get("code");
}

const credentials = (c) => ({ client_id: c.client_id, client_secret: c.client_secret });

async function tokens(w, c) {
  const body = { grant_type: "authorization_code", code: await code(w, c), redirect_uri, ...credentials(c) };
  return w.post(200, "", "/oauth/token", body);
}

async function registered(w, more = {}) {
  const made = await w.post(201, "", "/oauth/register", { client_name: "Standard", redirect_uris: [redirect_uri], ...more });
  w.secrets.push(made.registration_access_token);
  return made;
}

// The HitKey dialect tells these in a sentence, always with 400.
async function says(w, sentence, method, path, options) {
  const answer = await w.book.call(method, path, options);
  assert.deepEqual([answer.status, answer.json?.error], [400, sentence], answer.text);
}

function outsiders(method, body) {
  const refused = (options, who, status, code) => async (w) => {
    const t = await team(w, options);
    await w.expect(status, code, method, `${t.path}/clients`, { token: t[who].token, body });
  };
  return {
    NOT_PROJECT_MEMBER: refused({ is_public: true }, "stranger", 403, "NOT_PROJECT_MEMBER"),
    INSUFFICIENT_ROLE: refused({}, "eve", 403, "INSUFFICIENT_ROLE"),
    PROJECT_NOT_FOUND: refused({}, "stranger", 404, "PROJECT_NOT_FOUND"),
  };
}

async function refusedMetadata(w, error, body) {
  const answer = await w.book.call("POST", "/oauth/clients", { token: (await w.person("ada")).token, body });
  assert.deepEqual([answer.status, answer.json.error], [400, error], answer.text);
}

const mine = { token_endpoint_auth_method: "client_secret_post" };

export const oauth = {
  "GET /oauth/authorize": {
    async success(w) {
      const c = await client(w);
      const { redirect_url } = await w.expect(200, "", "GET", query(c), { token: c.ada.token });
      const url = new URL(redirect_url);
      assert.equal(url.origin + url.pathname, redirect_uri);
      assert.equal(url.searchParams.get("state"), "s");
      await w.expect(200, "", "GET", query(c)); // a browser's page
    },
    async NOT_PROJECT_MEMBER(w) {
      const { path, ada, stranger } = await team(w);
      const c = await w.post(201, "", `${path}/clients`, { name: "Ours", redirect_uri }, ada.token);
      await w.expect(403, "NOT_PROJECT_MEMBER", "GET", query(c), { token: stranger.token });
    },
    "Invalid client_id": async (w) => {
      const { client_id, ...c } = await client(w);
      await says(w, "Invalid client_id", "GET", query({ ...c, client_id: client_id.replace(/./g, "0") }), { token: c.ada.token });
    },
    "redirect_uri doesn't match": async (w) => {
      const c = await client(w);
      await says(w, "redirect_uri doesn't match", "GET", query(c, { redirect_uri: `${redirect_uri}x` }), { token: c.ada.token });
    },
    async login_required(w) {
      const c = await client(w);
      w.sql(`UPDATE api_tokens SET signed_in_ms = signed_in_ms - 100000 WHERE user_id = '${c.ada.id}'`);
      await w.expect(400, "login_required", "GET", query(c, { max_age: "1" }), { token: c.ada.token });
      await w.expect(400, "invalid_request", "GET", query(c, { id_token_hint: "e30.e30.e30" }), { token: c.ada.token });
    },
  },
  "POST /oauth/authorize": {
    async success(w) {
      const c = await client(w);
      const answer = await w.book.call("POST", "/oauth/authorize", { form: { client_id: c.client_id, redirect_uri, response_type: "code", scope: "openid" } });
      assert.ok([200, 303].includes(answer.status)); // the same request by GET, or a page
    },
  },
  "POST /oauth/token": {
    async success(w) {
      const c = await client(w);
      const first = await tokens(w, c);
      assert.equal(first.token_type, "Bearer");
      assert.ok(first.id_token);
      const refreshed = await w.post(200, "", "/oauth/token", { grant_type: "refresh_token", refresh_token: first.refresh_token, ...credentials(c) });
      assert.equal(refreshed.refresh_token, first.refresh_token);
      const form = { grant_type: "authorization_code", code: await code(w, c), redirect_uri, ...credentials(c) };
      assert.equal((await w.book.call("POST", "/oauth/token", { form })).status, 200);
    },
    "Invalid or expired authorization code": async (w) => {
      const c = await client(w);
      const body = { grant_type: "authorization_code", code: await code(w, c), redirect_uri, ...credentials(c) };
      await w.post(200, "", "/oauth/token", body);
      await says(w, "Invalid or expired authorization code", "POST", "/oauth/token", { body });
    },
    "Invalid client_id": async (w) => {
      const c = await client(w);
      const body = { grant_type: "authorization_code", code: await code(w, c), redirect_uri, ...credentials(c), client_id: "0".repeat(32) };
      await says(w, "Invalid client_id", "POST", "/oauth/token", { body });
    },
    "redirect_uri doesn't match": async (w) => {
      const c = await client(w);
      const body = { grant_type: "authorization_code", code: await code(w, c), redirect_uri: `${redirect_uri}x`, ...credentials(c) };
      await says(w, "redirect_uri doesn't match", "POST", "/oauth/token", { body });
    },
    invalid_grant: async (w) => {
      const c = await client(w);
      await w.post(400, "invalid_grant", "/oauth/token", { grant_type: "authorization_code", code: "nonsense", redirect_uri, ...credentials(c) });
      await w.post(400, "invalid_client", "/oauth/token", { grant_type: "authorization_code", code: "x", redirect_uri, client_id: c.client_id, client_secret: "wrong" });
    },
  },
  "GET /oauth/userinfo": {
    async success(w) {
      const c = await client(w);
      const { access_token } = await tokens(w, c);
      const claims = await w.expect(200, "", "GET", "/oauth/userinfo", { token: access_token });
      assert.deepEqual([claims.sub, claims.id, claims.email, claims.email_verified], [c.ada.id, c.ada.id, c.ada.email, true]);
      await w.expect(401, "invalid_token", "GET", "/oauth/userinfo", { token: "nonsense" });
    },
  },
  "POST /oauth/userinfo": {
    async success(w) {
      const { access_token } = await tokens(w, await client(w));
      assert.equal((await w.book.call("POST", "/oauth/userinfo", { form: { access_token } })).status, 200);
    },
  },
  "POST /oauth/clients": {
    success: client,
    invalid_client_metadata: (w) => refusedMetadata(w, "invalid_client_metadata", { redirect_uris: [redirect_uri], grant_types: ["nonsense"] }),
    invalid_redirect_uri: (w) => refusedMetadata(w, "invalid_redirect_uri", { client_name: "x", redirect_uris: ["javascript:alert(1)"] }),
  },
  "GET /oauth/clients": {
    async success(w) {
      const c = await client(w);
      const rows = await w.expect(200, "", "GET", "/oauth/clients", { token: c.ada.token });
      const row = rows.find(({ clientId }) => clientId === c.client_id);
      assert.deepEqual(Object.keys(row).sort(), ["clientId", "createdAt", "id", "name", "redirectUri", "updatedAt", "userId"]);
    },
  },
  "GET /oauth/clients/:client_id": {
    async success(w) {
      const c = await client(w);
      await w.expect(200, "", "GET", `/oauth/clients/${c.client_id}`, { token: c.ada.token });
      await w.expect(404, "not_found", "GET", `/oauth/clients/${c.client_id}`, { token: (await w.person("bob")).token });
    },
  },
  "PATCH /oauth/clients/:client_id": {
    async success(w) {
      const c = await client(w);
      const changed = await w.expect(200, "", "PATCH", `/oauth/clients/${c.client_id}`, { token: c.ada.token, body: { name: "Other" } });
      assert.equal(changed.name, "Other");
    },
  },
  "DELETE /oauth/clients/:client_id": {
    async success(w) {
      const c = await client(w);
      await w.expect(204, "", "DELETE", `/oauth/clients/${c.client_id}`, { token: c.ada.token });
    },
  },
  "POST /oauth/clients/:client_id/secret": {
    async success(w) {
      const c = await client(w);
      await w.post(201, "", `/oauth/clients/${c.client_id}/secret`, undefined, c.ada.token);
    },
  },
  "GET /oauth/clients/:client_id/secret": {
    async success(w) {
      const c = await client(w);
      const list = await w.expect(200, "", "GET", `/oauth/clients/${c.client_id}/secret`, { token: c.ada.token });
      assert.deepEqual(list.map((row) => Object.keys(row)), [["createdAt"]]);
      await w.expect(404, "not_found", "GET", `/oauth/clients/${c.client_id}/secret`, { token: (await w.person("bob")).token });
    },
  },
  "DELETE /oauth/clients/:client_id/secret": {
    async success(w) {
      const c = await client(w);
      const path = `/oauth/clients/${c.client_id}/secret`;
      const fresh = await w.post(201, "", path, undefined, c.ada.token);
      await w.expect(404, "not_found", "DELETE", path, { token: (await w.person("bob")).token });
      await w.expect(204, "", "DELETE", path, { token: c.ada.token });
      assert.equal((await w.expect(200, "", "GET", path, { token: c.ada.token })).length, 1);
      const exchange = (client_secret, status, code) =>
        w.post(status, code, "/oauth/token", { grant_type: "authorization_code", code: "nonsense", redirect_uri, client_id: c.client_id, client_secret });
      await exchange(c.client_secret, 400, "invalid_client");
      await exchange(fresh.client_secret, 400, "invalid_grant");
    },
  },
  "GET /oauth/clients/:client_id/failures": {
    async success(w) {
      const c = await client(w);
      await w.post(400, "invalid_grant", "/oauth/token", { grant_type: "authorization_code", code: "nonsense", redirect_uri, ...credentials(c) });
      const [row, ...more] = await w.expect(200, "", "GET", `/oauth/clients/${c.client_id}/failures`, { token: c.ada.token });
      assert.deepEqual([row.endpoint, row.error, more.length], ["/oauth/token", "invalid_grant", 0]);
      assert.ok(!JSON.stringify(row).includes("nonsense"));
      await w.expect(404, "not_found", "GET", `/oauth/clients/${c.client_id}/failures`, { token: (await w.person("bob")).token });
    },
  },
  "POST /oauth/clients/:client_id/redirect-uri-check": {
    async success(w) {
      const ada = await w.person("ada");
      const c = await w.post(201, "", "/oauth/clients", { client_name: "Exact", redirect_uris: [redirect_uri], ...mine }, ada.token);
      const check = (uri) => w.post(200, "", `/oauth/clients/${c.client_id}/redirect-uri-check`, { redirect_uri: uri }, ada.token);
      assert.deepEqual(await check(redirect_uri), { matches: true, rule: "exact", registered: redirect_uri, position: null, expected: null, found: null, hint: null });
      const { matches, position, expected, found, hint } = await check(`${redirect_uri}/`);
      assert.deepEqual([matches, position, expected, found], [false, redirect_uri.length, "", "/"]);
      assert.match(hint, /slash/);
    },
  },
  "GET /projects/:slug/clients": {
    async success(w) {
      const { path, ada, bob } = await team(w);
      const c = await w.post(201, "", `${path}/clients`, { name: "Ours", redirect_uri }, bob.token);
      assert.deepEqual((await w.expect(200, "", "GET", `${path}/clients`, { token: ada.token })).map(({ clientId }) => clientId), [c.client_id]);
    },
    ...outsiders("GET"),
  },
  "POST /projects/:slug/clients": {
    // The claim says what the person is in the project now.
    async success(w) {
      const { path, project, ada, eve } = await team(w);
      const c = { ...(await w.post(201, "", `${path}/clients`, { name: "Ours", redirect_uri }, ada.token)), ada: eve };
      const { redirect_url } = await w.expect(200, "", "GET", query(c, { scope: "openid project:read" }), { token: eve.token });
      const body = { grant_type: "authorization_code", code: new URL(redirect_url).searchParams.get("code"), redirect_uri, ...credentials(c) };
      const { access_token } = await w.post(200, "", "/oauth/token", body);
      const claims = await w.expect(200, "", "GET", "/oauth/userinfo", { token: access_token });
      assert.deepEqual(claims.project, { project_id: project.id, project_name: project.name, project_slug: project.slug, role: "member", permissions: [] });
    },
    ...outsiders("POST", { name: "Mine", redirect_uri }),
  },
  "POST /oauth/register": {
    success: (w) => registered(w, mine),
    async invalid_redirect_uri(w) {
      await w.post(400, "invalid_redirect_uri", "/oauth/register", { redirect_uris: ["javascript:alert(1)"] });
    },
    async invalid_client_metadata(w) {
      await w.post(400, "invalid_client_metadata", "/oauth/register", { redirect_uris: [redirect_uri], response_types: ["nonsense"] });
    },
  },
  "GET /oauth/register/:client_id": {
    async success(w) {
      const made = await registered(w, mine);
      const shown = await w.expect(200, "", "GET", `/oauth/register/${made.client_id}`, { token: made.registration_access_token });
      assert.equal(shown.client_secret, undefined);
      await w.expect(401, "invalid_token", "GET", `/oauth/register/${made.client_id}`, { token: "nonsense" });
    },
  },
  "PUT /oauth/register/:client_id": {
    async success(w) {
      const made = await registered(w, mine);
      const body = { client_id: made.client_id, client_name: "Renamed", redirect_uris: [redirect_uri] };
      const changed = await w.expect(200, "", "PUT", `/oauth/register/${made.client_id}`, { token: made.registration_access_token, body });
      assert.equal(changed.client_name, "Renamed");
    },
  },
  "DELETE /oauth/register/:client_id": {
    async success(w) {
      const made = await registered(w, mine);
      await w.expect(204, "", "DELETE", `/oauth/register/${made.client_id}`, { token: made.registration_access_token });
    },
  },
  "GET /oauth/logout": {
    async success(w) {
      assert.equal((await w.book.call("GET", "/oauth/logout")).status, 200);
      const visitor = new Visitor(w.server.issuer);
      const c = await client(w);
      await visitor.signIn(query(c), c.ada.email, password);
    },
  },
  "POST /oauth/logout": { success: async (w) => assert.ok([200, 303].includes((await w.book.call("POST", "/oauth/logout", { form: { state: "s" } })).status)) },
  "GET /oauth/check-session": { success: async (w) => assert.equal((await w.book.call("GET", "/oauth/check-session")).status, 200) },
};
