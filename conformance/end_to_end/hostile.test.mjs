// Requests of people who mean harm, over the wire, each with its exact answer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createHash, randomBytes } from "node:crypto";
import { Server, sleep } from "./server.mjs";
import { Visitor, formOf, raw, send } from "./wire.mjs";

const password = "a quiet river in may";
const callback = "https://app.example/cb";
let server, owner, client, other, open, shortLived;

async function register(at, token, metadata = {}) {
  const { json } = await at.expect(201, "POST", "/oauth/clients", {
    token, body: { client_name: "Hostile", redirect_uris: [callback], grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "client_secret_post", ...metadata },
  });
  return json;
}

before(async () => {
  [server, shortLived] = await Promise.all([
    Server.start(), Server.start({ args: ["--code-lifetime", "10s", "--access-token-lifetime", "60s"] }),
  ]);
  owner = await server.register("owner@example.com", password);
  client = await register(server, owner.token);
  other = await register(server, owner.token, { redirect_uris: [callback, "https://other.example/cb"] });
  open = await register(server, owner.token, { token_endpoint_auth_method: "none" });
  const theirs = await shortLived.register("owner@example.com", password);
  const app = await register(shortLived, theirs.token);
  const codes = [await codeOf(shortLived, theirs.token, app), await codeOf(shortLived, theirs.token, app)];
  const { json } = await redeem(shortLived, app, codes[0]);
  Object.assign(shortLived, { app, late: codes[1], old: json, since: Date.now() });
});

after(async () => {
  await server?.stop();
  await shortLived?.stop();
});

const query = (app, extra = {}) => new URLSearchParams(Object.entries({
  client_id: app.client_id, redirect_uri: callback, response_type: "code", scope: "openid email", state: "s", ...extra,
}).filter(([, value]) => value !== undefined));

const authorizePath = (app, extra) => `/oauth/authorize?${query(app, extra)}`;

async function codeOf(at, token, app, extra = {}) {
  const { json } = await at.expect(200, "GET", authorizePath(app, extra), { token });
  return new URL(json.redirect_url).searchParams.get("code");
}

function redeem(at, app, code, extra = {}) {
  return send(at.issuer, "POST", "/oauth/token", {
    form: { grant_type: "authorization_code", code, client_id: app.client_id, redirect_uri: callback,
      ...(app.client_secret ? { client_secret: app.client_secret } : {}), ...extra },
  });
}

const challengeOf = (verifier) => createHash("sha256").update(verifier).digest("base64url");
const isPage = (answer) => assert.match(answer.headers["content-type"], /^text\/html/);
const oauth = (error) => ({ type: /^application\/json/, check: (json) => assert.equal(json.error, error) });
const api = (code) => ({ type: /^application\/json/, check: (json) => assert.equal(json.code, code) });
// A page is known by its title, or by a sentence of it.
const page = (words) => ({ type: /^text\/html/, check: (json, text) => assert.ok(text.includes(words), `${words} in ${text}`) });
const unreadable = page("<title>We could not read that");
const stale = page("<title>This page has expired");
const noClient = page("We do not know the app that sent you here.");
const noUri = page("an address to return to that is not its own");

function isAnswer(answer, status, kind, what) {
  assert.equal(answer.status, status, `${what}: ${answer.status} ${answer.text}`);
  assert.match(answer.headers["content-type"], kind.type, what);
  kind.check(answer.json, answer.text);
  assert.ok(!("location" in answer.headers), what);
}

// --- sizes, types, methods ----------------------------------------------------------------------

