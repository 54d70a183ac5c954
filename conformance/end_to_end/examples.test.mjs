// The examples of libhitkey-rp, as programs: with hitkey-authz, and with npm's oidc-provider for what it
// does not offer yet (client credentials, the device flow).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessibilityViolations, launchBrowser, screenshot } from "./browser.mjs";
import { startProvider } from "./oidc_provider.mjs";
import { freePort, Server, sleep } from "./server.mjs";
import { App } from "./sign_ins.mjs";

const password = "a quiet river in may";
const programs = [];
let server, browser, owner;

// An example in its own process; `lines` are what it has printed so far.
function start(name, args, env) {
  const child = spawn(join(process.env.E2E_BIN, "rp/examples", name), args, { env: { ...process.env, ...env } });
  const program = { child, out: "", err: "", exited: new Promise((resolve) => child.on("exit", resolve)) };
  child.stdout.on("data", (chunk) => (program.out += chunk));
  child.stderr.on("data", (chunk) => (program.err += chunk));
  programs.push(program);
  return program;
}

async function until(what, condition) {
  for (let i = 0; i < 400; i++) {
    const value = await condition();
    if (value) return value;
    await sleep(50);
  }
  assert.fail(`${what} did not happen in time: ${programs.at(-1).out} ${programs.at(-1).err}`);
}

const listens = (origin) => until(`listening at ${origin}`, () => fetch(origin).then(() => true, () => false));

async function register(metadata) {
  const { json } = await server.expect(201, "POST", "/oauth/clients", {
    token: owner.token, body: { client_name: "Example", grant_types: ["authorization_code", "refresh_token"], ...metadata },
  });
  return { HITKEY_ISSUER: server.issuer, HITKEY_CLIENT_ID: json.client_id, HITKEY_SECRET: json.client_secret ?? "" };
}

async function startWebapp(name, metadata = {}) {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const env = await register({ redirect_uris: [`${origin}/callback`], ...metadata });
  const program = start(name, [String(port)], { ...env, HITKEY_REDIRECT_URI: `${origin}/callback` });
  await listens(origin);
  return Object.assign(program, { origin, client: env.HITKEY_CLIENT_ID });
}

// What the owner's browser would come back with from an authorization request.
async function authorized(url) {
  const { pathname, search } = new URL(url);
  const { json } = await server.expect(200, "GET", pathname + search, { token: owner.token });
  return json.redirect_url;
}

const get = (url, cookie) => fetch(url, { redirect: "manual", headers: cookie ? { cookie } : {} });

async function begun(webapp) {
  const answer = await get(`${webapp.origin}/login`);
  assert.equal(answer.status, 303);
  return { url: answer.headers.get("location"), cookie: answer.headers.get("set-cookie").split(";")[0] };
}

before(async () => {
  server = await Server.start({ args: ["--allow-private-fetch"] });
  browser = await launchBrowser();
  owner = await server.register("owner@example.com", password);
});

after(async () => {
  for (const { child, exited } of programs) {
    child.kill();
    await exited;
  }
  await browser?.close();
  await server?.stop();
});

test("each example has a hundred lines at most; the web application calls the library in 21", () => {
  const folder = new URL("../../rp/examples/", import.meta.url);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".c"))) {
    const lines = readFileSync(new URL(file, folder), "utf8").trimEnd().split("\n");
    assert.ok(lines.length <= 100, `${file} has ${lines.length} lines`);
    if (file === "webapp.c") assert.ok(lines.filter((line) => /\bhk_/.test(line)).length <= 21);
  }
});

test("webapp: a person signs in through the pages, with the keyboard", async () => {
  const webapp = await startWebapp("webapp");
  const page = await browser.newPage();
  const problems = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(webapp.origin);
  await screenshot(page, "partner");
  assert.deepEqual(await accessibilityViolations(page), []);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "sign-in");
  const box = await page.locator("#sign-in").boundingBox();
  assert.ok(box.height >= 44, "the button can be hit with a thumb");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#email");
  await page.fill("#email", "owner@example.com");
  await page.fill("#password", password);
  await page.click("#sign-in");
  await page.waitForSelector("#allow, #claims");
  if (await page.$("#allow")) await page.click("#allow");
  await page.waitForSelector("#claims");
  assert.match(await page.textContent("h1"), /^Hello, owner@example\.com$/);
  assert.equal(JSON.parse(await page.textContent("#claims")).iss, server.issuer);
  assert.equal((await page.textContent("#id-token")).split(".").length, 3);
  await screenshot(page, "partner-signed-in");
  assert.deepEqual(await accessibilityViolations(page), []);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark" });
  await screenshot(page, "partner-signed-in-phone-dark");
  assert.deepEqual(await accessibilityViolations(page), []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.goto(`${webapp.origin}/callback?error=access_denied&state=x`);
  assert.match(await page.textContent("#why"), /^Because /);
  assert.deepEqual(problems.filter((text) => !/403/.test(text)), []);
  await page.close();
});

