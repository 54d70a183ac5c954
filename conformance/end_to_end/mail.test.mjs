// Mail over a real SMTP server: what it takes, puts off, refuses, and what becomes of a mail when one of
// the two dies.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Server, freePort, makeAuthority, sleep } from "./server.mjs";

const program = fileURLToPath(new URL("./smtp_server.py", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "hitkey-mail-"));
const ours = makeAuthority(scratch, "ours");
const others = makeAuthority(scratch, "others");
const secret = "correct-horse";

// The mail server: started, killed and started again on one port, with one journal.
class Post {
  constructor(port, name) {
    Object.assign(this, { port, path: join(scratch, `${name}.journal`) });
  }

  async start(...how) {
    // Debian's own Python, for which the package is.
    this.process = spawn("/usr/bin/python3", [program, String(this.port), this.path, ...how], { stdio: ["ignore", "pipe", "inherit"] });
    this.exited = once(this.process, "exit");
    await Promise.race([once(this.process.stdout, "data"), this.exited.then(() => assert.fail("no mail server"))]);
  }

  startSecure({ cert, key } = ours) {
    return this.start("--tls", cert, key);
  }

  async stop() {
    this.process?.kill("SIGKILL");
    await this.exited;
  }

  told(event, to) {
    let text = "";
    try {
      text = readFileSync(this.path, "utf8");
    } catch {
      // nobody came yet
    }
    const entries = text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
    return entries.filter((entry) => entry.event === event && (!to || entry.to === to));
  }

  async wait(event, to, n = 1) {
    await until(`${n} × ${event} for ${to}`, () => this.told(event, to).length >= n);
    return this.told(event, to);
  }
}

async function until(what, condition, ms = 60000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) {
    if (await condition()) return;
  }
  assert.fail(`not within ${ms} ms: ${what}`);
}

const running = [];

// Both, of which only the mail server is not running yet.
async function startPair(name, { password = true } = {}) {
  const port = await freePort();
  const user = password ? `hitkey:${secret}@` : "";
  const post = new Post(port, name);
  const server = await Server.start({ args: ["--smtp", `smtp://${user}localhost:${port}`, "--mail-from", "post@example.com", "--ca-file", ours.ca] });
  running.push(post, server);
  return { post, server };
}

const ask = (server, email, headers = {}) => server.expect(200, "POST", "/auth/register/start", { body: { email }, headers });
const codeIn = (mail) => /(?<!\d)\d{6}(?!\d)/.exec(mail.parts["text/plain"])[0];
const verify = (server, email, mail) => server.expect(200, "POST", "/auth/register/verify", { body: { email, code: codeIn(mail) } });