test("a head over 16 KiB, an address over 12 KiB and a body over 64 KiB are refused", async () => {
  const head = (text) => `${text} HTTP/1.1\r\nHost: localhost\r\n`;
  const form = "Content-Type: application/x-www-form-urlencoded\r\n";
  const long = (n) => "a".repeat(n);
  for (const [bytes, status, told] of [
    [`${head("GET /oauth/jwks")}X-Long: ${long(17000)}\r\n\r\n`, 431, /"head_too_large"|<title>Request too big/],
    [`${head("GET /oauth/authorize?client_id=x")}Cookie: hk_session=${long(17000)}\r\n\r\n`, 431, /"head_too_large"|<title>Request too big/],
    [`${head("GET /oauth/jwks")}${"X-Many: y\r\n".repeat(120)}\r\n`, 431, /"head_too_large"|<title>Request too big/],
    [`${head(`GET /oauth/authorize?state=${long(12300)}`)}\r\n`, 414, /"uri_too_long"/],
    [`${head("POST /oauth/token")}${form}Content-Length: 65537\r\n\r\n`, 413, /"invalid_request","error_description":"the body is too large"/],
    [`${head("POST /oauth/authorize")}${form}Content-Length: 99999999\r\n\r\n`, 413, /<title>That was too much/],
    [`${head("POST /interaction/sign-in")}${form}Content-Length: 65537\r\n\r\n`, 413, /<title>That was too much/],
    [`${head("POST /oauth/token")}${form}Transfer-Encoding: chunked\r\n\r\n10400\r\n${long(0x10400)}\r\n0\r\n\r\n`, 413, /"invalid_request","error_description":"the body is too large"/],
    [`${head("POST /auth/login")}Content-Type: application/json\r\nContent-Length: 65537\r\n\r\n`, 413, /"the body is too large","code":"payload_too_large"/],
  ]) {
    const answer = await raw(server.port, bytes);
    assert.equal(answer.status, status, `${bytes.slice(0, 80)}: ${answer.text.slice(0, 200)}`);
    assert.match(answer.text, told);
  }
  const largest = await send(server.issuer, "POST", "/oauth/token", { form: `a=${long(65534)}` });
  isAnswer(largest, 400, oauth("invalid_request"), "64 KiB are read");
  assert.match(largest.text, /grant_type is missing/);
});

test("a body of another type is refused with 415, and one where none belongs with 400", async () => {
  const form = "application/x-www-form-urlencoded";
  const either = { error: "invalid_request", error_description: "the body must be application/x-www-form-urlencoded or application/json" };
  const needs = (type) => ({ error: `the body must be ${type}`, code: "unsupported_media_type" });
  const noBody = { error: "invalid_request", error_description: "this call takes no body" };
  const exactly = (wanted) => ({ type: /^application\/json/, check: (json) => assert.deepEqual(json, wanted) });
  for (const [method, path, type, status, kind] of [
    ["POST", "/oauth/token", "text/plain", 415, exactly(either)], ["POST", "/oauth/token", "multipart/form-data; boundary=x", 415, exactly(either)],
    ["POST", "/oauth/token", "application/xml", 415, exactly(either)], ["POST", "/oauth/token", undefined, 415, exactly(either)],
    ["POST", "/oauth/authorize", "application/json", 415, unreadable], ["POST", "/interaction/sign-in", "application/json", 415, unreadable],
    ["POST", "/interaction/consent", "text/plain", 415, unreadable], ["POST", "/reset", "text/plain", 415, unreadable],
    ["POST", "/oauth/userinfo", "application/json", 415, exactly(needs(form))], ["POST", "/oauth/clients", form, 415, exactly(needs("application/json"))],
    ["PATCH", `/oauth/clients/${client.client_id}`, "application/merge-patch+json", 415, exactly(needs("application/json"))],
    ["POST", "/auth/login", form, 415, exactly(needs("application/json"))], ["POST", "/auth/register/start", "text/plain", 415, exactly(needs("application/json"))],
    ["GET", "/oauth/jwks", form, 400, exactly(noBody)], ["GET", "/oauth/authorize", form, 400, unreadable],
  ]) {
    const headers = { authorization: `Bearer ${owner.token}`, ...(type ? { "content-type": type } : {}) };
    isAnswer(await send(server.issuer, method, path, { headers, body: "a=b" }), status, kind, `${method} ${path} ${type}`);
  }
});

test("another method is refused with 405 and Allow, an unknown one with 501", async () => {
  const notHere = page("<title>That does not work here");
  for (const [method, path, allow, kind] of [
    ["PUT", "/oauth/token", "POST, OPTIONS", oauth("invalid_request")], ["GET", "/oauth/token", "POST, OPTIONS", oauth("invalid_request")],
    ["POST", "/oauth/jwks", "GET, HEAD, OPTIONS", oauth("invalid_request")], ["DELETE", "/oauth/authorize", "GET, POST, OPTIONS", notHere], ["HEAD", "/oauth/authorize", "GET, POST, OPTIONS", undefined],
    ["POST", "/", "GET, OPTIONS", notHere], ["PUT", "/oauth/userinfo", "GET, HEAD, POST, OPTIONS", oauth("invalid_request")],
    ["POST", "/.well-known/openid-configuration", "GET, HEAD, OPTIONS", oauth("invalid_request")], ["GET", "/interaction/sign-in", "POST, OPTIONS", notHere],
    ["GET", "/interaction/consent", "POST, OPTIONS", notHere], ["DELETE", "/oauth/clients", "GET, HEAD, POST, OPTIONS", api("method_not_allowed")],
    ["PUT", "/oauth/clients/x", "GET, HEAD, PATCH, DELETE, OPTIONS", api("method_not_allowed")], ["POST", "/health", "GET, HEAD, OPTIONS", api("method_not_allowed")],
    ["POST", "/metrics", "GET, HEAD, OPTIONS", api("method_not_allowed")], ["GET", "/auth/login", "POST, OPTIONS", api("method_not_allowed")],
  ]) {
    const answer = await send(server.issuer, method, path, {});
    if (kind) isAnswer(answer, 405, kind, `${method} ${path}`);
    else assert.deepEqual([answer.status, answer.text], [405, ""], "an answer to HEAD has no body");
    assert.equal(answer.headers.allow?.split(", ").sort().join(), allow.split(", ").sort().join(), `${method} ${path}`);
  }
  for (const method of ["BREW", "get", "TRACE"]) {
    const { status, text } = await raw(server.port, `${method} /oauth/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`, { patience: 5000 });
    assert.equal(status, 501, method);
    assert.match(text, /"server_error","error_description":"this method is not known here"/);
  }
});