for (const name of ["webapp", "webapp-curlmulti"]) {
  test(`${name}: answers that are not its own are refused, its own are taken once`, async () => {
    const webapp = await startWebapp(name);
    const one = await begun(webapp);
    const other = await begun(webapp);
    const answer = await authorized(one.url);
    const callback = webapp.origin + "/callback" + new URL(answer).search;
    for (const [what, url, cookie] of [
      ["no cookie", callback, ""],
      ["another sign-in's cookie", callback, other.cookie],
      ["another state", callback.replace(/state=[^&]*/, "state=x"), one.cookie],
      ["another issuer", callback.replace(/iss=[^&]*/, "iss=https%3A%2F%2Fevil.example"), one.cookie],
      ["a repeated parameter", `${callback}&state=x`, one.cookie],
      ["nothing", `${webapp.origin}/callback`, one.cookie],
    ]) {
      const refused = await get(url, cookie);
      assert.equal(refused.status, 403, what);
      assert.doesNotMatch(await refused.text(), /owner@example\.com|evil\.example/, what);
    }
    const second = await begun(webapp);
    const good = webapp.origin + "/callback" + new URL(await authorized(second.url)).search;
    const taken = await get(good, second.cookie);
    assert.equal(taken.status, 200);
    assert.match(await taken.text(), /Hello, owner@example\.com/);
    assert.match(taken.headers.get("set-cookie"), /Max-Age=0/);
    assert.equal((await get(good, second.cookie)).status, 403, "once");
    assert.doesNotMatch(webapp.err, /code=|hk_cs_|eyJ/, "no secret in the log");
  });
}

test("webapp-curlmulti: one thread signs forty people in at once", async () => {
  const webapp = await startWebapp("webapp-curlmulti");
  const answers = await Promise.all(Array.from({ length: 40 }, async () => {
    const { url, cookie } = await begun(webapp);
    return (await get(webapp.origin + "/callback" + new URL(await authorized(url)).search, cookie)).status;
  }));
  assert.deepEqual([...new Set(answers)], [200]);
});

test("cli-login: a person signs in on a port of the loopback interface", async () => {
  const env = await register({
    redirect_uris: ["http://127.0.0.1/callback"], application_type: "native", token_endpoint_auth_method: "none",
  });
  const program = start("cli-login", [], { ...env, PRINT_URL: "1" });
  const url = await until("the link", () => /^http\S+$/m.exec(program.err)?.[0]);
  const port = Number(new URL(new URL(url).searchParams.get("redirect_uri")).port);
  const answer = new URL(await authorized(url));
  assert.equal(Number(answer.port), port, "the port is carried into the redirect URI");
  const at = (path) => `http://127.0.0.1:${port}${path}`;
  for (const [what, path, init, status] of [
    ["another path", "/" + answer.search, {}, 404],
    ["another method", "/callback" + answer.search, { method: "POST" }, 404],
    ["no query", "/callback", {}, 404],
    ["another state", "/callback?code=x&state=<script>", {}, 400],
  ]) {
    const refused = await fetch(at(path), init);
    assert.equal(refused.status, status, what);
    assert.doesNotMatch(await refused.text(), /script/, "nothing that came in is shown");
  }
  const rebound = await hostile(port, `/callback${answer.search}`, "evil.example");
  assert.match(rebound, /^HTTP\/1\.1 404/, "another Host is DNS rebinding");
  const page = await fetch(answer);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /You are signed in/);
  assert.equal(await program.exited, 0, program.err);
  assert.equal(JSON.parse(program.out).email, "owner@example.com");
  await assert.rejects(fetch(at("/")), "the port is closed");
});

test("cli-login: a browser that xdg-open becomes does not keep the sign-in waiting", async () => {
  const env = await register({
    redirect_uris: ["http://127.0.0.1/callback"], application_type: "native", token_endpoint_auth_method: "none",
  });
  const folder = mkdtempSync(join(tmpdir(), "hitkey-xdg-"));
  const opened = join(folder, "url");
  writeFileSync(join(folder, "xdg-open"), `#!/bin/sh\necho "$1" >'${opened}'\nexec sleep 15\n`, { mode: 0o755 });
  const program = start("cli-login", [], { ...env, DISPLAY: ":0", PATH: `${folder}:${process.env.PATH}` });
  const url = await until("the browser", () => existsSync(opened) && readFileSync(opened, "utf8").trim());
  assert.equal((await fetch(await authorized(url))).status, 200);
  assert.equal(await program.exited, 0, program.err);
  writeFileSync(join(folder, "xdg-open"), "#!/bin/sh\nexit 3\n", { mode: 0o755 });
  const none = start("cli-login", [], { ...env, DISPLAY: ":0", PATH: `${folder}:${process.env.PATH}` });
  assert.equal(await none.exited, 1, "without a browser the device flow is tried, which this provider has not");
  assert.match(none.err, /HK_E_UNSUPPORTED/);
  rmSync(folder, { recursive: true });
});

