// The developer area in Chromium, without a mouse: apps and projects are made and managed, each page is
// accessible and fits a phone, and the programs that it offers sign somebody in.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launchBrowser, screenshot } from "./browser.mjs";
import { look as lookAt, press, tabTo, type } from "./keyboard.mjs";
import { startPartner } from "./partner.mjs";
import { Server } from "./server.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const password = "a quiet river in may";
let server, browser, partner, page, other;

async function signIn(email) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, permissions: ["clipboard-read", "clipboard-write"] });
  const where = await context.newPage();
  where.problems = [];
  where.on("console", (message) => message.type() === "error" && where.problems.push(message.text()));
  where.on("pageerror", (error) => where.problems.push(String(error)));
  await where.goto(`${server.issuer}/developer`);
  await type(where, "email", email);
  await type(where, "password", password);
  await press(where, "sign-in");
  await where.waitForSelector("#sign-out");
  return where;
}

const look = (where, name) => lookAt(where, `developer-${name}`);
const statusOf = (where) => where.textContent("[role=status]");

async function makeApp(where, name, kind, uris) {
  await type(where, "client_name", name);
  await tabTo(where, "kind-web");
  for (let i = 0; i < ["web", "browser", "native"].indexOf(kind); i++) await where.keyboard.press("ArrowDown");
  await type(where, "redirect_uris", uris);
  await press(where, "create");
  return {
    client_id: await where.textContent("#made-client-id"),
    client_secret: kind === "web" ? await where.textContent("#made-client-secret") : undefined,
  };
}

before(async () => {
  server = await Server.start({ tls: true });
  browser = await launchBrowser();
  partner = await startPartner(server.dir);
  await server.register("ada@example.com", password);
  await server.register("bob@example.com", password);
  page = await signIn("ada@example.com");
  other = await signIn("bob@example.com");
});

after(async () => {
  await browser?.close();
  partner?.close();
  await server?.stop();
});

// --- apps

let app;

test("an app is made, its secret shown once, and copied with a button", async () => {
  await look(page, "apps-none");
  app = await makeApp(page, "Acme Notes", "web", `${partner.origin}/cb`);
  assert.match(app.client_id, /^[0-9a-f]{32}$/);
  assert.match(app.client_secret, /^hk_cs_/);
  await look(page, "app-made");
  await page.click("#made-client-secret + .copy");
  await page.waitForFunction(() => document.querySelector("#made-client-secret + .copy").textContent === "Copied");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), app.client_secret);
  await press(page, "open-made");
  assert.equal(await page.textContent("#client-id"), app.client_id);
  assert.ok(!(await page.content()).includes(app.client_secret));
});

test("a wrong redirect URI is told beside its field", async () => {
  await page.goto(`${server.issuer}/developer`);
  await type(page, "client_name", "Typo");
  await type(page, "redirect_uris", "http://app.example/cb");
  await press(page, "create");
  assert.match(await page.textContent("#redirect_uris-error"), /https/);
  assert.equal(await page.inputValue("#client_name"), "Typo");
  await look(page, "app-refused");
});

test("the checker marks the byte that differs", async () => {
  await page.goto(`${server.issuer}/developer/apps/${app.client_id}`);
  await type(page, "redirect_uri", `${partner.origin}/cb/`);
  await press(page, "check");
  assert.equal(await page.textContent("#have mark"), "/");
  assert.equal(await page.textContent("#byte"), String(`${partner.origin}/cb`.length + 1));
  await look(page, "uri-differs");
  await type(page, "redirect_uri", `${partner.origin}/cb`);
  await press(page, "check");
  assert.equal(await page.textContent("#verdict .badge"), "It matches.");
});

test("a refused request stands on the page with the rule that refused it", async () => {
  const query = new URLSearchParams({ response_type: "code", client_id: app.client_id, redirect_uri: "https://elsewhere.example/cb" });
  await fetch(`${server.issuer}/oauth/authorize?${query}`);
  await fetch(`${server.issuer}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${app.client_id}:wrong`)}` },
    body: new URLSearchParams({ grant_type: "authorization_code", code: "nonsense" }),
  });
  await page.goto(`${server.issuer}/developer/apps/${app.client_id}`);
  const failures = await page.$$eval("#failures > li", (rows) => rows.map((row) => row.textContent));
  assert.match(failures[0], /\/oauth\/token.*invalid_client.*the client secret is wrong/s);
  assert.match(failures[1], /\/oauth\/authorize.*invalid_redirect_uri/s);
  assert.ok(!failures.join().includes("elsewhere"));
  await look(page, "app");
});

test("the settings are saved", async () => {
  await type(page, "client_name", "Acme Notes 2");
  await type(page, "policy_uri", "https://acme.example/privacy");
  await press(page, "save");
  assert.equal(await statusOf(page), "The app is saved.");
  assert.equal(await page.inputValue("#policy_uri"), "https://acme.example/privacy");
});

test("a secret is changed over to a new one", async () => {
  await press(page, "manage-secrets");
  await press(page, "new-secret");
  const fresh = await page.textContent("#made-client-secret");
  assert.notEqual(fresh, app.client_secret);
  await look(page, "secret");
  await press(page, "drop-secret");
  assert.equal(await statusOf(page), "The old secret is good no more.");
  app.client_secret = fresh;
});

// --- the programs

const has = (...command) => {
  try {
    execFileSync(command[0], command.slice(1), { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

async function snippet(client_id, language) {
  await page.goto(`${server.issuer}/developer/apps/${client_id}`);
  const text = await page.textContent(`#snippet-${language}`);
  assert.ok(text.includes(client_id) && !text.includes("{{") && !text.includes("hk_cs_"));
  return text;
}

