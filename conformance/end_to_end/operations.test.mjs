// What whoever runs the server relies on: its options, signals, files, keys, metrics and log.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, authzProgram, coreProgram, keysProgram, makeCertificate, sleep } from "./server.mjs";
import { App } from "./sign_ins.mjs";
import { Visitor, send } from "./wire.mjs";

const password = "a quiet river in may";
const scratch = mkdtempSync(join(tmpdir(), "hitkey-operations-"));
let server, owner, app;

before(async () => {
  server = await Server.start({ args: ["--log-level", "debug"] });
  owner = await server.register("operator@example.com", password);
  app = await App.create(server, owner);
});

after(async () => {
  await server?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

function run(args, { env = {} } = {}) {
  const { status, stdout, stderr } = spawnSync(authzProgram, args, {
    encoding: "utf8", timeout: 20000, env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}

const good = () => ["--issuer", "http://localhost:9400", "--data", join(scratch, "unused")];

async function until(what, condition, ms = 5000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(25)) {
    if (await condition()) return;
  }
  assert.fail(`not within ${ms} ms: ${what}`);
}

const lines = (log) => log.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
const headerOf = (jwt) => JSON.parse(Buffer.from(jwt.split(".")[0], "base64url"));

// --- options ------------------------------------------------------------------------------------

test("--help names every option, --version the version, and both end with 0", () => {
  const help = run(["--help"]);
  assert.equal(help.status, 0);
  for (const option of ["issuer", "listen", "data", "smtp", "tls-cert", "tls-key", "trusted-proxy", "ca-file",
    "allow-private-fetch", "core-url", "code-lifetime", "log-level", "log-format", "config", "check-config"]) {
    assert.match(help.stdout, new RegExp(`^  --${option}\\b`, "m"));
  }
  const version = run(["--version"]);
  assert.equal(version.status, 0);
  assert.match(version.stdout, /^hitkey-authz \d+\.\d+\.\d+\n$/);
});

test("--check-config says what is in force, later sources win, secrets stay hidden, nothing is made", () => {
  const file = join(scratch, "good.conf");
  writeFileSync(file, "# ours\nlog-level = debug\ncode-lifetime = 2m\nworkers = 3\nsmtp = smtp://me:hushhush@mail.example:25\n");
  const { status, stdout } = run([...good(), "--config", file, "--workers", "5", "--check-config"],
    { env: { HITKEY_LOG_LEVEL: "warn", HITKEY_WORKERS: "4" } });
  assert.equal(status, 0);
  for (const line of ["issuer = http://localhost:9400", "log-level = warn", "code-lifetime = 120", "workers = 5", "smtp = (set)"]) {
    assert.ok(stdout.includes(line), `${line} in ${stdout}`);
  }
  assert.ok(!stdout.includes("hushhush"));
  assert.throws(() => statSync(join(scratch, "unused")));
});

test("what is not acceptable is refused with 2 and one sentence that says what to change", () => {
  const file = (text) => {
    const path = join(scratch, `bad-${text.length}.conf`);
    writeFileSync(path, text);
    return [...good(), "--config", path];
  };
  const data = ["--data", join(scratch, "unused")];
  const { cert, key } = makeCertificate(scratch, "lonely");
  const broken = join(scratch, "broken.pem");
  writeFileSync(broken, "not a certificate\n");
  const credential = join(scratch, "credential");
  writeFileSync(credential, "0123456789abcdef\n");
  for (const [args, env, sentence] of [
    [[...good(), "--isuer", "x"], {}, /unknown option "isuer".*did you mean "issuer"/],
    [[...good(), "--log-lvel=debug"], {}, /unknown option "log-lvel".*did you mean "log-level"/],
    [good(), { HITKEY_LISTN: "127.0.0.1:1" }, /unknown option "listn".*environment.*did you mean "listen"/],
    [file("lisen = 127.0.0.1:1\n"), {}, /unknown option "lisen" in the file.*did you mean "listen"/],
    [file("listen\n"), {}, /line 1 of the file must read "name = value"/],
    [[...good(), "--config", join(scratch, "absent.conf")], {}, /cannot be read/],
    [[...good(), "stray"], {}, /"stray" is not an option/],
    [[...good(), "--listen"], {}, /--listen needs a value/],
    [[...good(), "--workers", "many"], {}, /workers/],
    [[...good(), "--workers", "0"], {}, /workers/],
    [[...good(), "--code-lifetime", "11m"], {}, /code-lifetime/],
    [[...good(), "--log-level", "loud"], {}, /log-level/],
    [data, {}, /issuer is missing/],
    [["--issuer", "http://id.example.com", ...data], {}, /issuer must be https/],
    [["--issuer", "http://localhost.example.com", ...data], {}, /issuer must be https/],
    [["--issuer", "https://id.example.com/?a=b", ...data], {}, /issuer must have no query/],
    [["--issuer", "https://id.example.com/", ...data], {}, /issuer must not end with a slash/],
    [["--issuer", "id.example.com", ...data], {}, /issuer must be/],
    [["--issuer", "http://localhost:9400"], {}, /data is missing/],
    [[...good(), "--key-rotation", "1h"], {}, /key-rotation must be 0 or at least 1d/],
    [[...good(), "--tls-cert", cert], {}, /tls-cert and tls-key belong together/],
    [[...good(), "--tls-cert", broken, "--tls-key", key], {}, /certificate/],
    [[...good(), "--tls-cert", join(scratch, "absent.crt"), "--tls-key", key], {}, /cannot be read/],
    [[...good(), "--listen", "nowhere:1"], {}, /listen is not an IP address and a port/],
    [[...good(), "--trusted-proxy", "not-a-block"], {}, /a trusted proxy is not an address block/],
    [[...good(), "--core-url", "http://127.0.0.1:1"], {}, /core-url needs core-credential-file/],
    [[...good(), "--smtp", "http://mail.example"], {}, /smtp must be/],
    [[...good(), "--mail-from", "nonsense"], {}, /mail-from must be an address/],
    [[...good(), "--mail-from", "@localhost"], {}, /mail-from must be an address/],
    [[...good(), "--core-url", "nonsense", "--core-credential-file", credential], {}, /core-url must be http/],
    [[...good(), "--core-url", "ftp://127.0.0.1", "--core-credential-file", credential], {}, /core-url must be http/],
    [[...good(), "--core-url", "http://a.example/?x=1", "--core-credential-file", credential], {}, /core-url must be http/],
    [[...good(), "--core-url", "http://127.0.0.1:1", "--core-credential-file", join(scratch, "absent")], {}, /credential file cannot be read/],
    [[...good(), "--core-url", "http://127.0.0.1:1", "--core-credential-file", "/dev/null"], {}, /credential file must hold a word/],
    [[...good(), "--ca-file", join(scratch, "absent.pem")], {}, /ca-file cannot be read/],
    [[...good(), "--ca-file", broken], {}, /ca-file holds no PEM certificate/],
    [[...good(), "--master-key-file", join(scratch, "absent.key")], {}, /master key cannot be read/],
    [[...good(), "--service-documentation", "not a url"], {}, /service-documentation must be/],
    [[...good(), "--service-documentation", "javascript:alert(1)"], {}, /service-documentation must be/],
    [[...good(), "--listen", "0.0.0.0:9400"], {}, /within reach of other machines/],
    [[...good(), "--listen", "[::]:9400"], {}, /within reach of other machines/],
    [["--issuer", "https://id.example.com", "--listen", "192.0.2.1:443", ...data], {}, /within reach of other machines/],
  ]) {
    for (const action of [[], ["--check-config"]]) {
      const { status, stderr } = run([...action, ...args], { env });
      assert.equal(status, 2, `${args}: ${stderr}`);
      assert.match(stderr, sentence);
      assert.match(stderr, /^hitkey-authz: [^\n]+\n$/, "one sentence");
    }
  }
});

test("a listen address that others reach is fine with TLS or a trusted proxy", () => {
  const { cert, key } = makeCertificate(scratch, "reached");
  for (const args of [["--tls-cert", cert, "--tls-key", key], ["--trusted-proxy", "10.0.0.0/8"]]) {
    const { status, stderr } = run([...good(), "--listen", "0.0.0.0:9400", ...args, "--check-config"]);
    assert.equal(status, 0, stderr);
  }
});

test("hitkey-core checks its configuration too", () => {
  const credential = join(scratch, "core-credential");
  writeFileSync(credential, "0123456789abcdef\n");
  const fine = [...good(), "--credential-file", credential, "--check-config"];
  const check = (args) => spawnSync(coreProgram, [...fine, ...args], { encoding: "utf8", timeout: 20000 });
  assert.equal(check([]).status, 0);
  for (const [args, sentence] of [
    [["--mail-from", "nonsense"], /mail-from must be an address/],
    [["--credential-file", join(scratch, "absent")], /credential file cannot be read/],
    [["--ca-file", join(scratch, "absent")], /ca-file cannot be read/],
    [["--master-key-file", join(scratch, "absent")], /master key cannot be read/],
  ]) {
    const { status, stderr } = check(args);
    assert.equal(status, 2, `${args}: ${stderr}`);
    assert.match(stderr, sentence);
  }
});

test("what cannot be had at start ends with 1 and one sentence", () => {
  const data = join(scratch, "start");
  const listen = ["--listen", `127.0.0.1:${server.port}`];
  const file = join(scratch, "a-file");
  writeFileSync(file, "no folder\n");
  for (const [args, sentence] of [
    [listen, /listen address cannot be bound.*in use/],
    [["--data", join(scratch, "no", "such", "folder")], /data folder cannot be made/],
    [["--data", file], /does not name a folder/],
  ]) {
    const { status, stderr } = run(["--issuer", "http://localhost:9400", "--data", data, ...args]);
    assert.equal(status, 1, `${args}: ${stderr}`);
    const said = stderr.split("\n").filter((line) => line && !line.startsWith("{"));
    assert.equal(said.length, 1, stderr);
    assert.match(said[0], sentence);
  }
});

test("a database of a newer schema is refused and left as it is", async () => {
  for (const name of ["authz.db", "core.db"]) {
    const other = await Server.start();
    await other.stop({ keep: true });
    execFileSync("sqlite3", [join(other.dir, name), "PRAGMA user_version=99"]);
    const { status, stderr } = run(other.args);
    assert.equal(status, 1);
    assert.match(stderr, /newer/);
    assert.equal(execFileSync("sqlite3", [join(other.dir, name), "PRAGMA user_version"], { encoding: "utf8" }), "99\n");
    rmSync(other.dir, { recursive: true });
  }
});

test("the data folder is its owner's alone, and so is every file in it", () => {
  const walk = (path) => {
    const { mode } = statSync(path);
    const folder = statSync(path).isDirectory();
    assert.equal(mode & 0o777, folder ? 0o700 : 0o600, path);
    if (folder) for (const name of readdirSync(path)) walk(join(path, name));
  };
  const names = readdirSync(server.dir);
  for (const name of ["master.key", "authz.db", "core.db", "keys", "mail"]) assert.ok(names.includes(name), name);
  walk(server.dir);
});

// --- signals ------------------------------------------------------------------------------------

test("SIGTERM answers the request in flight, takes no new one and ends with 0", async () => {
  const other = await Server.start();
  const body = JSON.stringify({ email: "nobody@example.com", password: "some password" });
  const socket = connect(other.port, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk));
  const closed = new Promise((resolve) => socket.on("close", resolve));
  socket.write(`POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`);
  socket.write(body.slice(0, 10));
  await sleep(300);
  other.process.kill("SIGTERM");
  await until("draining is logged", () => other.log.includes('"draining"'));
  await sleep(300);
  await assert.rejects(send(other.issuer, "GET", "/health"), "a new connection is refused");
  assert.equal(other.process.exitCode, null, "it waits for the request");
  socket.write(body.slice(10));
  await closed;
  assert.match(answer, /^HTTP\/1\.1 401 /);
  assert.match(answer, /INVALID_CREDENTIALS/);
  assert.deepEqual(await other.exited, { code: 0, signal: null });
  assert.ok(other.log.includes('"ended"'));
  rmSync(other.dir, { recursive: true });
});

test("SIGTERM waits no longer than --drain for a client that never finishes", async () => {
  const other = await Server.start({ args: ["--drain", "1s"] });
  const socket = connect(other.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write("POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{");
  await sleep(200);
  const started = Date.now();
  other.process.kill("SIGTERM");
  assert.deepEqual(await other.exited, { code: 0, signal: null });
  assert.ok(Date.now() - started < 6000);
  socket.destroy();
  rmSync(other.dir, { recursive: true });
});

function presented(port, options = {}) {
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ port, host: "127.0.0.1", servername: "localhost", rejectUnauthorized: false, ...options }, () => {
      resolve({ fingerprint: socket.getPeerCertificate().fingerprint256, protocol: socket.getProtocol() });
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

test("SIGHUP takes a new certificate and log level live; a bad certificate leaves the old one", async () => {
  const folder = mkdtempSync(join(scratch, "tls-"));
  const file = join(folder, "authz.conf");
  const { cert, key } = makeCertificate(folder);
  const named = (level) => writeFileSync(file, `log-level = ${level}\ntls-cert = ${cert}\ntls-key = ${key}\n`);
  named("error");
  const other = await Server.start({ certificate: false, tls: true, args: ["--config", file] });
  const first = await presented(other.port);
  assert.ok(!other.log.includes('"request"'), "nothing below error is logged");

  const held = await new Promise((resolve) => {
    const socket = tlsConnect({ port: other.port, host: "127.0.0.1", servername: "localhost", rejectUnauthorized: false }, () => resolve(socket));
  });
  const next = makeCertificate(folder, "next");
  copyFileSync(next.cert, cert);
  copyFileSync(next.key, key);
  named("info");
  assert.deepEqual(await presented(other.port), first, "the files alone change nothing");
  other.process.kill("SIGHUP");
  await until("the new certificate", async () => (await presented(other.port)).fingerprint !== first.fingerprint);
  const second = await presented(other.port);
  assert.equal((await send(other.issuer, "GET", "/health")).status, 200);
  await until("requests are logged", () => lines(other.log).some((line) => line.event === "request"));

  let answer = "";
  held.on("data", (chunk) => (answer += chunk));
  held.write("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  await new Promise((resolve) => held.on("close", resolve));
  assert.match(answer, /^HTTP\/1\.1 200 /, "an open connection lives on");

  for (const [text, path] of [["not a certificate\n", cert], ["", key]]) {
    copyFileSync(next.cert, cert);
    const errors = () => lines(other.log).filter((line) => line.level === "error" && line.event === "reload").length;
    const before = errors();
    writeFileSync(path, text);
    other.process.kill("SIGHUP");
    await until("the failure is logged", () => errors() > before);
    assert.deepEqual(await presented(other.port), second);
  }
  const moved = makeCertificate(folder, "moved");
  copyFileSync(next.cert, cert);
  copyFileSync(next.key, key);
  writeFileSync(file, `log-level = info\ntls-cert = ${moved.cert}\ntls-key = ${moved.key}\n`);
  other.process.kill("SIGHUP");
  await until("the certificate of the new name", async () => (await presented(other.port)).fingerprint !== second.fingerprint);
  await until("the reload is logged once", () => /"event":"reloaded","log_level":"info"/.test(other.log));
  writeFileSync(file, "log-level = info\n");
  other.process.kill("SIGHUP");
  await until("the refusal is logged", () => /TLS is turned on and off by a restart only/.test(other.log));
  writeFileSync(file, "log-levle = info\n");
  other.process.kill("SIGHUP");
  await until("the unknown option is logged", () => other.log.includes("log-levle"));
  assert.equal((await send(other.issuer, "GET", "/health")).status, 200);
  await other.stop();
});

test("native TLS speaks 1.2 and 1.3 and refuses 1.1 and 1.0", async () => {
  const other = await Server.start({ tls: true });
  for (const version of ["TLSv1.2", "TLSv1.3"]) {
    assert.equal((await presented(other.port, { minVersion: version, maxVersion: version })).protocol, version);
  }
  for (const flag of ["-tls1_1", "-tls1"]) {
    const { status, stdout } = spawnSync("openssl", ["s_client", "-connect", `127.0.0.1:${other.port}`, flag, "-cipher", "ALL:@SECLEVEL=0"],
      { input: "", encoding: "utf8" });
    assert.notEqual(status, 0);
    assert.match(stdout, /Cipher is \(NONE\)|no peer certificate available/);
  }
  const { headers } = await send(other.issuer, "GET", "/health");
  assert.match(headers["strict-transport-security"], /max-age=\d+/);
  await other.stop();
});

// --- proxies ------------------------------------------------------------------------------------

test("X-Forwarded-For and -Proto count from a trusted proxy only", async () => {
  const asked = async (at, id) => {
    const headers = { "x-forwarded-for": "198.51.100.7, 203.0.113.9", "x-forwarded-proto": "https", "x-request-id": id };
    const answer = await send(at.issuer, "GET", "/health", { headers });
    await until("the request is logged", () => lines(at.log).some((line) => line.id === id));
    return { remote: lines(at.log).find((line) => line.id === id).remote, secure: "strict-transport-security" in answer.headers };
  };
  assert.deepEqual(await asked(server, "stranger"), { remote: "127.0.0.1", secure: false });
  const foreign = await Server.start({ args: ["--trusted-proxy", "192.0.2.0/24"] });
  assert.deepEqual(await asked(foreign, "foreign"), { remote: "127.0.0.1", secure: false });
  await foreign.stop();
  const behind = await Server.start({ args: ["--trusted-proxy", "127.0.0.0/8"] });
  assert.deepEqual(await asked(behind, "trusted"), { remote: "203.0.113.9", secure: true });
  await behind.stop();
  const chain = await Server.start({ args: ["--trusted-proxy", "127.0.0.0/8", "--trusted-proxy", "203.0.113.0/24"] });
  assert.deepEqual(await asked(chain, "chain"), { remote: "198.51.100.7", secure: true });
  await chain.stop();
});

// --- keys ---------------------------------------------------------------------------------------

const keys = (...args) => spawnSync(keysProgram, args, { encoding: "utf8" });
const kids = async () => (await server.api("GET", "/oauth/jwks")).json.keys.map((key) => key.kid).sort();
const exported = () => JSON.parse(keys("export-public", "--data", server.dir).stdout);

test("hitkey-keys rotates the keys of a running server, and no token dies of it", async () => {
  const { json: old } = await app.redeem(await app.code());
  const before = await kids();
  assert.deepEqual(exported().keys.map((key) => key.kid).sort(), before);
  for (const key of exported().keys) {
    for (const member of ["d", "p", "q", "dp", "dq", "qi", "k"]) assert.ok(!(member in key), "only what is public");
  }
  const rows = (text) => text.trim().split("\n").slice(1).map((line) => line.split(/\s+/));
  const activeOf = (text) => Object.fromEntries(rows(text).filter((row) => row[1] === "active").map((row) => [row[0], row[2]]));
  const nextOf = (text) => Object.fromEntries(rows(text).filter((row) => row[1] === "next").map((row) => [row[0], row[2]]));
  const listed = keys("list", "--data", server.dir);
  assert.equal(listed.status, 0, listed.stderr);
  const idKey = headerOf(old.id_token);
  assert.equal(idKey.kid, activeOf(listed.stdout)[idKey.alg]);

  const early = keys("rotate", "--data", server.dir);
  assert.equal(early.status, 1, "the next keys are younger than the copies that clients keep");
  assert.match(early.stderr, /--at-once/);
  const rotated = keys("rotate", "--data", server.dir, "--at-once");
  assert.equal(rotated.status, 0, rotated.stderr);
  const active = activeOf(rotated.stdout);
  assert.equal(active[idKey.alg], nextOf(listed.stdout)[idKey.alg], "the published next key signs");
  const fresh = exported().keys.map((key) => key.kid).filter((kid) => !before.includes(kid));
  assert.ok(fresh.length > 0);
  await until("the new keys are in the JWKS", async () => {
    const now = await kids();
    return fresh.every((kid) => now.includes(kid));
  }, 2000);
  for (const kid of before) assert.ok((await kids()).includes(kid), "what signed is still published");

  assert.equal((await server.api("GET", "/oauth/userinfo", { token: old.access_token })).status, 200);
  const { json: young } = await app.redeem(await app.code());
  assert.equal(headerOf(young.id_token).kid, active[headerOf(young.id_token).alg]);
  assert.equal(headerOf(young.access_token).kid, active[headerOf(young.access_token).alg]);
  assert.notEqual(headerOf(young.id_token).kid, idKey.kid);
  assert.equal((await server.api("GET", "/oauth/userinfo", { token: young.access_token })).status, 200);
  const refreshed = await app.refresh(old.refresh_token);
  assert.equal(refreshed.status, 200);
  assert.equal(headerOf(refreshed.json.id_token).kid, headerOf(young.id_token).kid);
});

test("hitkey-keys says what is wrong with its arguments, and what only looks makes nothing", () => {
  const bare = join(scratch, "bare");
  mkdirSync(bare);
  writeFileSync(join(bare, "master.key"), "0f".repeat(32), { mode: 0o600 });
  for (const [args, status, sentence] of [
    [[], 2, /usage/], [["destroy", "--data", server.dir], 2, /usage/], [["list"], 2, /usage/],
    [["list", "--data", join(scratch, "absent")], 1, /master key/],
    [["rotate", "--data", server.dir, "--alg", "HS256"], 1, /RS256, ES256, PS256 and EdDSA/],
    [["rotate", "--data", server.dir, "--alg", "none"], 1, /--alg must be one of/],
    [["rotate", "RS256", "--data", server.dir], 2, /usage/], [["list", "--data", server.dir, "more"], 2, /usage/],
    [["list", "--data", bare], 1, /no key ring yet/], [["export-public", "--data", bare], 1, /no key ring yet/],
  ]) {
    const answer = keys(...args);
    assert.equal(answer.status, status, `${args}: ${answer.stderr}`);
    assert.match(answer.stderr, sentence);
  }
  assert.deepEqual(readdirSync(bare), ["master.key"]);
});

// --- metrics and log ----------------------------------------------------------------------------

async function metric(name, labels = {}) {
  const { text } = await server.api("GET", "/metrics");
  const row = text.split("\n").find((line) => line.startsWith(name) && /[ {]/.test(line[name.length]) &&
    Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`)));
  return row === undefined ? 0 : Number(row.split(" ").at(-1));
}

test("/metrics has every family, in Prometheus' text format, and counts", async () => {
  const { text, headers } = await server.api("GET", "/metrics");
  assert.match(headers.get("content-type"), /^text\/plain; version=0\.0\.4/);
  for (const [family, type] of [
    ["hitkey_http_requests_total", "counter"], ["hitkey_http_request_duration_seconds", "histogram"],
    ["hitkey_sign_ins_total", "counter"], ["hitkey_tokens_issued_total", "counter"],
    ["hitkey_db_commit_batch_size", "histogram"], ["hitkey_worker_queue_depth", "gauge"], ["hitkey_key_age_seconds", "gauge"],
  ]) {
    assert.ok(text.includes(`# TYPE ${family} ${type}\n`), family);
  }
  for (const line of text.trim().split("\n")) {
    assert.match(line, /^(# (HELP|TYPE) .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+)$/i);
  }
  assert.match(text, /^hitkey_worker_queue_depth(\{\})? \d+$/m);
  assert.match(text, /^hitkey_key_age_seconds\{key="RS256"\} \d/m);
  assert.match(text, /^hitkey_db_commit_batch_size_count\{database="authz"\} [1-9]/m);

  const counted = async () => ({
    token: await metric("hitkey_http_requests_total", { route: "/oauth/token", status: "200" }),
    seconds: await metric("hitkey_http_request_duration_seconds_count", { route: "/oauth/token" }),
    codes: await metric("hitkey_tokens_issued_total", { grant: "authorization_code" }),
    refreshes: await metric("hitkey_tokens_issued_total", { grant: "refresh_token" }),
    missing: await metric("hitkey_http_requests_total", { route: "none", status: "404" }),
  });
  const before = await counted();
  const { json } = await app.redeem(await app.code());
  await app.refresh(json.refresh_token);
  await server.api("GET", "/no/such/page");
  const now = await counted();
  assert.deepEqual(Object.fromEntries(Object.keys(now).map((key) => [key, now[key] - before[key]])),
    { token: 2, seconds: 2, codes: 1, refreshes: 1, missing: 1 });
});

const authorizePath = (extra = {}) => `/oauth/authorize?${new URLSearchParams({
  client_id: app.id, redirect_uri: app.redirectUri, response_type: "code", scope: "openid email profile", state: "st4te", ...extra,
})}`;

test("/metrics counts sign-ins by result, on the pages and by the API", async () => {
  const count = async () => {
    const { text } = await server.api("GET", "/metrics");
    return Object.fromEntries([...text.matchAll(/^hitkey_sign_ins_total\{result="([^"]+)"\} (\d+)/gm)].map(([, k, v]) => [k, Number(v)]));
  };
  const sum = (all) => Object.values(all).reduce((a, b) => a + b, 0);
  const start = await count();
  await server.api("POST", "/auth/login", { body: { email: "operator@example.com", password } });
  const one = await count();
  assert.equal(sum(one) - sum(start), 1);
  await server.api("POST", "/auth/login", { body: { email: "operator@example.com", password: "not this one" } });
  const two = await count();
  assert.equal(sum(two) - sum(one), 1);
  await new Visitor(server.issuer).signIn(authorizePath(), "operator@example.com", password);
  const three = await count();
  assert.equal(sum(three) - sum(two), 1);
  const good = Object.keys(one).find((key) => one[key] !== start[key]);
  const bad = Object.keys(two).find((key) => two[key] !== one[key]);
  assert.notEqual(good, bad);
  assert.equal(three[good], two[good] + 1, "the page's sign-in is a good one");
});

test("no secret of a whole sign-in appears in the log, at its most talkative", async () => {
  const since = Date.now() - 5;
  const email = "discreet@example.com";
  const secrets = { password: "the heron sleeps at noon", wrong: "the heron sleeps at dusk" };
  const person = await server.register(email, secrets.password);
  secrets.mailed = await server.mailedCode(email, { since, match: /\b\d{6}\b/ });
  secrets.api = person.token;
  secrets.apiRefresh = person.refresh_token;
  const { json: setup } = await server.expect(200, "GET", "/auth/2fa/setup", { token: person.token });
  secrets.totp = setup.secret;
  await server.api("POST", "/auth/login", { body: { email, password: secrets.wrong } });
  secrets.client = app.secret;
  const visitor = new Visitor(server.issuer);
  const page = await visitor.go("GET", authorizePath({ nonce: "n0nce-of-a-kind" }));
  secrets.field = /name="interaction" value="([^"]+)"/.exec(page.text)[1];
  const answer = await visitor.signIn(authorizePath({ nonce: "n0nce-of-a-kind" }), email, secrets.password);
  secrets.code = answer.get("code");
  for (const [name, value] of visitor.cookies) secrets[name] = value;
  const basic = Buffer.from(`${app.id}:${app.secret}`).toString("base64");
  secrets.basic = basic;
  const { json: tokens } = await app.redeem(secrets.code);
  Object.assign(secrets, { access: tokens.access_token, refresh: tokens.refresh_token, id: tokens.id_token });
  await server.api("GET", "/oauth/userinfo", { token: tokens.access_token });
  await send(server.issuer, "POST", "/oauth/token", {
    headers: { authorization: `Basic ${basic}` }, form: { grant_type: "refresh_token", refresh_token: tokens.refresh_token },
  });
  await app.redeem(secrets.code);
  await app.refresh(tokens.refresh_token);
  await server.expect(200, "POST", "/auth/password/forgot", { body: { email } });
  const mail = await server.mail(email, { since, match: /\/reset\?/ });
  secrets.reset = /\/reset\?[a-z]+=([^\s"<>&]+)/.exec(mail)[1];
  await server.api("POST", "/auth/password/reset", { body: { token: secrets.reset, password: secrets.wrong } });
  await sleep(200);
  assert.ok(lines(server.log).length > 10);
  for (const [name, value] of Object.entries(secrets)) {
    assert.ok(value && value.length >= 6, `${name} was caught`);
    assert.ok(!server.log.includes(value), `${name} is in the log`);
  }
  assert.ok(!server.log.includes("authorization_code="), "no query is in the log");
});