// A request whose Host header says what it wants.
async function hostile(port, path, host) {
  const { connect } = await import("node:net");
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => (text += chunk));
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
}

test("api-check: judges the access tokens of hitkey-authz line by line", async () => {
  const app = await App.create(server, owner);
  const { json } = await app.redeem(await app.code());
  const claims = JSON.parse(Buffer.from(json.access_token.split(".")[1], "base64url"));
  const audience = [claims.aud].flat()[0];
  const program = start("api-check", [audience, "email"], { HITKEY_ISSUER: server.issuer });
  const ask = async (line) => {
    const n = program.out.split("\n").length;
    program.child.stdin.write(line + "\n");
    await until("an answer", () => program.out.split("\n").length > n);
    return program.out.split("\n")[n - 1];
  };
  const altered = json.access_token.slice(0, -4) + (json.access_token.endsWith("AAAA") ? "BBBB" : "AAAA");
  assert.match(await ask(`GET https://api.example/ Bearer ${json.access_token}`), new RegExp(`^200 ${claims.sub} .*email`));
  assert.match(await ask(`GET https://api.example/ Bearer ${altered}`), /^401 Bearer .*error="invalid_token"/);
  assert.match(await ask("GET https://api.example/ Bearer nonsense"), /^401 Bearer .*error="invalid_token"/);
  assert.match(await ask("GET https://api.example/ "), /^401 Bearer(?!.*error)/);
  if (json.id_token) assert.match(await ask(`GET https://api.example/ Bearer ${json.id_token}`), /^401 /);
  const strict = start("api-check", [audience, "everything"], { HITKEY_ISSUER: server.issuer });
  strict.child.stdin.write(`GET https://api.example/ Bearer ${json.access_token}\n`);
  await until("an answer", () => strict.out.includes("\n"));
  assert.match(strict.out, /^403 Bearer .*error="insufficient_scope".*scope="everything"/);
});

test("logout-receiver: hears of a sign-out at hitkey-authz", async () => {
  const port = await freePort();
  const webapp = await startWebapp("webapp", {
    backchannel_logout_uri: `http://localhost:${port}/backchannel_logout`, backchannel_logout_session_required: true,
  });
  const env = { HITKEY_ISSUER: server.issuer, HITKEY_CLIENT_ID: webapp.client };
  const receiver = start("logout-receiver", [String(port)], env);
  await listens(`http://127.0.0.1:${port}`);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${webapp.origin}/login`);
  await page.fill("#email", "owner@example.com");
  await page.fill("#password", password);
  await page.click("#sign-in");
  await page.waitForSelector("#allow, #claims");
  if (await page.$("#allow")) await page.click("#allow");
  await page.waitForSelector("#claims");
  const { sid } = JSON.parse(await page.textContent("#claims"));
  const forged = await fetch(`http://127.0.0.1:${port}/backchannel_logout`, {
    method: "POST", body: new URLSearchParams({ logout_token: await page.textContent("#id-token") }),
  });
  assert.equal(forged.status, 400, "an ID token is no logout token");
  assert.equal(forged.headers.get("cache-control"), "no-store");
  const { end_session_endpoint: end } = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
  await page.goto(`${end}?id_token_hint=${await page.textContent("#id-token")}`);
  await until("the notice", () => receiver.out.includes("\n"));
  assert.equal(receiver.out, `sid ${sid}\n`);
  await context.close();
});

test("cron-client-credentials and cli-login --device: with npm's oidc-provider", async () => {
  const provider = await startProvider();
  try {
    const env = { HITKEY_ISSUER: provider.issuer, HITKEY_CLIENT_ID: "job", HITKEY_SECRET: provider.secret };
    const job = start("cron-client-credentials", [`${provider.issuer}/resource`, "api:read"], env);
    assert.equal(await job.exited, 0, job.err);
    assert.equal(job.out, '{"client_id":"job","scope":"api:read"}\n');
    const refused = start("cron-client-credentials", [`${provider.issuer}/resource`], { ...env, HITKEY_SECRET: "wrong" });
    assert.equal(await refused.exited, 1);
    assert.match(refused.err, /HK_E_OAUTH: the provider does not accept this client/);
    assert.doesNotMatch(refused.err, /wrong/);

    const device = start("cli-login", ["--device"], { ...env, HITKEY_CLIENT_ID: "television", HITKEY_SECRET: "" });
    const [, at, code] = await until("the code", () => /^Open (\S+) and type (\S+)$/m.exec(device.err));
    assert.equal(at, `${provider.issuer}/device`);
    await provider.approve(code);
    assert.equal(await device.exited, 0, device.err);
    assert.equal(JSON.parse(device.out).sub, "ada");
  } finally {
    await provider.stop();
  }
});
