// A person signs in to a partner's app that uses openid-client, through the real pages in Chromium.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createHmac } from "node:crypto";
import { accessibilityViolations, launchBrowser, screenshot } from "./browser.mjs";
import { startPartner } from "./partner.mjs";
import { Server } from "./server.mjs";

const client = await import("openid-client");
const password = "a quiet river in may";
let server, browser, partner, owner;

async function registerClient(metadata = {}) {
  const { json } = await server.expect(201, "POST", "/oauth/clients", {
    token: owner.token,
    body: {
      client_name: "Acme Notes",
      redirect_uris: [`${partner.origin}/cb`],
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["authorization_code", "refresh_token"],
      ...metadata,
    },
  });
  const config = await client.discovery(
    new URL(server.issuer), json.client_id, json.client_secret,
    json.client_secret ? client.ClientSecretBasic(json.client_secret) : client.None(),
  );
  return { config, metadata: json };
}

async function startSignIn(config, extra = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${partner.origin}/cb`,
    scope: "openid profile email",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...extra,
  });
  return { url, checks };
}

const finish = (config, page, checks) => client.authorizationCodeGrant(config, new URL(page.url()), checks);

async function newPage(options = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
  const page = await context.newPage();
  page.problems = [];
  page.on("console", (message) => message.type() === "error" && page.problems.push(message.text()));
  page.on("pageerror", (error) => page.problems.push(String(error)));
  return page;
}

// A screenshot of the page on a desk in the light, and one on a phone in the dark.
async function look(page, name) {
  const desk = page.viewportSize();
  await screenshot(page, name);
  assert.deepEqual(await accessibilityViolations(page), [], `accessibility of ${name}`);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await screenshot(page, `${name}-phone-dark`);
  assert.deepEqual(await accessibilityViolations(page), [], `accessibility of ${name} on a phone in the dark`);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} fits a phone`);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(desk);
}

const alertOf = (page) => page.textContent("[role=alert]");

async function fillSignIn(page, email) {
  await page.fill("#email", email);
  await page.fill("#password", password);
  await page.click("#sign-in");
}

function totp(secret, at = Date.now()) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, "0");
}

// The code of the step before is taken, but not that of two steps before: do not begin at its end.
async function stepWithTimeLeft() {
  const left = 30000 - (Date.now() % 30000);
  if (left < 3000) await new Promise((resolve) => setTimeout(resolve, left + 50));
}

// Tab until the control with this id has the focus, as a person without a mouse does.
async function tabTo(page, id) {
  for (let presses = 0; presses < 12; presses++) {
    if (await page.evaluate(() => document.activeElement?.id) === id) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`#${id} is not reached with Tab`);
}

before(async () => {
  server = await Server.start({ tls: true });
  browser = await launchBrowser();
  partner = await startPartner(server.dir);
  owner = await server.register("owner@example.com", password);
});

after(async () => {
  await browser?.close();
  partner?.close();
  await server?.stop();
});

test("a new person registers on the pages, allows the app, and the app holds verified tokens", async () => {
  const { config } = await registerClient();
  const { url, checks } = await startSignIn(config);
  const page = await newPage();
  await page.goto(url.href);
  await look(page, "sign-in");
  await page.click("#register");
  await look(page, "register-email");
  const since = Date.now() - 5;
  await page.fill("#email", "new@example.com");
  await page.click("#continue");
  await page.waitForSelector("#code");
  await look(page, "register-code");
  await page.fill("#code", await server.mailedCode("new@example.com", { since }));
  await page.click("#continue");
  await page.waitForSelector("#password");
  await look(page, "register-password");
  await page.fill("#password", password);
  await page.click("#continue");
  await page.waitForSelector("#allow");
  await look(page, "consent");
  await page.click("#allow");
  await page.waitForURL(`${partner.origin}/**`);

  const tokens = await finish(config, page, checks);
  const claims = tokens.claims();
  assert.equal(claims.iss, server.issuer);
  assert.ok(claims.sub && claims.sid && claims.auth_time && claims.acr);
  assert.deepEqual(claims.amr, ["pwd"]);
  const user = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(user.email, "new@example.com");
  assert.equal(user.email_verified, true);
  assert.equal(user.id, claims.sub);

  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal(refreshed.claims().sub, claims.sub);
  assert.equal(refreshed.claims().auth_time, claims.auth_time);
  assert.notEqual(refreshed.access_token, tokens.access_token);

  // The second time nothing is asked: session and consent are remembered.
  const again = await startSignIn(config);
  await page.goto(again.url.href);
  assert.equal(new URL(page.url()).origin, partner.origin);
  const second = await finish(config, page, again.checks);
  assert.equal(second.claims().auth_time, claims.auth_time);
  assert.deepEqual(page.problems.filter((p) => !p.includes("favicon")), []);
  await page.context().close();
});

