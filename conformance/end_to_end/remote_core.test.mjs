// The core store as a process of its own: the same sign-ins, and plain words while it is away.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Server, makeAuthority, sleep } from "./server.mjs";
import { App } from "./sign_ins.mjs";
import { Visitor, send } from "./wire.mjs";

const email = "remote@example.com";
const password = "a quiet river in may";
let server, app, owner;

const asking = () =>
  `/oauth/authorize?${new URLSearchParams({ client_id: app.id, redirect_uri: app.redirectUri, response_type: "code", scope: "openid email" })}`;

before(async () => {
  server = await Server.start({ remote: true, args: ["--core-calls", "8"] });
});
after(() => server.stop());

test("the documented curl walk works with a remote core store", async () => {
  owner = await server.register(email, password);
  execFileSync(fileURLToPath(new URL("../../docs/walk.sh", import.meta.url)), [server.issuer, email, password], { stdio: "inherit" });
  app = await App.create(server, owner);
});

test("a person signs in on the pages with a remote core store", async () => {
  const answer = await new Visitor(server.issuer).signIn(asking(), email, password);
  const { status, json } = await app.redeem(answer.get("code"));
  assert.equal(status, 200);
  assert.ok(json.id_token);
});

test("sign-ins are counted in the metrics of hitkey-core", async () => {
  const answer = await send(server.core.base, "GET", "/metrics");
  assert.match(answer.headers["content-type"], /^text\/plain; version=0\.0\.4/);
  assert.match(answer.text, /^hitkey_sign_ins_total\{result="[^"]+"\} [1-9]/m);
});

test("internal calls are for the holder of the service credential alone", async () => {
  const paths = ["/internal/bearer", "/internal/users/1", "/internal/sign-in", "/internal/second-factor", "/internal/register", "/internal/register/verify"];
  for (const path of paths) {
    const method = /bearer|users/.test(path) ? "GET" : "POST";
    const body = method === "POST" ? "{}" : undefined;
    const headers = { ...(body ? { "content-type": "application/json" } : {}) };
    assert.equal((await send(server.issuer, method, path, { headers, body })).status, 404, `${path} at hitkey-authz`);
    for (const authorization of [undefined, "Bearer ", `Bearer ${"0".repeat(64)}`, `Basic ${"0".repeat(64)}`]) {
      const answer = await send(server.core.base, method, path, { headers: { ...headers, ...(authorization ? { authorization } : {}) }, body });
      assert.ok([401, 403, 404].includes(answer.status), `${path} with ${authorization}: ${answer.status} ${answer.text}`);
    }
  }
});

test("hitkey-authz hears what happened to an account, and passes none of it on", async () => {
  const me = await server.api("POST", "/auth/login", { body: { email, password } });
  const wrong = { headers: { "content-type": "application/json" }, body: JSON.stringify({ email, password: "wrong" }) };
  for (const [base, extra] of [[server.issuer, {}], [server.core.base, {}], [server.core.base, { "x-service-credential": "0".repeat(64) }]]) {
    const answer = await send(base, "POST", "/auth/login", { ...wrong, headers: { ...wrong.headers, ...extra } });
    assert.equal(answer.status, 401, answer.text);
    assert.equal(answer.headers["x-account-event"], undefined, base);
  }
  const heard = (what) => server.log.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line))
    .filter((line) => line.event === "audit" && line.what === what).map((line) => line.user);
  assert.deepEqual(heard("sign_in_failed"), [me.json.user.id], "once, with its person");

  const forgetful = "forgetful@example.com";
  const { user } = await server.register(forgetful, password);
  await server.expect(200, "POST", "/auth/password/forgot", { body: { email: forgetful } });
  const token = /\/reset\?token=([\w-]+)/.exec(await server.mail(forgetful, { match: /\/reset\?token=/ }))[1];
  await server.expect(200, "POST", "/auth/password/reset", { body: { token, password } });
  assert.deepEqual(heard("password_reset"), [user.id]);
});

