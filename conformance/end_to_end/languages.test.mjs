// The pages in every language: on a small phone and on a desk, light and dark, nothing runs over.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./server.mjs";
import { accessibilityViolations, launchBrowser, screenshot } from "./browser.mjs";

const password = "a quiet river in may";
const screens = {
  phone: { viewport: { width: 320, height: 640 }, colorScheme: "light" },
  desk: { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
};
let server, browser, client;

before(async () => {
  server = await Server.start({ tls: true });
  browser = await launchBrowser();
  const { token } = await server.register("owner@example.com", password);
  client = (await server.expect(201, "POST", "/oauth/clients", {
    token,
    body: {
      client_name: "Acme Notes for Teams",
      redirect_uris: ["https://127.0.0.1/cb"],
      policy_uri: "https://127.0.0.1/policy",
      tos_uri: "https://127.0.0.1/tos",
      scope: "openid profile email phone address offline_access",
      grant_types: ["authorization_code", "refresh_token"],
    },
  })).json;
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

function authorizeUrl(extra) {
  const query = new URLSearchParams({
    client_id: client.client_id, redirect_uri: "https://127.0.0.1/cb", response_type: "code",
    scope: "openid profile email phone address offline_access", prompt: "consent", ...extra,
  });
  return `${server.issuer}/oauth/authorize?${query}`;
}

// What is wider than the window, or than its own box.
const overflows = (page) => page.evaluate(() =>
  [...document.querySelectorAll("html, body, body *:not(svg *)")]
    .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).display !== "inline")
    .filter((e) => e.type !== "hidden" && !(e.tagName === "INPUT"))
    .map((e) => `${e.tagName}#${e.id}.${e.className}: ${e.scrollWidth} > ${e.clientWidth}`));

async function look(page, language, name) {
  const label = `${name}-${language}-${page.screen}`;
  await screenshot(page, label);
  assert.equal(await page.getAttribute("html", "lang"), language, label);
  assert.deepEqual(await overflows(page), [], `what runs over on ${label}`);
  assert.deepEqual(await accessibilityViolations(page), [], `accessibility of ${label}`);
}

// Sign in, refused; forgotten; register; consent: by ids, which are the same in every language.
async function walk(page, language) {
  await look(page, language, "sign-in");
  await page.fill("#email", `nobody-${language}-${page.screen}@example.com`);
  await page.fill("#password", "not the password");
  await page.click("#sign-in");
  await look(page, language, "sign-in-wrong");
  await page.click("#forgot");
  await look(page, language, "forgot");
  await page.click("#continue");
  await look(page, language, "forgot-sent");
  await page.click("#back");
  await page.click("#register");
  await look(page, language, "register-email");
  await page.fill("#email", `${language}-${page.screen}@example.com`);
  await page.click("#continue");
  await page.waitForSelector("#code");
  await look(page, language, "register-code");
}

async function consent(page, language) {
  await page.goto(authorizeUrl({ ui_locales: language, login_hint: "owner@example.com" }));
  await page.fill("#password", password);
  await page.click("#sign-in");
  await page.waitForSelector("#allow");
  await look(page, language, "consent");
}

const languages = ["en", "es", "ru", "kk", "tg"];

test("discovery names the languages that the pages are tested in", async () => {
  const { json } = await server.expect(200, "GET", "/.well-known/openid-configuration");
  assert.deepEqual(json.ui_locales_supported, languages);
});

for (const language of languages) {
  for (const [screen, options] of Object.entries(screens)) {
    test(`the pages in "${language}" suit a ${screen}, and are accessible`, async () => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "fr-FR", ...options });
      const page = Object.assign(await context.newPage(), { screen });
      page.setDefaultTimeout(10000);
      await page.goto(authorizeUrl({ ui_locales: `se ${language}` }));
      await walk(page, language);
      await consent(page, language);
      await context.close();
    });
  }
}

test("the language of the browser is that of pages that no app asks for", async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "kk-KZ" });
  const page = Object.assign(await context.newPage(), { screen: "desk" });
  await page.goto(`${server.issuer}/reset?token=x`);
  await look(page, "kk", "reset");
  await page.goto(`${server.issuer}/nowhere`);
  await look(page, "kk", "not-found");
  await context.close();
});