// --- encodings ----------------------------------------------------------------------------------

test("bad percent-encoding, NUL and bad UTF-8 are refused wherever a parameter is", async () => {
  const base = query(client);
  for (const bad of ["%zz", "%", "%4", "%00", "a%00b", "%ff", "%c0%af", "%ed%a0%80", "%f4%90%80%80", "%c3"]) {
    for (const [method, path, form, status, kind] of [
      ["GET", `/oauth/authorize?${base}&nonce=${bad}`, undefined, 400, unreadable],
      ["GET", `/oauth/authorize?${base}&${bad}=x`, undefined, 400, unreadable],
      ["POST", "/oauth/authorize", `${base}&nonce=${bad}`, 400, unreadable],
      ["POST", "/oauth/token", `grant_type=authorization_code&code=${bad}`, 400, oauth("invalid_request")],
      ["POST", "/interaction/sign-in", `interaction=x&email=${bad}`, 400, unreadable],
      ["GET", `/reset?token=${bad}`, undefined, 400, unreadable],
    ]) {
      isAnswer(await send(server.issuer, method, path, { form }), status, kind, `${method} ${path} ${bad}`);
    }
    const one = await send(server.issuer, "GET", `/oauth/clients/${bad}`, { headers: { authorization: `Bearer ${owner.token}` } });
    isAnswer(one, 400, api("bad_request"), bad);
  }
});

test("JSON that two readers could understand differently is refused", async () => {
  const deep = (n) => `${'{"a":'.repeat(n)}1${"}".repeat(n)}`;
  for (const [body, why] of [
    [deep(600), /nested/], [deep(100), /nested/], ['{"a":1,"a":2}', /repeats/],
    ['{"grant_type":"refresh_token","grant_type":"authorization_code"}', /repeats/], ['{"a":{"b":1,"b":1}}', /repeats/],
    ["[]", /object/], ['"text"', /object/], ["null", /object/], ["{}{}", /follows/], ["{", /well-formed/], ["{'a':1}", /well-formed/],
    ['{"a":1,}', /well-formed/], [Buffer.from('{"a":"\xff"}', "latin1"), /UTF-8/], ['{"a":"\\ud800"}', /well-formed|UTF-8/],
    ['{"a":"\\u0000"}', /well-formed/], ["\ufeff{}", /well-formed/], ['{"a":NaN}', /well-formed/],
  ]) {
    for (const path of ["/oauth/token", "/auth/login", "/oauth/clients"]) {
      const answer = await send(server.issuer, "POST", path, {
        headers: { "content-type": "application/json", authorization: `Bearer ${owner.token}` }, body,
      });
      const what = `${path} ${String(body).slice(0, 70)}: ${answer.text}`;
      assert.equal(answer.status, 400, what);
      assert.equal(answer.json.code, "bad_request", what);
      const told = path === "/oauth/clients" ? answer.json.error_description ?? answer.json.error : answer.json.error;
      assert.match(told, why, what);
    }
  }
});

