// The account pages in Chromium, without a mouse: each is walked with the keyboard, is accessible in
// the light and in the dark, fits a phone, and does what it says.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessibilityViolations, launchBrowser } from "./browser.mjs";
import { look as lookAt, press, tabTo, totp, type } from "./keyboard.mjs";
import { startPartner } from "./partner.mjs";
import { Server, sleep } from "./server.mjs";

const password = "a quiet river in may";
const newPassword = "a loud river in june";
let server, browser, partner, page, phone, owner;

const look = (where, name) => lookAt(where, `account-${name}`);
const statusOf = (where) => where.textContent("[role=status]");
const alertOf = (where) => where.textContent("[role=alert]");
const open = (where, path) => where.goto(`${server.issuer}${path}`);

async function newPage(options = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
  const where = await context.newPage();
  where.problems = [];
  where.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("status of 4")) where.problems.push(message.text());
  });
  where.on("pageerror", (error) => where.problems.push(String(error)));
  return where;
}

async function signIn(email, options) {
  const where = await newPage(options);
  await open(where, "/account");
  await type(where, "email", email);
  await type(where, "password", password);
  await press(where, "sign-in");
  await where.waitForSelector("#sign-out");
  return where;
}

before(async () => {
  server = await Server.start({ tls: true });
  browser = await launchBrowser();
  partner = await startPartner(server.dir);
  owner = await server.register("owner@example.com", password);
  await server.register("ann@example.com", password);
  page = await signIn("ann@example.com", { permissions: ["clipboard-read", "clipboard-write"] });
  phone = await signIn("ann@example.com", {
    viewport: { width: 390, height: 844 },
    userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1",
  });
});

after(async () => {
  await browser?.close();
  partner?.close();
  await server?.stop();
});

test("the front page leads to the account by way of the sign-in", async () => {
  const stranger = await newPage();
  await open(stranger, "/");
  await look(stranger, "front");
  await press(stranger, "account");
  await stranger.waitForSelector("#sign-in-form");
  await press(stranger, "cancel");
  assert.equal(new URL(stranger.url()).pathname, "/");
  await stranger.context().close();
});

test("the overview, and the first stop of the keyboard skips the navigation", async () => {
  await open(page, "/account");
  await look(page, "overview");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "skip");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "go-profile");
  await press(page, "nav-profile");
  assert.equal(new URL(page.url()).pathname, "/account/profile");
  assert.equal(await page.getAttribute("#nav-profile", "aria-current"), "page");
});

test("the profile is changed, and what is wrong stands beside its field", async () => {
  await open(page, "/account/profile");
  await type(page, "displayName", "Ann Lee");
  await type(page, "username", "a!");
  await type(page, "website", "nowhere");
  await page.evaluate(() => document.getElementById("profile-form").setAttribute("novalidate", ""));
  await press(page, "save");
  assert.match(await alertOf(page), /Look at what is marked/);
  await look(page, "profile-wrong");
  assert.equal(await page.inputValue("#displayName"), "Ann Lee");
  await type(page, "website", "https://ann.example");
  await press(page, "save");
  assert.match(await page.textContent("#username-note"), /3 to 30 letters/);
  await type(page, "username", "ann_lee");
  await type(page, "locality", "Almaty");
  await press(page, "save");
  assert.equal(await statusOf(page), "Your profile is saved.");
  await look(page, "profile");
  await page.reload();
  assert.equal(await page.$("[role=status]"), null);
  assert.equal(await page.inputValue("#locality"), "Almaty");
});

test("an address is added, proven with its code, made the main one, and the old one removed", async () => {
  await open(page, "/account/emails");
  const since = Date.now() - 5;
  await type(page, "email", "ann@work.example");
  await press(page, "add");
  assert.equal(await statusOf(page), "A code is on its way to the new address.");
  const id = await page.getAttribute("[id^=code-]:not(div)", "id");
  await type(page, id, "000000");
  await press(page, id.replace("code-", "verify-"));
  assert.match(await page.textContent("form .field-error"), /This code is not right/);
  await look(page, "emails-wrong-code");
  await type(page, id, await server.mailedCode("ann@work.example", { since }));
  await press(page, id.replace("code-", "verify-"));
  assert.equal(await statusOf(page), "The address is confirmed.");
  await look(page, "emails");
  await press(page, id.replace("code-", "default-"));
  assert.equal(await statusOf(page), "The main address is another one now.");
  assert.match(await page.textContent(".signed-in"), /ann@work\.example/);
  await press(page, await page.getAttribute("[id^=remove-]", "id"));
  assert.equal(await statusOf(page), "The address is removed.");
  assert.equal(await page.locator("#emails > li").count(), 1);
});

test("the second step is set up with a QR code, and its recovery codes are copied", async () => {
  await open(page, "/account/two-factor");
  await look(page, "two-factor-off");
  await press(page, "setup");
  assert.ok(await page.evaluate(() => document.getElementById("qr").naturalWidth > 0), "the QR code is drawn");
  await look(page, "two-factor-setup");
  const secret = await page.textContent("#secret");
  await type(page, "code", "000000");
  await press(page, "enable");
  assert.equal(await page.textContent("#secret"), secret);
  await look(page, "two-factor-wrong-code");
  await type(page, "code", totp(secret));
  await press(page, "enable");
  assert.equal(await statusOf(page), "The second step is on.");
  await look(page, "two-factor-codes");
  const codes = await page.locator("#recovery-codes > li").allTextContents();
  assert.equal(codes.length, 10);
  await tabTo(page, "copy-codes");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("copy-codes").textContent === "Copied");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), codes.join("\n"));
  await press(page, "codes-kept");
  assert.ok(!(await page.content()).includes(codes[0]));
  await look(page, "two-factor-on");
  await type(page, "code", codes[0]);
  await press(page, "renew");
  assert.equal(await page.locator("#recovery-codes > li").count(), 10);
  await open(page, "/account/two-factor");
  await type(page, "code", codes[1]);
  await press(page, "disable");
  assert.match(await page.textContent("#code-note"), /This code is not right/); // an old one
  const left = 30000 - (Date.now() % 30000);
  await sleep(left + 100); // each code of the app is good once
  await type(page, "code", totp(secret));
  await press(page, "disable");
  assert.equal(await statusOf(page), "The second step is off.");
});