// Starts the program, goes where it says as a person, and gives it the address that comes back.
async function signInWith(command, args, { secret, answer = (url) => url, ...options }) {
  const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: "0", ...(secret ? { HITKEY_SECRET: secret } : {}) };
  const program = spawn(command, args, { env, stdio: ["pipe", "pipe", "inherit"], ...options });
  let out = "";
  const ended = new Promise((resolve) => program.on("close", resolve));
  program.stdout.on("data", (chunk) => (out += chunk));
  for (let i = 0; i < 200 && !out.includes("\n"); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  const where = await page.context().newPage();
  await where.goto(out.trim());
  await where.waitForLoadState();
  if (await where.$("#allow")) await press(where, "allow");
  await where.waitForURL(`${partner.origin}/**`);
  program.stdin.end(`${answer(where.url())}\n`);
  await where.close();
  await ended;
  return out;
}

const folder = (name) => {
  const path = join(server.dir, name);
  mkdirSync(path, { recursive: true });
  return path;
};

test("the snippet for curl signs in", { skip: !has("curl", "--version") && "no curl" }, async () => {
  const script = join(folder("curl"), "sign-in.sh");
  writeFileSync(script, (await snippet(app.client_id, "curl")).replaceAll("curl --silent", "curl --insecure --silent"));
  const answer = (url) => new URL(url).searchParams.get("code");
  const out = await signInWith("bash", [script], { secret: app.client_secret, answer });
  assert.match(out, /"access_token"/);
});

test("the snippet for Node.js signs in", async () => {
  const script = join(folder("node"), "sign-in.mjs");
  const text = await snippet(app.client_id, "node");
  writeFileSync(script, text.replace('"openid-client"', JSON.stringify(import.meta.resolve("openid-client"))));
  assert.match(await signInWith("node", [script], { secret: app.client_secret }), /signed in: [0-9a-f-]{36}/);
});

test("the snippet for C signs in with libhitkey-rp", { skip: !has("cc", "--version") && "no compiler" }, async () => {
  const dir = folder("c");
  // The test's own certificate is no system's.
  const trust = `hk_cfg_set(cfg, "ca_file", "${server.dir}/tls.crt");\n    hk_cfg_scopes(`;
  writeFileSync(join(dir, "app.c"), (await snippet(app.client_id, "c")).replace("hk_cfg_scopes(", trust));
  const library = join(process.env.E2E_BIN, "rp/library");
  const root = join(here, "../..");
  execFileSync("cc", ["-std=c17", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", `-I${root}/rp/include`,
    "app.c", "-o", "app", `-L${library}`, "-lhitkey_rp", `-Wl,-rpath,${library}`], { cwd: dir });
  const out = await signInWith(join(dir, "app"), [], { secret: app.client_secret });
  assert.match(out, /signed in: [0-9a-f-]{36}/);
});

const checks = [
  ["python", "Python", ["python3", "-m", "py_compile", "app.py"], "app.py"],
  ["go", "Go", ["gofmt", "-l", "app.go"], "app.go"],
  ["php", "PHP", ["php", "-l", "app.php"], "app.php"],
];
for (const [language, name, command, file] of checks) {
  const tool = has(command[0], language === "go" ? "-h" : "--version") || has("which", command[0]);
  test(`the snippet for ${name} is a good program`, { skip: !tool && `no ${command[0]}` }, async () => {
    const dir = folder(language);
    for (const client_id of [app.client_id, (await publicApp()).client_id]) {
      writeFileSync(join(dir, file), await snippet(client_id, language));
      const out = execFileSync(command[0], command.slice(1), { cwd: dir, encoding: "utf8" });
      if (language === "go") assert.equal(out, "", "gofmt would change it");
    }
  });
}