test("a repeated parameter is refused: on a page, at the app, or in JSON, as far as the request is known", async () => {
  const twice = (name, value) => `/oauth/authorize?${query(client)}&${name}=${encodeURIComponent(value)}`;
  for (const [name, value, kind] of [["client_id", client.client_id, noClient], ["redirect_uri", callback, noUri]]) {
    isAnswer(await send(server.issuer, "GET", twice(name, value)), 400, kind, name);
  }
  for (const [name, value] of [["scope", "openid"], ["response_type", "code"], ["nonce", "b&nonce=c"]]) {
    const answer = await send(server.issuer, "GET", twice(name, value).replaceAll("%26", "&").replaceAll("%3D", "="));
    assert.equal(answer.status, 303, answer.text);
    const there = new URL(answer.headers.location);
    assert.equal(there.origin + there.pathname, callback);
    assert.equal(there.searchParams.get("error"), "invalid_request", name);
  }
  for (const form of ["grant_type=refresh_token&grant_type=refresh_token", "code=a&code=b", "client_id=a&client_id=b", "unknown=1&unknown=2"]) {
    isAnswer(await send(server.issuer, "POST", "/oauth/token", { form }), 400, oauth("invalid_request"), form);
  }
});

// --- other sites --------------------------------------------------------------------------------

test("a form that another site posts is refused before it is read", async () => {
  const visitor = new Visitor(server.issuer);
  const asked = await visitor.go("GET", authorizePath(client));
  const { fields } = formOf(asked.text);
  const form = { ...fields, email: "owner@example.com", password };
  for (const headers of [
    { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }, { "sec-fetch-site": "unheard-of" },
    { origin: "https://evil.example" }, { origin: "http://localhost" }, { origin: `${server.issuer}.evil.example` },
    { origin: `http://127.0.0.1:${server.port}` }, { origin: server.issuer.replace("http:", "https:") },
    { origin: server.issuer, "sec-fetch-site": "cross-site" },
  ]) {
    for (const path of ["/interaction/sign-in", "/interaction/consent", "/interaction/register", "/interaction/forgot",
      "/interaction/cancel", "/interaction/choose-account", "/interaction/second-factor", "/reset"]) {
      const answer = await visitor.go("POST", path, { headers, form });
      isAnswer(answer, 403, page("<title>That came from another site"), `${path} ${JSON.stringify(headers)}`);
      assert.ok(!("set-cookie" in answer.headers));
    }
  }
  const blind = await send(server.issuer, "POST", "/interaction/sign-in", { headers: { origin: "null" }, form });
  isAnswer(blind, 400, stale, "without the cookie of this browser the form is nobody's");
  const ours = await visitor.submit(asked, { email: "owner@example.com", password });
  assert.equal(ours.status, 200, "the person's own form still works");
});

