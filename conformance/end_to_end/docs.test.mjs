// /docs in a real browser: Swagger UI from our own origin alone, under our policy, with an API token.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accessibilityViolations, launchBrowser, screenshot } from "./browser.mjs";
import { Server } from "./server.mjs";
import { send } from "./wire.mjs";

const email = "docs@example.com";
const password = "a quiet river in may";
let server;
let browser;
before(async () => {
  server = await Server.start();
  await server.register(email, password);
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await server.stop();
});

// A page of /docs and all that it complains of, and asks of whom.
async function open(options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints = [];
  const asked = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${request.failure().errorText}`));
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`${server.issuer}/docs`);
  return { context, page, complaints, asked };
}

const isOurs = (url) => url.startsWith(`${server.issuer}/`) || url.startsWith("data:");

describe("Swagger UI", () => {
  const shapes = {
    "docs-desktop": { viewport: { width: 1280, height: 900 } },
    "docs-phone": { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    "docs-dark": { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  };
  for (const [name, options] of Object.entries(shapes)) {
    test(`${name}: every call is there, nothing is complained of and nobody else is asked`, async () => {
      const { context, page, complaints, asked } = await open(options);
      const document = JSON.parse((await send(server.issuer, "GET", "/swagger.json")).text);
      const calls = Object.values(document.paths).flatMap((path) => Object.values(path));
      await page.locator(".opblock-tag").first().waitFor();
      assert.equal(await page.locator(".opblock-tag").count(), document.tags.length);
      for (const tag of await page.locator(".opblock-tag").all()) await tag.click();
      await page.waitForFunction((count) => globalThis.document.querySelectorAll(".opblock").length === count, calls.length);
      await screenshot(page, `${name}-all`);
      await page.locator("#operations-Sessions-post_auth_login button.opblock-summary-control").click();
      await page.locator("#operations-Sessions-post_auth_login .responses-table").first().waitFor();
      await page.locator("#operations-Sessions-post_auth_login").screenshot({ path: `${process.env.E2E_ARTIFACTS ?? "build/artifacts"}/${name}-call.png` });
      assert.ok(await page.evaluate(() => globalThis.document.documentElement.scrollWidth <= globalThis.innerWidth), "it fits the screen");
      assert.deepEqual(complaints, []);
      assert.deepEqual(asked.filter((url) => !isOurs(url)), []);
      await context.close();
    });
  }

  test("a call is tried with an API token", async () => {
    const { context, page, complaints, asked } = await open();
    const { json } = await server.expect(200, "POST", "/auth/login", { body: { email, password } });
    await page.getByRole("button", { name: "Authorize", exact: true }).first().click();
    const field = page.locator(".auth-container", { hasText: "apiBearer" }).locator("input").first();
    await field.fill(json.token);
    await page.locator(".auth-container", { hasText: "apiBearer" }).getByRole("button", { name: /^Apply credentials|^Authorize/ }).first().click();
    await screenshot(page, "docs-authorize");
    await page.locator(".close-modal").click();
    await page.locator("#operations-tag-Sessions").click();
    const call = page.locator("#operations-Sessions-get_auth_me");
    await call.locator("button.opblock-summary-control").click();
    await call.getByRole("button", { name: "Execute" }).click();
    await call.locator(".live-responses-table").waitFor();
    assert.match(await call.locator(".live-responses-table").innerText(), /^200/m);
    assert.match(await call.locator(".live-responses-table").innerText(), new RegExp(email));
    await screenshot(page, "docs-tried");
    assert.deepEqual(complaints, []);
    assert.deepEqual(asked.filter((url) => !isOurs(url)), []);
    await context.close();
  });
});

test("without script the calls are listed, for everybody to read", async () => {
  const { context, page } = await open({ javaScriptEnabled: false });
  assert.match(await page.locator("#plain").innerText(), /POST \/oauth\/token/);
  assert.match(await page.locator("#plain").innerText(), /GET \/projects\/:slug\/members/);
  await screenshot(page, "docs-plain");
  await context.close();
});

test("a client that takes no gzip is told so", async () => {
  const html = (await send(server.issuer, "GET", "/docs")).text;
  const path = /src="([^"]*swagger-ui-bundle[^"]*)"/.exec(html)[1];
  const plain = await send(server.issuer, "GET", path, { headers: { "accept-encoding": "identity" } });
  assert.equal(plain.status, 406);
  assert.equal(JSON.parse(plain.text).code, "not_acceptable");
  const packed = await send(server.issuer, "GET", path, { headers: { "accept-encoding": "gzip" } });
  assert.deepEqual([packed.status, packed.headers["content-encoding"], packed.headers.vary], [200, "gzip", "Accept-Encoding"]);
  assert.match(packed.headers["cache-control"], /immutable/);
});