test("over https the core store is believed by --ca-file's authorities, and by no others", async () => {
  const { ca, cert, key } = makeAuthority(server.dir);
  const { port } = new URL(server.core.base);
  const front = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (socket) => {
    const back = connect(Number(port), "127.0.0.1");
    socket.pipe(back).pipe(socket);
    for (const end of [socket, back]) end.on("error", () => [socket, back].forEach((each) => each.destroy()));
  });
  front.on("tlsClientError", () => {}); // what we are here for
  await new Promise((resolve) => front.listen(0, "127.0.0.1", resolve));
  const args = ["--core-url", `https://localhost:${front.address().port}`, "--core-credential-file", server.core.credential];
  const health = async (more) => {
    const other = await Server.start({ args: [...args, ...more], ill: true });
    const { json } = await other.api("GET", "/health");
    const login = await other.api("POST", "/auth/login", { body: { email, password } });
    await other.stop();
    return [json.core, login.status];
  };
  try {
    assert.deepEqual(await health(["--ca-file", ca]), ["ok", 200]);
    assert.deepEqual(await health([]), ["down", 503]);
    assert.deepEqual(await health(["--ca-file", makeAuthority(server.dir, "stranger").ca]), ["down", 503]);
  } finally {
    front.close();
  }
});

test("while the core store is away: 503 in plain words; afterwards everything is as before", async () => {
  const given = (await app.redeem(await app.code())).json;
  const visitor = new Visitor(server.issuer);
  const page = await visitor.go("GET", asking());
  await server.core.kill();

  const health = await send(server.issuer, "GET", "/health");
  assert.equal(health.status, 503);
  assert.equal(health.json.core, "down", health.text);
  const api = await server.api("POST", "/auth/login", { body: { email, password } });
  assert.equal(api.status, 503, api.text);
  const form = await visitor.submit(page, { email, password });
  assert.equal(form.status, 503, form.text);
  assert.match(form.headers["content-type"], /text\/html/);
  assert.doesNotMatch(form.text, /core store|127\.0\.0\.1/i);
  for (const path of ["/.well-known/openid-configuration", "/oauth/jwks"]) assert.equal((await send(server.issuer, "GET", path)).status, 200, path);

  await server.core.launch();
  assert.equal((await app.refresh(given.refresh_token)).status, 200);
  const answer = await visitor.signIn(asking(), email, password);
  assert.ok(answer.get("code"));
});

test("a mail speaks the language of the page that caused it", async () => {
  for (const language of ["ru", "es"]) {
    const visitor = new Visitor(server.issuer);
    const page = await visitor.go("GET", `${asking()}&ui_locales=${language}`);
    const address = `${language}@example.com`;
    assert.equal((await visitor.submit(page, { step: "email", email: address }, { to: "/interaction/register" })).status, 200);
    assert.match(await server.mail(address), new RegExp(`lang="${language}"`));
  }
});

test("while it is away every door says so in time, in the person's language, and no token is lost", async () => {
  const given = (await app.redeem(await app.code())).json;
  const visitor = new Visitor(server.issuer);
  const page = await visitor.go("GET", asking());
  await server.core.kill();
  const start = Date.now();
  for (const language of ["en", "es", "ru", "kk", "tg"]) {
    const form = await visitor.submit(page, { email, password }, { headers: { "accept-language": language } });
    assert.equal(form.status, 503, language);
    assert.equal(form.headers["retry-after"], "1", language);
    assert.match(form.text, new RegExp(`<html[^>]* lang="${language}"`), language);
  }
  const userinfo = await send(server.issuer, "GET", "/oauth/userinfo", { headers: { authorization: `Bearer ${given.access_token}` } });
  const refused = await app.refresh(given.refresh_token);
  for (const answer of [userinfo, refused]) {
    assert.equal(answer.status, 503, answer.text);
    assert.ok([answer.json.error, answer.json.code].some((word) => ["temporarily_unavailable", "core_unavailable"].includes(word)), answer.text);
    assert.equal(answer.headers["retry-after"] ?? answer.headers.get("retry-after"), "1");
  }
  for (const path of ["/.well-known/openid-configuration", "/oauth/jwks"]) assert.equal((await send(server.issuer, "GET", path)).status, 200, path);
  assert.ok(Date.now() - start < 5000);
  await server.core.launch();
  let again;
  for (const end = Date.now() + 10000; (again = await app.refresh(given.refresh_token)).status === 503 && Date.now() < end; ) await sleep(100);
  assert.equal(again.status, 200, again.text);
});