let publicOne;
async function publicApp() {
  if (publicOne) return publicOne;
  await page.goto(`${server.issuer}/developer`);
  publicOne = await makeApp(page, "Acme in a browser", "browser", `${partner.origin}/cb`);
  return publicOne;
}

test("an app without a secret signs in by the same programs", async () => {
  const { client_id } = await publicApp();
  const script = join(folder("node"), "public.mjs");
  const text = await snippet(client_id, "node");
  assert.ok(!text.includes("HITKEY_SECRET"));
  writeFileSync(script, text.replace('"openid-client"', JSON.stringify(import.meta.resolve("openid-client"))));
  assert.match(await signInWith("node", [script], {}), /signed in: [0-9a-f-]{36}/);
});

// --- projects

test("a project is made, and its members come, change and go", async () => {
  await page.goto(`${server.issuer}/developer/projects`);
  await look(page, "projects-none");
  await type(page, "name", "Lighthouse");
  await type(page, "description", "Lamps along the coast");
  await press(page, "create");
  assert.equal(await statusOf(page), "The project is made.");
  await look(page, "projects");
  await press(page, "project-lighthouse");

  await press(page, "tab-permissions");
  await type(page, "key", "lamps.light");
  await type(page, "display_name", "Light the lamps");
  await press(page, "add");
  assert.match(await page.textContent("#permissions"), /Light the lamps/);
  await look(page, "permissions");

  await press(page, "tab-members");
  await type(page, "add-email", "bob@example.com");
  await press(page, "add");
  assert.equal(await statusOf(page), "There is a new member.");
  await type(page, "invite-email", "carol@example.com");
  await press(page, "invite");
  assert.match(await page.textContent("#invites"), /carol@example\.com/);
  await look(page, "members");

  const edit = await page.getAttribute("#members a[aria-label='Change: bob@example.com']", "id");
  await press(page, edit);
  const box = await page.getAttribute("input[name='permissions.lamps.light']", "id");
  await tabTo(page, box);
  await page.keyboard.press("Space");
  await look(page, "member");
  await press(page, "save");
  assert.match(await page.textContent("#members"), /lamps\.light/);

  const revoke = await page.getAttribute("#invites button", "id");
  await press(page, revoke);
  assert.equal(await page.$("#invites li"), null);
});

test("a member sees the project, and is offered nothing that a member may not do", async () => {
  await other.goto(`${server.issuer}/developer/projects/lighthouse`);
  assert.match(await other.textContent("#members"), /ada@example\.com/);
  assert.equal(await other.$("#invite-form, #add-form, #members .actions"), null);
  await look(other, "as-a-member");
  await press(other, "tab-apps");
  assert.equal(await other.$("form#create-form"), null);
  await press(other, "tab-settings");
  assert.equal(await other.$("#settings-form, #delete, #give"), null);
  await look(other, "settings-as-a-member");
  await press(other, "leave");
  assert.equal(await statusOf(other), "You have left the project.");
  assert.equal((await other.goto(`${server.issuer}/developer/projects/lighthouse`)).status(), 404);
});

test("a project has apps of its own", async () => {
  await page.goto(`${server.issuer}/developer/projects/lighthouse/apps`);
  await makeApp(page, "Lamp control", "native", "http://127.0.0.1/cb");
  await look(page, "project-apps");
  await press(page, "open-made");
  assert.match(await page.textContent("h1"), /Lamp control/);
});

test("a project and an app are deleted after a question", async () => {
  await page.goto(`${server.issuer}/developer/projects/lighthouse/settings`);
  await look(page, "settings");
  await press(page, "give");
  await look(page, "give");
  await page.goto(`${server.issuer}/developer/projects/lighthouse/delete`);
  await look(page, "project-delete");
  await press(page, "delete-for-good");
  assert.equal(await statusOf(page), "The project is gone.");
  await page.goto(`${server.issuer}/developer/apps/${app.client_id}`);
  await press(page, "delete");
  await look(page, "app-delete");
  await press(page, "delete-for-good");
  assert.equal(await page.$(`#app-${app.client_id}`), null);
  assert.deepEqual(page.problems.filter((text) => !/status of (4\d\d)/.test(text)), []);
});

test("the pages speak the five languages, and work without script", async () => {
  for (const locale of ["en", "es", "ru", "kk", "tg"]) {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true, locale, javaScriptEnabled: false, storageState: await page.context().storageState(),
    });
    const where = await context.newPage();
    for (const path of ["/developer", "/developer/projects", `/developer/apps/${(await publicApp()).client_id}`]) {
      await where.goto(server.issuer + path);
      assert.equal(await where.getAttribute("html", "lang"), locale);
    }
    await screenshot(where, `developer-app-${locale}`);
    await context.close();
  }
});