for (const alg of ["RS256", "ES256", "PS256", "EdDSA"]) {
  test(`an ID token signed with ${alg}, as the client registered, is verified by openid-client`, async () => {
    const { config } = await registerClient({ id_token_signed_response_alg: alg });
    const page = await newPage();
    const { url, checks } = await startSignIn(config);
    await page.goto(url.href);
    await fillSignIn(page, "owner@example.com");
    await page.click("#allow");
    await page.waitForURL(`${partner.origin}/**`);
    const { client_id, client_secret } = config.clientMetadata();
    const strict = await client.discovery(
      new URL(server.issuer), client_id, { id_token_signed_response_alg: alg }, client.ClientSecretBasic(client_secret),
    );
    client.enableNonRepudiationChecks(strict); // verifies the signature, not only TLS
    const tokens = await finish(strict, page, checks);
    const header = JSON.parse(Buffer.from(tokens.id_token.split(".")[0], "base64url"));
    assert.equal(header.alg, alg);
    await page.context().close();
  });
}

test("the whole sign-in works without JavaScript, on a phone, in the dark, and by form_post", async () => {
  const { config } = await registerClient();
  const page = await newPage({ javaScriptEnabled: false, viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  const { url, checks } = await startSignIn(config, { response_mode: "form_post" });
  await page.goto(url.href);
  await screenshot(page, "sign-in-without-script");
  await fillSignIn(page, "owner@example.com");
  await screenshot(page, "consent-without-script");
  await page.click("#allow");
  await screenshot(page, "form-post-without-script");
  await page.click("#continue");
  await page.waitForURL(`${partner.origin}/**`);
  assert.equal(partner.last.method, "POST");
  const answer = new URL(`${partner.origin}/cb?${partner.last.body}`);
  const tokens = await client.authorizationCodeGrant(config, answer, checks);
  assert.ok(tokens.claims().sub);
  await page.context().close();
});

test("by form_post the app may send the person on, and its address may hold any character a URI may", async () => {
  const onward = await startPartner(server.dir);
  const { config } = await registerClient({ redirect_uris: [`${partner.origin}/cb,a;b?to=${onward.origin}`] });
  const page = await newPage();
  const { url, checks } = await startSignIn(config, {
    response_mode: "form_post", redirect_uri: `${partner.origin}/cb,a;b?to=${onward.origin}`,
  });
  await page.goto(url.href);
  await fillSignIn(page, "owner@example.com");
  await page.click("#allow");
  await page.waitForURL(`${onward.origin}/**`);
  assert.equal(partner.last.method, "POST");
  assert.equal(new URLSearchParams(partner.last.body).get("state"), checks.expectedState);
  assert.deepEqual(page.problems.filter((p) => !p.includes("favicon")), []);
  onward.close();
  await page.context().close();
});

test("a wrong password is told in one sentence and keeps the e-mail", async () => {
  const { config } = await registerClient();
  const page = await newPage();
  await page.goto((await startSignIn(config)).url.href);
  await page.fill("#email", "owner@example.com");
  await page.fill("#password", "not the password");
  await page.click("#sign-in");
  await look(page, "sign-in-wrong-password");
  assert.equal(await page.inputValue("#email"), "owner@example.com");
  assert.ok((await page.textContent("[role=alert]")).length > 10);
  await page.context().close();
});

test("a person who denies is sent back with access_denied, state and iss", async () => {
  const { config } = await registerClient();
  const page = await newPage();
  const { url, checks } = await startSignIn(config);
  await page.goto(url.href);
  await fillSignIn(page, "owner@example.com");
  await page.click("#deny");
  await page.waitForURL(`${partner.origin}/**`);
  const answer = new URL(page.url()).searchParams;
  assert.equal(answer.get("error"), "access_denied");
  assert.equal(answer.get("state"), checks.expectedState);
  assert.equal(answer.get("iss"), server.issuer);
  await page.context().close();
});

test("with two-factor on, the code of the authenticator is asked and the token says so", async () => {
  const person = await server.register("twofactor@example.com", password);
  const { json: setup } = await server.expect(200, "GET", "/auth/2fa/setup", { token: person.token });
  await stepWithTimeLeft();
  const { json: enabled } = await server.expect(200, "POST", "/auth/2fa/enable", {
    token: person.token, body: { code: totp(setup.secret, Date.now() - 30000) },
  });
  const { config } = await registerClient();
  const page = await newPage();
  const { url, checks } = await startSignIn(config);
  await page.goto(url.href);
  await fillSignIn(page, "twofactor@example.com");
  await page.waitForSelector("#code");
  await look(page, "second-factor");
  await page.fill("#code", "000000");
  await page.click("#continue");
  assert.match(await alertOf(page), /This code is not right/);
  await look(page, "second-factor-wrong-code");
  await page.fill("#code", totp(setup.secret));
  await page.click("#continue");
  await page.click("#allow");
  await page.waitForURL(`${partner.origin}/**`);
  const tokens = await finish(config, page, checks);
  assert.deepEqual(tokens.claims().amr, ["pwd", "otp", "mfa"]);

  // A recovery code stands in for the authenticator, once.
  assert.ok(enabled.recovery_codes.length >= 8);
  for (const expected of [true, false]) {
    const fresh = await newPage();
    const next = await startSignIn(config);
    await fresh.goto(next.url.href);
    await fillSignIn(fresh, "twofactor@example.com");
    await fresh.fill("#code", enabled.recovery_codes[0]);
    await fresh.click("#continue");
    await fresh.waitForLoadState();
    assert.equal(fresh.url().startsWith(partner.origin), expected);
    await fresh.context().close();
  }
  await page.context().close();
});

test("choose account lists who is signed in here, and another can be added", async () => {
  await server.register("second@example.com", password);
  const { config } = await registerClient();
  const page = await newPage();
  await page.goto((await startSignIn(config)).url.href);
  await fillSignIn(page, "owner@example.com");
  await page.click("#allow");
  await page.waitForURL(`${partner.origin}/**`);
  const { url, checks } = await startSignIn(config, { prompt: "select_account" });
  await page.goto(url.href);
  await look(page, "choose-account");
  await page.click("#another-account");
  await fillSignIn(page, "second@example.com");
  await page.click("#allow");
  await page.waitForURL(`${partner.origin}/**`);
  await finish(config, page, checks);
  const third = await startSignIn(config, { prompt: "select_account" });
  await page.goto(third.url.href);
  await look(page, "choose-account-two");
  await page.click("button:has-text('owner@example.com')");
  await page.waitForURL(`${partner.origin}/**`);
  const tokens = await finish(config, page, third.checks);
  const me = await server.expect(200, "GET", "/auth/me", { token: owner.token });
  assert.equal(tokens.claims().sub, me.json.id);
  await page.context().close();
});

test("a forgotten password is reset by mail and the new one signs in", async () => {
  await server.register("forgetful@example.com", password);
  const { config } = await registerClient();
  const page = await newPage();
  await page.goto((await startSignIn(config)).url.href);
  await page.click("#forgot");
  await look(page, "forgot");
  const since = Date.now() - 5;
  await page.fill("#email", "forgetful@example.com");
  await page.click("#continue");
  await look(page, "forgot-sent");
  const mail = await server.mail("forgetful@example.com", { since, match: /\/reset\?/ });
  const link = /https?:\/\/[^\s"<>]+\/reset\?[^\s"<>]+/.exec(mail)[0];
  await page.goto(link);
  await look(page, "reset");
  await page.fill("#password", "another river in june");
  await page.click("#continue");
  await look(page, "reset-done");
  await page.goto(link);
  await page.fill("#password", "a third river in july");
  await page.click("#continue");
  assert.match(await page.textContent("main"), /This link does not work/);
  await look(page, "reset-used-link");
  await page.goto(`${server.issuer}/reset`);
  assert.match(await page.textContent("main"), /This link does not work/);
  await look(page, "reset-bad-link");
  await server.expect(200, "POST", "/auth/login", { body: { email: "forgetful@example.com", password: "another river in june" } });
  await server.expect(401, "POST", "/auth/login", { body: { email: "forgetful@example.com", password } });
  await page.context().close();
});

test("errors that cannot go to the app stay here, on a page that says what to do", async () => {
  const { config, metadata } = await registerClient();
  const page = await newPage();
  for (const [name, change] of [
    ["error-unknown-client", { client_id: "nobody" }],
    ["error-redirect-uri", { redirect_uri: `${partner.origin}/cb/evil` }],
  ]) {
    const { url } = await startSignIn(config, { client_id: metadata.client_id, ...change });
    const answer = await page.goto(url.href);
    assert.equal(answer.status(), 400);
    assert.equal(new URL(page.url()).origin, server.issuer);
    await look(page, name);
  }
  await page.goto(`${server.issuer}/no/such/page`);
  await look(page, "error-not-found");
  await page.goto(`${server.issuer}/`);
  await look(page, "front");
  await page.context().close();
});

test("what is wrong with a registration is told on its pages", async () => {
  const { config } = await registerClient();
  const page = await newPage();
  await page.goto((await startSignIn(config)).url.href);
  await page.click("#register");
  const since = Date.now() - 5;
  await page.fill("#email", "hasty@example.com");
  await page.click("#continue");
  await page.waitForSelector("#code");
  const code = await server.mailedCode("hasty@example.com", { since });
  await page.fill("#code", code === "000000" ? "000001" : "000000");
  await page.click("#continue");
  assert.match(await alertOf(page), /This code is not right/);
  await look(page, "register-code-wrong");
  await page.fill("#code", code);
  await page.click("#continue");
  await page.waitForSelector("#password");
  await page.fill("#password", "password");
  await page.click("#continue");
  assert.match(await alertOf(page), /Many people use this password/);
  await look(page, "register-password-common");
  await page.context().close();
});

test("who tries too often is told how long to wait", async () => {
  await server.register("guessed@example.com", password);
  const { config } = await registerClient();
  const page = await newPage();
  await page.goto((await startSignIn(config)).url.href);
  for (let tries = 0; tries < 10; tries++) {
    await page.fill("#email", "guessed@example.com");
    await page.fill("#password", "not the password");
    await page.click("#sign-in");
    if (/Too many tries/.test(await alertOf(page))) break;
  }
  assert.match(await alertOf(page), /Too many tries\. Wait \d+ (seconds?|minutes?) and try again/);
  await look(page, "sign-in-throttled");
  await page.context().close();
});

test("a form of another browser, or of long ago, leads to a page that says so", async () => {
  const { config } = await registerClient();
  const page = await newPage();
  await page.goto((await startSignIn(config)).url.href);
  await page.context().clearCookies();
  await fillSignIn(page, "owner@example.com");
  assert.match(await page.textContent("h1"), /This page has expired/);
  await look(page, "error-expired");
  await page.context().close();
});

test("a person who signs out is asked, may stay, and is signed out", async () => {
  const { config } = await registerClient();
  const page = await newPage();
  await page.goto((await startSignIn(config)).url.href);
  await fillSignIn(page, "owner@example.com");
  await page.click("#allow");
  await page.waitForURL(`${partner.origin}/**`);
  for (const [answer, title, name] of [["#stay", "You are still signed in", "signed-in-still"], ["#sign-out", "You are signed out", "signed-out"]]) {
    await page.goto(`${server.issuer}/oauth/logout`);
    assert.equal(await page.textContent("h1"), "Sign out?");
    await look(page, "sign-out");
    await page.click(answer);
    await page.waitForSelector(`h1:has-text("${title}")`);
    await look(page, name);
  }
  await page.goto((await startSignIn(config, { prompt: "none" })).url.href);
  assert.equal(new URL(page.url()).searchParams.get("error"), "login_required");
  await page.context().close();
});

test("everything can be done with the keyboard alone", async () => {
  const { config } = await registerClient();
  const page = await newPage();
  const { url, checks } = await startSignIn(config);
  await page.goto(url.href);
  await tabTo(page, "register");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#register-form");
  await tabTo(page, "back");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#sign-in-form");
  await tabTo(page, "forgot");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#forgot-form");
  await tabTo(page, "back");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#sign-in-form");
  await tabTo(page, "email");
  await page.keyboard.type("owner@example.com");
  await tabTo(page, "password");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#allow");
  await tabTo(page, "deny");
  await tabTo(page, "allow");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${partner.origin}/**`);
  assert.ok((await finish(config, page, checks)).claims().sub);
  await page.context().close();
});