test("a connected app is shown with what it sees, and loses its access", async () => {
  const { json: app } = await server.expect(201, "POST", "/oauth/clients", {
    token: owner.token,
    body: { client_name: "Acme Notes", redirect_uris: [`${partner.origin}/cb`], client_uri: "https://acme.example" },
  });
  await open(page, "/account/apps");
  await look(page, "apps-none");
  const query = new URLSearchParams({
    client_id: app.client_id, redirect_uri: `${partner.origin}/cb`, response_type: "code", scope: "openid profile email",
  });
  await open(page, `/oauth/authorize?${query}`);
  await press(page, "allow");
  await page.waitForURL(`${partner.origin}/**`);
  await open(page, "/account/apps");
  assert.match(await page.textContent(".seen"), /e-mail address: ann@work\.example/);
  await look(page, "apps");
  await press(page, `remove-${app.client_id}`);
  assert.equal(await statusOf(page), "The app has no access any more.");
  await open(page, `/oauth/authorize?${query}`);
  await page.waitForSelector("#allow"); // asked anew
});

test("sign-ins are told apart, and one elsewhere is ended", async () => {
  await server.expect(200, "POST", "/auth/login", {
    body: { email: "ann@work.example", password }, headers: { "user-agent": "backup-tool/2.1" },
  });
  await open(page, "/account/sessions");
  assert.match(await page.textContent("#browsers"), /iPhone/);
  assert.match(await page.textContent("#programs"), /backup-tool\/2\.1/);
  await look(page, "sessions");
  await press(page, await page.getAttribute("#browsers [id^=end-]", "id"));
  assert.equal(await statusOf(page), "That sign-in has ended.");
  await open(phone, "/account");
  await phone.waitForSelector("#sign-in-form");
  await press(page, "end-others");
  assert.equal(await statusOf(page), "You are signed out everywhere else.");
});

test("a new password keeps this browser signed in and ends the others", async () => {
  const elsewhere = await signIn("ann@work.example");
  await open(page, "/account/password");
  await look(page, "password");
  await type(page, "current_password", "wrong");
  await type(page, "password", newPassword);
  await press(page, "change");
  assert.match(await page.textContent("#current-note"), /The current password is wrong/);
  await look(page, "password-wrong");
  await type(page, "current_password", password);
  await type(page, "password", newPassword);
  await press(page, "change");
  assert.equal(await statusOf(page), "The password is changed.");
  await open(page, "/account");
  assert.match(await page.textContent("#activity"), /You changed your password/);
  await look(page, "overview-with-activity");
  await open(elsewhere, "/account/profile");
  await elsewhere.waitForSelector("#sign-in-form");
  await elsewhere.context().close();
});

test("an invite is opened, an account made with it, and its way on shown", async () => {
  const { json: project } = await server.expect(201, "POST", "/projects", { token: owner.token, body: { name: "Garden" } });
  const since = Date.now() - 5;
  await server.expect(201, "POST", `/projects/${project.slug}/invites`, {
    token: owner.token, body: { email: "new@example.com", redirect_url: `${partner.origin}/welcome` },
  });
  const mail = await server.mail("new@example.com", { since, match: /invite\?token=/ });
  const link = /https:\/\/localhost:\d+(\/invite\?token=[\w-]+)/.exec(mail)[1];
  const invited = await newPage();
  await open(invited, link);
  await look(invited, "invite");
  await type(invited, "password", password);
  await press(invited, "join");
  assert.equal(await statusOf(invited), "You are a member now.");
  assert.equal(await invited.textContent("#next-url"), `${partner.origin}/welcome`);
  await look(invited, "invite-done");
  await open(invited, link);
  assert.match(await invited.textContent("main"), /There is no such invite/);
  await invited.context().close();
});

test("every page works without JavaScript and in another language", async () => {
  const where = await newPage({ javaScriptEnabled: false, locale: "ru-RU" });
  await open(where, "/account");
  await where.fill("#email", "owner@example.com");
  await where.fill("#password", password);
  await where.click("#sign-in");
  for (const path of ["", "/profile", "/emails", "/password", "/two-factor", "/sessions", "/apps"]) {
    await open(where, `/account${path}`);
    assert.equal(await where.getAttribute("html", "lang"), "ru");
  }
  await open(where, "/account/profile");
  await where.fill("#displayName", "Аня");
  await where.click("#save");
  assert.equal(await statusOf(where), "Профиль сохранён.");
  await where.context().close();
  const seen = await signIn("owner@example.com", { locale: "ru-RU" });
  for (const path of ["", "/profile", "/emails", "/two-factor", "/sessions"]) {
    await open(seen, `/account${path}`);
    await look(seen, `ru${path.replace("/", "-")}`);
  }
  await seen.context().close();
});

test("signing out, and no page had anything to complain of", async () => {
  await open(page, "/account");
  await press(page, "sign-out");
  assert.match(await page.textContent("h1"), /You are signed out/);
  assert.deepEqual(await accessibilityViolations(page), []);
  assert.deepEqual(page.problems.filter((problem) => !problem.includes("favicon")), []);
  await open(page, "/account/emails");
  await page.waitForSelector("#sign-in-form");
});