test("over a Unix socket it is the same core store, and the socket goes with it", async () => {
  const socket = join(server.core.dir, "core.sock");
  const { args } = server.core;
  await server.core.stop({ keep: true });
  server.core.args = args.map((arg, i) => (args[i - 1] === "--listen" ? `unix:${socket}` : arg));
  const health = async () => {
    const answer = await new Promise((resolve, reject) => {
      const sent = request({ socketPath: socket, path: "/health" }, (response) => response.resume().on("end", () => resolve(response.statusCode)));
      sent.on("error", reject);
      sent.end();
    }).catch(() => 0);
    return answer === 200;
  };
  server.core.process = spawn(server.core.path, server.core.args, { stdio: "ignore" });
  server.core.exited = new Promise((resolve) => server.core.process.on("exit", (code, signal) => resolve({ code, signal })));
  for (let i = 0; i < 200 && !(await health()); i++) await sleep(50);
  assert.equal(statSync(socket).mode & 0o777, 0o660);
  const other = await Server.start({ args: ["--core-url", `unix:${socket}`, "--core-credential-file", server.core.credential] });
  try {
    const login = await other.expect(200, "POST", "/auth/login", { body: { email, password } });
    const me = await other.expect(200, "GET", "/auth/me", { token: login.json.token });
    assert.equal(me.json.email, email);
    assert.equal((await other.api("GET", "/health")).json.core_circuit, "closed");
  } finally {
    await other.stop();
    server.core.process.kill("SIGTERM");
    assert.deepEqual(await server.core.exited, { code: 0, signal: null });
    assert.ok(!existsSync(socket), "it is removed");
    server.core.args = args;
    await server.core.launch();
  }
});

test("a core store that hangs takes so many calls at most, and after some timeouts none", async () => {
  const timed = async (path, options) => {
    const start = Date.now();
    const answer = await server.api("GET", path, options);
    return { status: answer.status, ms: Date.now() - start, json: answer.json };
  };
  const me = () => timed("/auth/me", { token: owner.token });
  const deadline = 10000;
  server.core.process.kill("SIGSTOP");
  const tasks = `/proc/${server.core.process.pid}/task`;
  const stopped = () => readdirSync(tasks).every((id) => / T /.test(readFileSync(`${tasks}/${id}/stat`, "utf8")));
  while (!stopped()) await sleep(5); // the signal is on its way, and a call may still be answered
  try {
    const waiting = Array.from({ length: 16 }, me);
    await sleep(500);
    const health = await timed("/health");
    assert.equal(health.status, 503);
    assert.equal(health.json.core, "down");
    assert.ok(health.ms < deadline / 2, `/health took ${health.ms} ms`);
    const answers = await Promise.all(waiting);
    assert.deepEqual([...new Set(answers.map((a) => a.status))], [503]);
    assert.equal(answers.filter((a) => a.ms < deadline / 2).length, 8, "those past --core-calls are refused at once");

    const refused = await me();
    assert.equal(refused.status, 503);
    assert.ok(refused.ms < 1000, `a call while the circuit is open took ${refused.ms} ms`);
  } finally {
    server.core.process.kill("SIGCONT");
  }
  const start = Date.now();
  while ((await me()).status !== 200) {
    assert.ok(Date.now() - start < 20000, "the core store is called again after the pause");
    await sleep(250);
  }
  assert.equal((await timed("/health")).json.core, "ok");
});