async function measured(server, result) {
  const { text } = await server.api("GET", "/metrics");
  assert.match(text, /^hitkey_mails_waiting /m);
  return Number(new RegExp(`^hitkey_mails_total\\{result="${result}"\\} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
}

let post, server;

before(async () => {
  ({ post, server } = await startPair("main"));
  await post.startSecure();
});

after(async () => {
  for (const one of running) await one.stop();
  rmSync(scratch, { recursive: true, force: true });
});

test("a mail goes over STARTTLS, signed in, with a text and an HTML part", async () => {
  await ask(server, "ada@example.com");
  const [mail] = await post.wait("mail", "ada@example.com");
  const [recipient] = post.told("recipient", "ada@example.com");
  assert.deepEqual([recipient.tls, recipient.user], [true, "hitkey"]);
  assert.ok(post.told("auth").every((auth) => auth.tls && auth.good));
  assert.equal(mail.sender, "post@example.com");
  assert.equal(mail.header_to, "ada@example.com");
  assert.deepEqual(mail.defects, []);
  assert.equal(mail.type, "multipart/alternative");
  assert.deepEqual(Object.keys(mail.parts), ["text/plain", "text/html"], "the best comes last, RFC 2046 5.1.4");
  assert.ok(mail.parts["text/html"].includes(codeIn(mail)));
  assert.match(mail.id, /^<[0-9a-z]+@\S+>$/);
  assert.ok(mail.longest_line <= 998, "RFC 5322 2.1.1");
  await verify(server, "ada@example.com", mail);
});

for (const [tag, subject] of [["en", /^Your HitKey code$/], ["ru", /[а-я]{3}/i], ["kk", /[а-я]{3}/i], ["tg", /[а-я]{3}/i], ["es", /c[oó]digo/i]]) {
  test(`its language is that of the request: ${tag}`, async () => {
    const email = `in-${tag}@example.com`;
    await ask(server, email, { "accept-language": `${tag};q=0.9, fr` });
    const [mail] = await post.wait("mail", email);
    assert.match(mail.subject, subject);
    if (tag !== "en") assert.match(mail.raw_subject, /^(=\?UTF-8\?[BQ]\?[^?\s]+\?=\s*)+$/i, "RFC 2047 2");
    assert.ok(mail.parts["text/html"].includes(`lang="${tag}"`));
    assert.deepEqual(mail.defects, []);
  });
}

test("what is put off comes again with growing pauses, and is delivered once", async () => {
  const email = "later-2-ada@example.com";
  const before = { sent: await measured(server, "sent"), retry: await measured(server, "retry") };
  await ask(server, email);
  const [mail] = await post.wait("mail", email);
  const tries = post.told("recipient", email);
  assert.deepEqual(tries.map((one) => one.reply), [451, 451, 250]);
  assert.ok(tries[1].at - tries[0].at >= 3700, "5 s, a quarter more or less");
  assert.ok(tries[2].at - tries[1].at >= 7400, "10 s, a quarter more or less");
  await until("it is settled", async () => (await measured(server, "sent")) === before.sent + 1);
  assert.equal(await measured(server, "retry"), before.retry + 2);
  await verify(server, email, mail);
});

for (const [email, event] of [["refused-ada@example.com", "recipient"], ["too-big-ada@example.com", "text_refused"]]) {
  test(`what is refused for good is given up and told, without a secret: ${event}`, async () => {
    const before = { given_up: await measured(server, "given_up"), retry: await measured(server, "retry") };
    await ask(server, email);
    await post.wait(event, email);
    await until("it is given up", async () => (await measured(server, "given_up")) === before.given_up + 1);
    assert.equal(await measured(server, "retry"), before.retry);
    assert.equal(post.told("mail", email).length, 0);
    assert.match(server.log, /mail given up/);
    for (const part of [secret, email, "ada@example.com"]) assert.ok(!server.log.includes(part), `the log has ${part}`);
  });
}

test("a server that is down at first loses nothing", async () => {
  const emails = Array.from({ length: 5 }, (_, i) => `patient-${i}@example.com`);
  await post.stop();
  for (const email of emails) await ask(server, email);
  await until("each was tried", async () => (await measured(server, "retry")) >= 5);
  await post.startSecure();
  for (const email of emails) {
    const [mail] = await post.wait("mail", email);
    await verify(server, email, mail);
  }
  for (const email of emails) assert.equal(post.told("mail", email).length, 1);
});

for (const [email, copies] of [["cut-ada@example.com", 1], ["unanswered-ada@example.com", 2]]) {
  test(`a mail server that dies at a mail's text loses nothing: ${email}`, async () => {
    const sent = await measured(server, "sent");
    await ask(server, email);
    await post.exited;
    await post.startSecure();
    const mails = await post.wait("mail", email, copies);
    await until("it is settled", async () => (await measured(server, "sent")) === sent + 1);
    assert.equal(post.told("mail", email).length, copies);
    assert.equal(new Set(mails.map((mail) => mail.id)).size, 1, "the same Message-ID");
    await verify(server, email, mails.at(-1));
  });
}

test("after kill -9 between the request and the delivery the mail still comes", async () => {
  const email = "survivor@example.com";
  await post.stop();
  await ask(server, email, { "accept-language": "ru" });
  await server.kill();
  await post.startSecure();
  await sleep(500);
  assert.equal(post.told("mail", email).length, 0);
  await server.launch();
  const [mail] = await post.wait("mail", email);
  assert.ok(mail.parts["text/html"].includes('lang="ru"'));
  await verify(server, email, mail);
});

test("a certificate of nobody we know is refused: neither password nor mail goes; with a good one it does", async () => {
  const email = "trust@example.com";
  await post.stop();
  await post.startSecure(others);
  const before = { connections: post.told("connection").length, auths: post.told("auth").length };
  await ask(server, email);
  await until("it was tried", () => post.told("connection").length > before.connections);
  await until("it failed", () => /mail not sent/.test(server.log));
  assert.equal(post.told("auth").length, before.auths);
  assert.equal(post.told("recipient", email).length, 0);
  await post.stop();
  await post.startSecure();
  const [mail] = await post.wait("mail", email);
  await verify(server, email, mail);
});

test("where there is no TLS the password does not go, and mail needs none", async () => {
  const strict = await startPair("strict");
  const open = await startPair("open", { password: false });
  await strict.post.start("--plain");
  await open.post.start("--plain");
  await ask(strict.server, "ada@example.com");
  await ask(open.server, "ada@example.com");
  await open.post.wait("mail", "ada@example.com");
  await until("it was tried", async () => (await measured(strict.server, "retry")) >= 1);
  for (const event of ["auth", "recipient", "mail"]) assert.equal(strict.post.told(event).length, 0, event);
});

test("in the end each was taken once, only what was not answered twice, and what was refused was not asked again", () => {
  const recipients = new Set(post.told("mail").map((mail) => mail.to));
  assert.ok(recipients.size > 10);
  for (const to of recipients) assert.equal(post.told("mail", to).length, to.startsWith("unanswered-") ? 2 : 1, to);
  assert.equal(post.told("recipient", "refused-ada@example.com").length, 1);
  assert.equal(post.told("text_refused", "too-big-ada@example.com").length, 1);
});