test("no answer of the token endpoint or of userinfo lends cookies to another site", async () => {
  for (const path of ["/oauth/token", "/oauth/userinfo", "/oauth/jwks"]) {
    const { headers } = await send(server.issuer, "OPTIONS", path, {
      headers: { origin: "https://evil.example", "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
    });
    assert.equal(headers["access-control-allow-origin"], "*");
    assert.ok(!("access-control-allow-credentials" in headers));
  }
  for (const path of ["/oauth/clients", "/auth/me", "/oauth/authorize", "/interaction/consent"]) {
    const { headers } = await send(server.issuer, "OPTIONS", path, { headers: { origin: "https://evil.example", "access-control-request-method": "GET" } });
    assert.ok(!("access-control-allow-origin" in headers), path);
  }
});

// --- where an answer goes -----------------------------------------------------------------------

test("an unregistered or look-alike redirect URI gets a page and never a redirect", async () => {
  for (const uri of [
    "https://evil.example/cb", "https://app.example.evil.example/cb", "https://app.example@evil.example/cb", "https://evil.example#https://app.example/cb",
    "https://app.example/cb/", "https://app.example/cb/../evil", "https://app.example/cb?x=1", "https://app.example/cb#f", "https://app.example/CB",
    "https://APP.example/cb", "https://app.example:443/cb", "https://app.example:444/cb", "http://app.example/cb", "//app.example/cb", "/cb",
    "https://app.example./cb", "https://app.example/%63b", "https://app.example\\@evil.example/cb", "https://app.example/cb\t", " https://app.example/cb",
    "https://app.example/cb\r\nSet-Cookie: a=b", "https://\u0430pp.example/cb", "javascript:alert(1)", "data:text/html,x", "https://app.example%2f@evil.example/cb",
  ]) {
    for (const extra of [{}, { prompt: "none" }, { response_type: "nonsense" }, { response_mode: "form_post", prompt: "none" }]) {
      const answer = await send(server.issuer, "GET", authorizePath(client, { redirect_uri: uri, ...extra }));
      isAnswer(answer, 400, noUri, uri);
      assert.ok(!answer.text.includes("evil.example"), "nothing of it is echoed");
    }
    const front = await send(server.issuer, "GET", `/?${query(client, { redirect_uri: uri })}`);
    isAnswer(front, 400, noUri, uri);
    const dialect = await server.api("GET", authorizePath(client, { redirect_uri: uri }), { token: owner.token });
    assert.deepEqual([dialect.status, dialect.json.error], [400, "redirect_uri doesn't match"]);
    assert.ok(!dialect.text.includes("evil.example"));
  }
});

const lures = Object.fromEntries(["redirect_uri", "redirect_url", "redirect", "return_to", "returnTo", "next", "continue", "url", "target", "post_logout_redirect_uri"]
  .map((name) => [name, "https://evil.example/"]));

test("no parameter of a page leads anywhere but to the app", async () => {
  const lure = String(new URLSearchParams(lures));
  const visitor = new Visitor(server.issuer);
  const isOurs = (answer, what) => {
    assert.ok(!answer.text.includes("evil.example"), what);
    const { location } = answer.headers;
    if (location) assert.ok(location.startsWith(`${callback}?`) || location.startsWith("/") && !location.startsWith("//"), `${what}: ${location}`);
  };
  const start = () => visitor.go("GET", authorizePath(client));
  for (const to of ["register", "register/code", "register/resend", "register/password", "forgot", "choose-account", "second-factor", "cancel", "consent"]) {
    const answer = await visitor.submit(await start(), { ...lures, email: "owner@example.com", decision: "deny" }, { to: `/interaction/${to}?${lure}` });
    isOurs(answer, to);
  }
  const asked = await start();
  const consent = await visitor.submit(asked, { ...lures, email: "owner@example.com", password }, { to: `/interaction/sign-in?${lure}` });
  isOurs(consent, "sign-in");
  const done = await visitor.submit(consent, { ...lures, decision: "allow" }, { to: `/interaction/consent?${lure}` });
  assert.equal(done.status, 303);
  isOurs(done, "consent");
  isOurs(await visitor.go("GET", `/reset?token=x&${lure}`), "reset");
  isOurs(await visitor.go("GET", `/?${lure}`), "front");
  for (const path of ["//evil.example/", "/%2f%2fevil.example/", "/\\evil.example", "/oauth/authorize//evil.example", "/https://evil.example/", "/assets/..%2f..%2fetc%2fpasswd"]) {
    const answer = await raw(server.port, `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`);
    assert.equal(answer.status, 404, path);
    assert.match(answer.text, /"code":"not_found"|<title>There is no such page/, path);
    assert.ok(!answer.text.includes("evil.example"), path);
  }
});

test("the Host header and X-Forwarded-Host decide nothing", async () => {
  const honest = await send(server.issuer, "GET", "/.well-known/openid-configuration");
  const lied = await send(server.issuer, "GET", "/.well-known/openid-configuration", {
    headers: { host: "evil.example", "x-forwarded-host": "evil.example", forwarded: "host=evil.example" },
  });
  assert.equal(lied.text, honest.text);
  const since = Date.now() - 5;
  await send(server.issuer, "POST", "/auth/password/forgot", {
    headers: { host: "evil.example", "x-forwarded-host": "evil.example", "content-type": "application/json" },
    body: JSON.stringify({ email: "owner@example.com" }),
  });
  const mail = await server.mail("owner@example.com", { since, match: /\/reset\?/ });
  assert.ok(mail.includes(`${server.issuer}/reset?`));
  assert.ok(!mail.includes("evil.example"));
});

// --- injection ----------------------------------------------------------------------------------

test("line breaks in a parameter or header never make a header", async () => {
  const breaks = "x\r\nSet-Cookie: evil=1\r\n\r\n<script>evil()</script>";
  const isClean = (answer, what) => {
    assert.ok(!(answer.headers["set-cookie"] ?? []).some((line) => line.startsWith("evil")), what);
    for (let i = 0; i < answer.raw.length; i += 2) assert.ok(!answer.raw[i + 1].includes("evil=1") || answer.raw[i] === "Location", what);
    assert.ok(!answer.text.includes("<script>evil"), what);
  };
  const silent = await send(server.issuer, "GET", authorizePath(client, { state: breaks, prompt: "none" }));
  assert.equal(silent.status, 303);
  isClean(silent, "state");
  assert.equal(new URL(silent.headers.location).searchParams.get("state"), breaks, "state comes back as it was, encoded");
  const posted = await send(server.issuer, "GET", authorizePath(client, { state: breaks, prompt: "none", response_mode: "form_post" }));
  assert.equal(posted.status, 200);
  isClean(posted, "form_post");
  for (const name of ["redirect_uri", "client_id", "scope", "login_hint", "ui_locales", "nonce", "acr_values", "display", "claims_locales"]) {
    isClean(await send(server.issuer, "GET", authorizePath(client, { [name]: breaks })), name);
  }
  for (const id of ["a\tb", "a b", "<script>", "é", "a".repeat(65), '"; drop', "a,b", "${jndi:ldap://x}"]) {
    const answer = await raw(server.port, `GET /oauth/jwks HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${id}\r\nConnection: close\r\n\r\n`);
    assert.equal(answer.status, 200, id);
    assert.match(answer.text, /\r\nX-Request-Id: [0-9a-f]{16}\r\n/i, id);
  }
  for (const broken of ["a\rSet-Cookie: evil=1", "a\nSet-Cookie: evil=1", "a\r\n Set-Cookie: evil=1", "a\0b"]) {
    const answer = await raw(server.port, `GET /oauth/jwks HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${broken}\r\nConnection: close\r\n\r\n`);
    assert.equal(answer.status, 400, JSON.stringify(broken));
    assert.match(answer.text, /"a header (line is malformed|has characters that it may not)","code":"bad_request"/);
    assert.ok(!/set-cookie/i.test(answer.text));
  }
  const body = { client_name: "x", redirect_uris: ["https://app.example/cb\r\nSet-Cookie: evil=1"] };
  const made = await server.api("POST", "/oauth/clients", { token: owner.token, body });
  assert.equal(made.status, 400);
  assert.equal(made.json.error, "invalid_redirect_uri");
});

test("names, hints and typed text appear on a page escaped, or not at all", async () => {
  const evil = `"'><img src=x onerror=evil()><script>evil()</script>{{evil}}&lt;`;
  const named = await register(server, owner.token, { client_name: evil });
  const isEscaped = (answer, what) => {
    isPage(answer);
    for (const part of ["<img src=x", "<script>", `"'>`, "{{evil}}&lt;<"]) assert.ok(!answer.text.includes(part), `${what}: ${part} in ${answer.text}`);
    assert.match(answer.headers["content-security-policy"], /default-src 'none'/);
    assert.doesNotMatch(answer.headers["content-security-policy"], /unsafe-/);
  };
  const visitor = new Visitor(server.issuer);
  const asked = await visitor.go("GET", authorizePath(named, { login_hint: evil, state: evil, nonce: evil, ui_locales: evil, acr_values: evil }));
  assert.equal(asked.status, 200);
  assert.ok(asked.text.includes("&lt;img src=x"), "the name is shown, as text");
  isEscaped(asked, "sign-in");
  isEscaped(await visitor.submit(asked, { email: evil, password: evil }), "wrong sign-in");
  isEscaped(await visitor.submit(asked, { email: evil }, { to: "/interaction/forgot" }), "forgot");
  isEscaped(await visitor.submit(asked, { email: evil }, { to: "/interaction/register" }), "register");
  const consent = await visitor.submit(asked, { email: "owner@example.com", password });
  assert.equal(consent.status, 200);
  isEscaped(consent, "consent");
  isEscaped(await visitor.go("GET", `/reset?token=${encodeURIComponent(evil)}`), "reset");
  isEscaped(await visitor.go("GET", authorizePath({ client_id: evil })), "unknown client");
  isEscaped(await visitor.go("GET", authorizePath(named, { redirect_uri: evil })), "redirect_uri");
  isEscaped(await visitor.go("GET", `/oauth/${encodeURIComponent(evil)}`, { headers: { accept: "text/html" } }), "no such page");
  isEscaped(await visitor.go("GET", authorizePath(named, { state: evil, prompt: "none", response_mode: "form_post", max_age: "x" })), "form_post");
  const { text } = await send(server.issuer, "POST", "/oauth/token", { form: { grant_type: evil, client_id: evil } });
  assert.ok(!text.includes("evil"), "an error echoes nothing");
  await server.expect(200, "PATCH", "/auth/profile", { token: owner.token, body: { displayName: evil } });
  const choice = await visitor.go("GET", authorizePath(named, { prompt: "select_account" }));
  assert.ok(choice.text.includes("&lt;img src=x"), "the name of the person is shown, as text");
  isEscaped(choice, "choose account");
  await server.expect(200, "PATCH", "/auth/profile", { token: owner.token, body: { displayName: null } });
});

// --- sessions -----------------------------------------------------------------------------------

test("a session cookie that an attacker planted is not kept at sign-in and never signs in", async () => {
  const planted = randomBytes(32).toString("base64url");
  const attacker = new Visitor(server.issuer);
  await attacker.go("GET", authorizePath(client));
  const binding = attacker.cookies.get("hk_ix");
  const victim = new Visitor(server.issuer);
  victim.cookies.set("hk_session", planted);
  victim.cookies.set("hk_ix", binding);
  const answer = await victim.signIn(authorizePath(client), "owner@example.com", password);
  assert.ok(answer.get("code"));
  assert.notEqual(victim.cookies.get("hk_session"), planted);
  for (const cookie of [planted, `${planted}; hk_session=${planted}`]) {
    const silent = await send(server.issuer, "GET", authorizePath(client, { prompt: "none" }), { headers: { cookie: `hk_session=${cookie}` } });
    assert.equal(new URL(silent.headers.location).searchParams.get("error"), "login_required");
  }
  const session = victim.cookies.get("hk_session");
  await victim.signIn(authorizePath(client, { prompt: "login" }), "owner@example.com", password);
  assert.notEqual(victim.cookies.get("hk_session"), session, "each sign-in gives a new one");
});

test("a form of the attacker's browser does not sign a victim in to the attacker's account", async () => {
  const attacker = new Visitor(server.issuer), victim = new Visitor(server.issuer);
  const asked = await attacker.go("GET", authorizePath(client));
  await victim.go("GET", authorizePath(client));
  const answer = await victim.submit(asked, { email: "owner@example.com", password });
  isAnswer(answer, 400, stale, "the attacker's form");
  assert.ok(!victim.cookies.has("hk_session"));
});

// --- tokens and codes ---------------------------------------------------------------------------

const isRefused = (answer, what) => {
  assert.equal(answer.status, 401, what);
  assert.match(answer.headers["www-authenticate"], /^Bearer .*error="invalid_token"/, what);
};
const userinfo = (at, token) => send(at.issuer, "GET", "/oauth/userinfo", { headers: { authorization: `Bearer ${token}` } });

test("userinfo takes an access token of ours and nothing else", async () => {
  const { json: tokens } = await redeem(server, client, await codeOf(server, owner.token, client));
  assert.equal((await userinfo(server, tokens.access_token)).status, 200);
  const [head, body, signature] = tokens.access_token.split(".");
  const none = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  const promoted = Buffer.from(JSON.stringify({ ...claims, scope: "openid email profile" })).toString("base64url");
  const flipped = (signature[10] === "A" ? "B" : "A");
  for (const [what, token] of Object.entries({
    "ID token": tokens.id_token, "refresh token": tokens.refresh_token, "API token": owner.token, code: await codeOf(server, owner.token, client),
    "token of another server": shortLived.old.access_token, "alg none": `${none}.${body}.`, "no signature": `${head}.${body}.`,
    "other claims": `${head}.${promoted}.${signature}`, "altered signature": `${head}.${body}.${signature.slice(0, 10)}${flipped}${signature.slice(11)}`,
    "a part too many": `${tokens.access_token}.${signature}`, "one part": head, junk: "x",
  })) {
    isRefused(await userinfo(server, token), what);
  }
  for (const authorization of [`Basic ${tokens.access_token}`, "Bearer", `Bearer ${tokens.access_token} x`]) {
    const answer = await send(server.issuer, "GET", "/oauth/userinfo", { headers: { authorization } });
    assert.equal(answer.status, 401, authorization);
    assert.equal(answer.headers["www-authenticate"], 'Bearer realm="hitkey"', "RFC 6750 3.1: no error where there is no token");
  }
  for (const path of ["/auth/me", "/oauth/clients"]) {
    for (const token of [tokens.access_token, tokens.id_token, tokens.refresh_token]) {
      assert.equal((await server.api("GET", path, { token })).status, 401, "an OAuth token is no API token");
    }
  }
});

test("a code works for its client, its redirect URI and its verifier alone", async () => {
  const verifier = randomBytes(32).toString("base64url");
  const pkce = { code_challenge: challengeOf(verifier), code_challenge_method: "S256" };
  const refused = async (app, code, extra, what) => isAnswer(await redeem(server, app, code, extra), 400, oauth("invalid_grant"), what);
  const plain = () => codeOf(server, owner.token, client);
  const bound = () => codeOf(server, owner.token, client, pkce);
  await refused(other, await plain(), {}, "another client's code");
  await refused(open, await plain(), {}, "a public client with a confidential client's code");
  await refused(client, await plain(), { redirect_uri: "https://other.example/cb" }, "another redirect URI");
  await refused(client, await plain(), { code_verifier: verifier }, "a verifier without a challenge");
  await refused(client, await bound(), {}, "a challenge without a verifier");
  await refused(client, await bound(), { code_verifier: challengeOf(verifier) }, "the challenge as verifier");
  await refused(client, await bound(), { code_verifier: randomBytes(32).toString("base64url") }, "another verifier");
  const code = await plain();
  await refused(client, code.slice(0, -3), {}, "a shortened code");
  await refused(client, `${code}AA`, {}, "a longer code");
  await refused(client, (code[20] === "A" ? code.slice(0, 20) + "B" : code.slice(0, 20) + "A") + code.slice(21), {}, "an altered code");
  isAnswer(await redeem(server, { ...client, client_secret: other.client_secret }, code), 401, oauth("invalid_client"), "another client's secret");
  isAnswer(await redeem(server, { client_id: client.client_id }, code), 401, oauth("invalid_client"), "no secret");
  assert.equal((await redeem(server, client, code)).status, 200, "none of this spent the code of the honest client");
  assert.equal((await redeem(server, client, await bound(), { code_verifier: verifier })).status, 200);
  const unbound = await send(server.issuer, "GET", authorizePath(open));
  assert.equal(unbound.status, 303);
  assert.equal(new URL(unbound.headers.location).searchParams.get("error"), "invalid_request", "a public client without a challenge");
});

test("a refresh token works for its client alone", async () => {
  const { json } = await redeem(server, client, await codeOf(server, owner.token, client));
  const refresh = (app, token) => send(server.issuer, "POST", "/oauth/token", {
    form: { grant_type: "refresh_token", refresh_token: token, client_id: app.client_id, ...(app.client_secret ? { client_secret: app.client_secret } : {}) },
  });
  for (const [app, token, what] of [
    [other, json.refresh_token, "another client"], [open, json.refresh_token, "a public client"], [client, json.access_token, "an access token"],
    [client, owner.refresh_token, "an API refresh token"], [client, `${json.refresh_token}x`, "a longer one"],
  ]) {
    isAnswer(await refresh(app, token), 400, oauth("invalid_grant"), what);
  }
  assert.equal((await refresh(client, json.refresh_token)).status, 200);
});

test("after a password reset nothing from before works: session, code, tokens", async () => {
  const email = "stolen@example.com";
  const person = await server.register(email, password);
  const thief = new Visitor(server.issuer);
  const { json } = await redeem(server, client, (await thief.signIn(authorizePath(client), email, password)).get("code"));
  const late = (await thief.go("GET", authorizePath(client))).headers.location;
  const used = (token) => send(server.issuer, "GET", "/oauth/userinfo", { headers: { authorization: `Bearer ${token}` } });
  const refresh = () => send(server.issuer, "POST", "/oauth/token", {
    form: { grant_type: "refresh_token", refresh_token: json.refresh_token, client_id: client.client_id, client_secret: client.client_secret },
  });
  assert.equal((await used(json.access_token)).status, 200);
  assert.equal((await refresh()).status, 200);

  await server.expect(200, "POST", "/auth/password/forgot", { body: { email } });
  const token = /\/reset\?token=([\w-]+)/.exec(await server.mail(email, { match: /\/reset\?/ }))[1];
  await server.expect(200, "POST", "/auth/password/reset", { body: { token, password: "a wide river in june" } });

  assert.equal((await server.api("GET", "/auth/me", { token: person.token })).status, 401);
  assert.equal((await used(json.access_token)).status, 401);
  isAnswer(await refresh(), 400, oauth("invalid_grant"), "the refresh token");
  isAnswer(await redeem(server, client, new URL(late).searchParams.get("code")), 400, oauth("invalid_grant"), "the code");
  const silent = await thief.go("GET", authorizePath(client, { prompt: "none" }));
  assert.equal(new URL(silent.headers.location).searchParams.get("error"), "login_required");
  const again = await new Visitor(server.issuer).signIn(authorizePath(client), email, "a wide river in june");
  assert.equal((await redeem(server, client, again.get("code"))).status, 200, "the new password works at once");
});

test("a code past its time and an access token past its time are refused", async () => {
  await sleep(shortLived.since + 10500 - Date.now());
  isAnswer(await redeem(shortLived, shortLived.app, shortLived.late), 400, oauth("invalid_grant"), "a late code");
  assert.equal((await userinfo(shortLived, shortLived.old.access_token)).status, 200, "the token still lives");
  await sleep(shortLived.since + 61500 - Date.now());
  isRefused(await userinfo(shortLived, shortLived.old.access_token), "an old token");
});

test("after all of this the server is well", async () => {
  assert.equal((await server.api("GET", "/health")).json.status, "ok");
  const errors = server.log.split("\n").filter((line) => line.includes('"level":"error"'));
  assert.deepEqual(errors, []);
});
