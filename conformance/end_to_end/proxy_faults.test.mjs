// hitkey-authz before a core store that misbehaves: a real TCP server that says and does what each test
// wants. The client always gets an answer of HTTP or a broken connection, in time, never a wrong body.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Server, sleep } from "./server.mjs";
import { Visitor, raw, send } from "./wire.mjs";

const FIRST_BYTE_S = 2, IDLE_S = 1, TOTAL_S = 6, CALLS = 200;
let core, server;

// The misbehaving one. `answers` says by path what is done with a connection once the head of a request
// is there; what came is in `seen`.
class BadCore {
  constructor() {
    this.answers = new Map();
    this.seen = [];
    this.sockets = new Set();
    this.connections = 0;
  }

  async start(port = 0) {
    this.server = createServer((socket) => this.accept(socket));
    await new Promise((resolve) => this.server.listen(port, "127.0.0.1", resolve));
    this.port = this.server.address().port;
    return this;
  }

  accept(socket) {
    this.connections++;
    this.sockets.add(socket);
    let buffered = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
    const onData = (chunk) => {
      buffered = Buffer.concat([buffered, chunk]);
      const end = buffered.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = buffered.subarray(0, end).toString("latin1");
      const rest = buffered.subarray(end + 4);
      const [, method, path] = /^(\S+) (\S+) HTTP\/1\.1/.exec(head);
      const request = { method, path, head, rest, socket, closed: false };
      socket.on("close", () => (request.closed = true));
      const answer = this.answers.get(path.replace(/\?.*/, ""));
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
      if (!answer?.takesBody && rest.length < length) return; // the rest of the body is on its way
      buffered = Buffer.alloc(0);
      if (!path.startsWith("/health")) this.seen.push(request);
      if (path === "/health") return void socket.write(ok('{"status":"ok"}'));
      if (!answer) return void socket.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
      if (typeof answer === "string" || Buffer.isBuffer(answer)) return void socket.write(answer);
      if (answer.takesBody) socket.off("data", onData);
      answer(socket, request);
    };
    socket.on("data", onData);
  }

  last() {
    return this.seen.at(-1);
  }

  stop() {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.server.close(resolve));
  }
}

const ok = (body, headers = "") => `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
const good = () => core.answers.set("/auth/good", ok('{"good":true}'));
let serial = 0;

// One call of an account path that the core store answers so; how long it took comes with it.
async function call(answer, { method = "GET", ...options } = {}) {
  const path = `/auth/fault-${++serial}`;
  core.answers.set(path, answer);
  const start = Date.now();
  try {
    const got = await send(server.issuer, method, path, options);
    return { ...got, ms: Date.now() - start, path };
  } catch (error) {
    return { broken: error.code ?? error.message, ms: Date.now() - start, path };
  }
}

// The circuit breaker counts what fails here: an answer that is one closes it again.
async function settle() {
  good();
  for (let i = 0; i < 200; i++) {
    if ((await send(server.issuer, "GET", "/auth/good")).status === 200) return;
    await sleep(50);
  }
  throw new Error("the circuit did not close again");
}

const series = async (name) => {
  const { text } = await send(server.issuer, "GET", "/metrics");
  return Number(new RegExp(`^${name.replace(/[{}|"]/g, "\\$&")} (\\S+)`, "m").exec(text)?.[1] ?? 0);
};
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, "utf8"))[1]);
const inside = () => series('hitkey_core_calls_inside{lane="forward"}');
async function eventually(what, look, ms = 5000) {
  const end = Date.now() + ms;
  while (!(await look())) {
    assert.ok(Date.now() < end, what);
    await sleep(25);
  }
}

before(async () => {
  core = await new BadCore().start();
  const dir = mkdtempSync(join(tmpdir(), "hitkey-bad-core-"));
  const credential = join(dir, "credential");
  writeFileSync(credential, randomBytes(32).toString("hex"), { mode: 0o600 });
  server = await Server.start({
    ill: true,
    args: ["--core-url", `http://127.0.0.1:${core.port}`, "--core-credential-file", credential,
      "--core-connect-timeout", "1s", "--core-timeout", `${FIRST_BYTE_S}s`, "--core-idle-timeout", `${IDLE_S}s`,
      "--core-total-timeout", `${TOTAL_S}s`, "--core-calls", String(CALLS)],
  });
});
after(async () => {
  await server.stop();
  await core.stop();
});

/* --- heads ------------------------------------------------------------------------------------- */
test("what passes of a request, what does not, and what is written anew", async () => {
  const got = await call(ok("{}"), {
    headers: {
      Authorization: "Bearer hitkey_x", Accept: "application/json", "X-Custom": "kept", "Idempotency-Key": "k1", "If-None-Match": '"e"',
      Cookie: "hk_session=secret", "X-Act-As": "somebody", "X-Api-Token": "t", "X-Service-Credential": "guess", "X-Account-Event": "x",
      Connection: "keep-alive, X-Hop", "X-Hop": "1", "Keep-Alive": "5", TE: "trailers", Upgrade: "h2c", "HTTP2-Settings": "AAMAAABkAAQCAAAAAAIAAAAA",
      "Proxy-Authorization": "Basic x", "X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "1", "X-Real-IP": "6.6.6.6",
      Forwarded: "for=6.6.6.6", Via: "1.0 fred", "X-Request-Id": "abc-1", Host: "id.example",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "vendor=1",
    },
  });
  assert.equal(got.status, 200, got.text);
  const lines = core.last().head.split("\r\n").slice(1).map((line) => /^([^:]+): (.*)$/.exec(line).slice(1));
  const of = (name) => lines.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  const expected = {
    Authorization: ["Bearer hitkey_x"], Accept: ["application/json"], "X-Custom": ["kept"], "Idempotency-Key": ["k1"], "If-None-Match": ['"e"'],
    Host: [`127.0.0.1:${core.port}`], "X-Forwarded-For": ["127.0.0.1"], "X-Forwarded-Proto": ["http"], "X-Forwarded-Host": ["id.example"],
    Forwarded: ['for=127.0.0.1;host="id.example";proto=http'], Via: ["1.0 fred, 1.1 hitkey-authz"], "X-Request-Id": ["abc-1"], tracestate: ["vendor=1"],
  };
  for (const [name, values] of Object.entries(expected)) assert.deepEqual(of(name), values, name);
  assert.match(of("traceparent")[0], /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331|0{16})[0-9a-f]{16}-01$/);
  assert.match(of("X-Service-Credential").join(), /^[0-9a-f]{64}$/, "ours alone");
  for (const name of ["Cookie", "X-Act-As", "X-Api-Token", "X-Account-Event", "Connection", "X-Hop", "Keep-Alive", "TE", "Upgrade", "HTTP2-Settings",
    "Proxy-Authorization", "X-Forwarded-Port", "X-Real-IP", "Transfer-Encoding", "Content-Length", "Expect"]) {
    assert.deepEqual(of(name), [], name);
  }
});

test("a malformed trace is not passed on, and none is begun", async () => {
  for (const traceparent of [undefined, "00-0-0-00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x"]) {
    await call(ok("{}"), { headers: { ...(traceparent ? { traceparent } : {}), tracestate: "a=1" } });
    assert.doesNotMatch(core.last().head, /^trace/im, String(traceparent));
  }
});

test("a request that comes round in a circle is refused", async () => {
  const before = core.seen.length;
  const got = await call(ok("{}"), { headers: { Via: "1.1 other, 1.1 hitkey-authz" } });
  assert.equal(got.status, 502);
  assert.equal(core.seen.length, before);
});

test("what passes of an answer, and what does not", async () => {
  const got = await call(ok("{}", "Set-Cookie: a=b\r\nX-Account-Event: nonsense\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\n" +
    "Proxy-Authenticate: Basic\r\nETag: \"e\"\r\nX-Custom: kept\r\nVary: A\r\nVary: B\r\nContent-Security-Policy: default-src *\r\nAccess-Control-Allow-Origin: *\r\n" +
    "Strict-Transport-Security: max-age=0\r\nClear-Site-Data: \"*\"\r\nVia: 1.1 inner\r\nContent-Encoding: x-odd\r\n"));
  assert.equal(got.status, 200);
  assert.deepEqual([got.headers.etag, got.headers["x-custom"], got.headers.vary, got.headers.via, got.headers["content-encoding"]],
    ['"e"', "kept", "A, B", "1.1 inner, 1.1 hitkey-authz", "x-odd"]);
  for (const name of ["set-cookie", "x-account-event", "x-hop", "upgrade", "proxy-authenticate", "access-control-allow-origin", "strict-transport-security", "clear-site-data"])
    assert.equal(got.headers[name], undefined, name);
  assert.equal(got.headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
  assert.equal(got.headers["x-content-type-options"], "nosniff");
  assert.equal(got.raw.filter((name) => /^date$/i.test(name)).length, 1);
});

test("statuses without a body, HEAD, redirects and pages are passed on as they are", async () => {
  const head = await call("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nContent-Type: text/plain\r\n\r\n", { method: "HEAD" });
  assert.deepEqual([head.status, head.headers["content-length"], head.text], [200, "1234", ""]);
  assert.match(core.last().head, /^HEAD /);
  const none = await call("HTTP/1.1 204 No Content\r\n\r\n", { method: "DELETE" });
  assert.deepEqual([none.status, none.text, none.headers["content-length"]], [204, "", undefined]);
  const fresh = await call('HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n');
  assert.deepEqual([fresh.status, fresh.text, fresh.headers.etag], [304, "", '"x"']);
  const moved = await call("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/elsewhere\r\nContent-Length: 0\r\n\r\n");
  assert.deepEqual([moved.status, moved.headers.location], [302, "http://127.0.0.1:1/elsewhere"]);
  const page = await call("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n<p>hi");
  assert.deepEqual([page.status, page.headers["content-type"], page.text], [200, "text/html", "<p>hi"]);
  const options = await call("HTTP/1.1 200 OK\r\nAllow: GET, OPTIONS\r\nContent-Length: 0\r\n\r\n", { method: "OPTIONS" });
  assert.deepEqual([options.status, options.headers.allow], [200, "GET, OPTIONS"]);
  await settle();
});

test("every account path is passed on, also one that nobody knows, with its query", async () => {
  for (const path of ["/auth/no/such?x=%2F&y", "/users/search?q=a%20b", "/projects/", "/invites/t/accept"]) {
    await send(server.issuer, "GET", path);
    assert.equal(core.last().path, path);
  }
  const before = core.seen.length;
  for (const path of ["/auth/../internal/users/1", "/auth/%2e%2E/internal/x", "/projects/./x"]) assert.equal((await send(server.issuer, "GET", path)).status, 404, path);
  assert.equal(core.seen.length, before);
});

/* --- answers that are none ----------------------------------------------------------------------- */
const page200 = "HTTP/1.1 200 OK\r\n";
const malformed = {
  "a garbage status line": "SSH-2.0-OpenSSH\r\n\r\n",
  "a status without a number": "HTTP/1.1 OK\r\n\r\n",
  "a status that there is not": "HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n",
  "HTTP/2's preface": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "both Content-Length and Transfer-Encoding": `${page200}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
  "two lengths": `${page200}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
  "a list of lengths": `${page200}Content-Length: 3, 3\r\n\r\nabc`,
  "a negative length": `${page200}Content-Length: -3\r\n\r\nabc`,
  "a length with a sign": `${page200}Content-Length: +3\r\n\r\nabc`,
  "a length past every number": `${page200}Content-Length: 99999999999999999999\r\n\r\nabc`,
  "a folded header": `${page200}X-A: 1\r\n  folded\r\nContent-Length: 0\r\n\r\n`,
  "a blank before the colon": `${page200}Content-Length : 0\r\n\r\n`,
  "a header without a colon": `${page200}nonsense\r\nContent-Length: 0\r\n\r\n`,
  "a bare LF": `${page200}X-A: 1\nX-B: 2\r\nContent-Length: 0\r\n\r\n`,
  "a NUL in a header": `${page200}X-A: 1\0\r\nContent-Length: 0\r\n\r\n`,
  "an unknown transfer coding": `${page200}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  "chunks in HTTP/1.0": "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  "a header of 100 KB": `${page200}X-A: ${"a".repeat(100 * 1024)}\r\nContent-Length: 0\r\n\r\n`,
  "too many headers": `${page200}${Array.from({ length: 100 }, (_, i) => `X-${i}: 1\r\n`).join("")}Content-Length: 0\r\n\r\n`,
  "a flood of interim answers": `${"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(100)}${ok("{}")}`,
  "a switch to another protocol": "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
  "garbage for a chunk, at once": `${page200}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc`,
};
for (const [name, bytes] of Object.entries(malformed)) {
  test(`${name} is refused with 502 in our words`, async () => {
    const got = await call(bytes);
    assert.equal(got.status, 502, `${got.status ?? got.broken} ${got.text}`);
    assert.equal(got.json.code, "bad_gateway");
    assert.doesNotMatch(got.text, /127\.0\.0\.1/);
    await settle();
  });
}

test("some interim answers, trailers and extensions of chunks are read past", async () => {
  const got = await call(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${page200}Transfer-Encoding: chunked\r\n\r\n3;x="y"\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: secret\r\n\r\n`);
  assert.deepEqual([got.status, got.text], [200, "abcde"]);
  assert.equal(got.headers["x-trailer"] ?? got.headers.link, undefined);
  const again = await call(ok("{}"));
  assert.equal(again.status, 200);
});

test("the end of a connection ends a body without a length", async () => {
  const got = await call((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nuntil the end"));
  assert.deepEqual([got.status, got.text], [200, "until the end"]);
});

test("what comes behind an answer is no answer to the next request", async () => {
  await call(`${ok("{}")}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison`);
  for (let i = 0; i < 3; i++) assert.equal((await call(ok('{"mine":1}'))).text, '{"mine":1}');
});

/* --- connections that break, and time ------------------------------------------------------------ */
const unavailable = (got, most) => {
  assert.equal(got.status, 503, `${got.status ?? got.broken} ${got.text}`);
  assert.equal(got.json.code, "core_unavailable");
  assert.equal(got.headers["retry-after"], "1");
  assert.ok(got.ms < most, `it took ${got.ms} ms`);
};

test("a connection that ends or is reset before the head is whole: 503", async () => {
  for (const answer of [(s) => s.end(), (s) => s.resetAndDestroy(), (s) => s.end("HTTP/1.1 200 OK\r\nConte"), (s) => s.write("HTTP/1.1 200", () => s.resetAndDestroy())]) {
    unavailable(await call(answer), 1000);
    await settle();
  }
});

test("a body that breaks off is never taken for a whole one", async () => {
  const rows = {
    "dies mid-body": (s) => s.write(`${page200}Content-Length: 100000\r\n\r\nabc`, () => setTimeout(() => s.resetAndDestroy(), 50)),
    "fewer bytes than it says": (s) => { s.write(`${page200}Content-Length: 10\r\n\r\nabc`); setTimeout(() => s.end(), 50); },
    "no last chunk": (s) => { s.write(`${page200}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`); setTimeout(() => s.end(), 50); },
    "garbage between chunks": (s) => { s.write(`${page200}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`); setTimeout(() => s.write("garbage\r\n\r\n"), 50); },
    "a chunk longer than it says": (s) => { s.write(`${page200}Transfer-Encoding: chunked\r\n\r\n`); setTimeout(() => s.write("3\r\nabcdef\r\n0\r\n\r\n"), 50); },
    "a chunk size past every number": (s) => { s.write(`${page200}Transfer-Encoding: chunked\r\n\r\n`); setTimeout(() => s.write("ffffffffffffffffff\r\nabc"), 50); },
  };
  for (const [name, answer] of Object.entries(rows)) {
    const got = await call(answer);
    assert.ok(got.broken, `${name}: ${got.status} ${got.text}`);
    assert.ok(got.ms < 2000, name);
    await settle();
  }
});

test("more bytes than the length says: those alone, and the connection is not used again", async () => {
  const connections = core.connections;
  const got = await call(`${page200}Content-Length: 3\r\n\r\nabcdef`);
  assert.deepEqual([got.status, got.text], [200, "abc"]);
  await call(ok("{}"));
  assert.equal(core.connections, connections + 1);
});

test("accepts and says nothing; heads that come late; a byte at a time: all within their deadlines", async () => {
  const drip = (text) => Object.assign((socket) => {
    let i = 0;
    const timer = setInterval(() => (i < text.length && !socket.destroyed ? socket.write(text[i++]) : clearInterval(timer)), 400);
  });
  const rows = await Promise.all([
    call(() => {}), call(drip(ok("{}"))),
    call((socket) => setTimeout(() => socket.write(ok('{"late":1}')), FIRST_BYTE_S * 500)),
  ]);
  unavailable(rows[0], FIRST_BYTE_S * 1000 + 1000);
  unavailable(rows[1], TOTAL_S * 1000 + 1000);
  assert.equal(rows[2].text, '{"late":1}');
  await settle();
  const stalled = await call((socket) => socket.write(`${page200}Content-Length: 10\r\n\r\nabc`));
  assert.ok(stalled.broken && stalled.ms < IDLE_S * 1000 + 1000, `${stalled.ms} ms`);
  const slow = await call((socket) => {
    socket.write(`${page200}Content-Length: 4\r\n\r\n`);
    [..."slow"].forEach((c, i) => setTimeout(() => socket.write(c), 500 * (i + 1)));
  });
  assert.equal(slow.text, "slow");
  await settle();
});

test("an infinite body ends at the deadline, and takes no memory meanwhile", async () => {
  const block = Buffer.alloc(64 * 1024, "x"), before = memory();
  const got = await call((socket) => {
    socket.write(`${page200}Transfer-Encoding: chunked\r\n\r\n`);
    const more = () => { while (!socket.destroyed && socket.write(Buffer.concat([Buffer.from("10000\r\n"), block, Buffer.from("\r\n")]))); };
    socket.on("drain", more);
    more();
  });
  assert.ok(got.broken, String(got.status));
  assert.ok(got.ms < TOTAL_S * 1000 + 2000, `${got.ms} ms`);
  assert.ok(memory() - before < 16 * 1024, `${memory() - before} KiB more`);
  await eventually("nothing is left of it", async () => (await inside()) === 0);
  await settle();
});

test("compressed content is not looked into", async () => {
  const bomb = randomBytes(4096); // stands for whatever it may be: nobody here unpacks it
  const got = await call((socket) => socket.write(Buffer.concat([Buffer.from(`${page200}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`), bomb])));
  assert.equal(got.headers["content-encoding"], "gzip");
  assert.equal(got.headers["content-length"], "4096");
});

/* --- what is sent again, and what is not ---------------------------------------------------------- */
test("only what is idempotent is sent once more, and only where a kept connection ended without a byte", async () => {
  const endsSecond = () => {
    let n = 0;
    return (socket) => (++n === 2 ? socket.destroy() : socket.write(ok("{}")));
  };
  for (const [method, body, again] of [["GET", undefined, true], ["DELETE", undefined, true], ["OPTIONS", undefined, true], ["POST", undefined, false], ["PATCH", undefined, false], ["POST", "{}", false], ["PUT", "{}", false]]) {
    await settle();
    const path = `/auth/again-${++serial}`;
    core.answers.set(path, endsSecond());
    const options = body ? { body, headers: { "content-type": "application/json" } } : {};
    assert.equal((await send(server.issuer, "GET", path)).status, 200);
    const before = core.seen.length;
    const got = await send(server.issuer, method, path, options);
    assert.equal(got.status, again ? 200 : 503, `${method} ${body}: ${got.text}`);
    assert.equal(core.seen.filter((request, i) => i >= before && request.path === path).length, again ? 2 : 1, method);
  }
  await settle();
  const always = (socket) => socket.destroy();
  core.answers.set("/auth/always", always);
  const before = core.seen.length;
  unavailable({ ...(await send(server.issuer, "GET", "/auth/always")), ms: 0 }, 1);
  assert.ok(core.seen.length - before <= 2, "never twice");
  await settle();
});

test("connections are kept", async () => {
  await settle();
  const connections = core.connections;
  for (let i = 0; i < 20; i++) assert.equal((await send(server.issuer, "GET", "/auth/good")).status, 200);
  assert.ok(core.connections - connections <= 1, `${core.connections - connections} new ones`);
});

/* --- bodies --------------------------------------------------------------------------------------- */
// Reads the body of a request, by its length or chunk by chunk, and answers with its size and hash.
const digest = Object.assign((socket, { head, rest }) => {
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  const chunks = [];
  const done = (body) => socket.write(ok(JSON.stringify({ n: body.length, sha: createHash("sha256").update(body).digest("hex") }), "Connection: close\r\n"));
  const look = () => {
    const all = Buffer.concat(chunks);
    if (length !== undefined) return all.length >= Number(length) ? done(all) : undefined;
    if (!all.subarray(-5).equals(Buffer.from("0\r\n\r\n"))) return undefined;
    const parts = [];
    for (let at = 0; ;) {
      const line = all.indexOf("\r\n", at);
      const size = parseInt(all.subarray(at, line).toString(), 16);
      if (size === 0) return done(Buffer.concat(parts));
      parts.push(all.subarray(line + 2, line + 2 + size));
      at = line + 2 + size + 2;
    }
  };
  chunks.push(rest);
  look();
  socket.on("data", (chunk) => { chunks.push(chunk); look(); });
}, { takesBody: true });

function upload(path, { chunked, pieces, headers = {}, method = "POST" }) {
  const { port } = new URL(server.issuer);
  return new Promise((resolve, reject) => {
    const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const sent = httpRequest({ port, host: "127.0.0.1", path, method, headers: { ...(chunked ? {} : { "content-length": total }), ...headers }, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode, json: text.startsWith("{") ? JSON.parse(text) : undefined, text }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    const go = () => {
      for (const piece of pieces) sent.write(piece);
      sent.end();
    };
    if (headers.expect) sent.on("continue", go);
    else go();
  });
}

test("bodies of every size go through unchanged, with a length and in chunks, with and without Expect", async () => {
  core.answers.set("/auth/digest", digest);
  for (const n of [0, 1, 16384, 32768, 65536, 1 << 20, 10 << 20]) {
    const body = randomBytes(n), sha = createHash("sha256").update(body).digest("hex");
    for (const chunked of [false, true]) {
      const headers = n === 65536 ? { expect: "100-continue" } : {};
      const got = await upload("/auth/digest", { chunked, pieces: n ? [body.subarray(0, n / 3), body.subarray(n / 3)] : [], headers });
      assert.deepEqual([got.status, got.json?.n, got.json?.sha], [200, n, sha], `${n} bytes, ${chunked ? "chunked" : "length"}: ${got.text}`);
      assert.doesNotMatch(core.last().head, /^expect:/im);
    }
  }
});

test("a body past 10 MiB is refused with 413 before it is sent, and is not passed on", async () => {
  const before = core.seen.length;
  const { status } = await raw(server.port, `POST /auth/digest HTTP/1.1\r\nHost: a\r\nContent-Length: ${(10 << 20) + 1}\r\n\r\n`, { patience: 1000 });
  assert.equal(status, 413);
  assert.equal(core.seen.length, before);
});

test("an upload that the core store does not read makes the client wait, not memory grow", async () => {
  core.answers.set("/auth/lazy", Object.assign((socket) => socket.pause(), { takesBody: true }));
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`POST /auth/lazy HTTP/1.1\r\nHost: a\r\nContent-Length: ${10 << 20}\r\n\r\n`);
  const before = memory();
  for (let i = 0; i < 160; i++) socket.write(Buffer.alloc(64 * 1024));
  await sleep(500);
  assert.ok(socket.writableLength > 0, "it is stopped");
  const taken = socket.bytesWritten - socket.writableLength;
  assert.ok(taken < 9 << 20, `${taken} bytes were taken`);
  assert.ok(memory() - before < 4 * 1024, `${memory() - before} KiB more`);
  socket.destroy();
  await eventually("given up", async () => (await inside()) === 0);
  await settle();
});

test("an answer that comes before the body was read is given to the client", async () => {
  core.answers.set("/auth/early", Object.assign((socket) => { socket.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"); socket.pause(); setTimeout(() => socket.destroy(), 300); }, { takesBody: true }));
  const got = await upload("/auth/early", { pieces: [Buffer.alloc(4 << 20)] });
  assert.equal(got.status, 413, got.text);
  await settle();
});

test("a slow upload is passed on as it comes", async () => {
  core.answers.set("/auth/slow-upload", digest);
  const socket = connect(server.port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk) => (text += chunk));
  socket.write("POST /auth/slow-upload HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
  await eventually("the head is there before the body", () => core.last().path === "/auth/slow-upload");
  for (const c of "slow!") {
    socket.write(c);
    await sleep(300);
  }
  await eventually("it is answered", () => /"n":5/.test(text));
  socket.destroy();
});

test("a large answer comes as it comes, and a slow reader holds back the core store", async () => {
  const body = randomBytes(64 << 20); // more than all the sockets on the way may hold
  core.answers.set("/auth/large", (socket) => {
    core.sent = 0;
    socket.write(`${page200}Content-Length: ${body.length}\r\n\r\n`);
    for (let at = 0; at < body.length; at += 65536) socket.write(body.subarray(at, at + 65536), () => (core.sent = at));
  });
  const got = await new Promise((resolve, reject) => {
    httpRequest({ port: server.port, host: "127.0.0.1", path: "/auth/large", agent: false }, (response) => {
      const chunks = [];
      response.on("error", reject);
      response.on("end", () => resolve(Buffer.concat(chunks)));
      response.pause();
      setTimeout(() => {
        assert.ok(core.sent < 40 << 20, `${core.sent} bytes left the core store while nobody read`);
        response.on("data", (chunk) => chunks.push(chunk));
        response.resume();
      }, 700);
    }).on("error", reject).end();
  });
  assert.ok(got.equals(body));
});

/* --- clients ---------------------------------------------------------------------------------------- */
test("a client that leaves while it waits, uploads or downloads: the core store's call is given up", async () => {
  const block = Buffer.alloc(65536, "y");
  core.answers.set("/auth/leave-wait", () => {});
  core.answers.set("/auth/leave-up", Object.assign(() => {}, { takesBody: true }));
  core.answers.set("/auth/leave-down", (socket) => {
    socket.write(`${page200}Transfer-Encoding: chunked\r\n\r\n`);
    const more = () => { while (!socket.destroyed && socket.write(Buffer.concat([Buffer.from("10000\r\n"), block, Buffer.from("\r\n")]))); };
    socket.on("drain", more);
    more();
  });
  for (const [path, head] of [["/auth/leave-wait", "GET /auth/leave-wait HTTP/1.1\r\nHost: a\r\n\r\n"], ["/auth/leave-up", "POST /auth/leave-up HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc"], ["/auth/leave-down", "GET /auth/leave-down HTTP/1.1\r\nHost: a\r\n\r\n"]]) {
    const socket = connect(server.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(head);
    await eventually(`${path} arrives`, () => core.last().path === path);
    const request = core.last();
    socket.destroy();
    const start = Date.now();
    await eventually(`${path} is given up`, () => request.closed, 1900);
    assert.ok(Date.now() - start < 1900);
    await eventually("nothing is left", async () => (await inside()) === 0);
  }
  assert.equal((await send(server.issuer, "GET", "/health")).json.core_circuit, "closed", "clients that leave are no fault of the core store");
});

test("pipelined requests are answered in their order", async () => {
  core.answers.set("/auth/p1", (socket) => setTimeout(() => socket.write(ok('{"p":1}')), 200));
  core.answers.set("/auth/p2", ok('{"p":2}'));
  const asked = (path, more = "") => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
  const { text } = await raw(server.port, asked("/auth/p1") + asked("/auth/p2") + asked("/auth/p1", "Connection: close\r\n"), { patience: 2000 });
  assert.deepEqual(text.match(/"p":\d/g), ['"p":1', '"p":2', '"p":1']);
});

/* --- scarcity and the circuit ------------------------------------------------------------------------ */
test("slow calls fill their own places: those past them get 503 at once, and what needs no core store goes on", async () => {
  core.answers.set("/auth/hang", () => {});
  core.answers.set("/internal/sign-in", ok('{"error":"no","code":"INVALID_CREDENTIALS"}').replace("200 OK", "401 Unauthorized"));
  const client = (await send(server.issuer, "POST", "/oauth/register", { headers: { "content-type": "application/json" }, body: JSON.stringify({ redirect_uris: ["https://app.example/callback"] }) })).json;
  const asking = `/oauth/authorize?${new URLSearchParams({ client_id: client.client_id, redirect_uri: "https://app.example/callback", response_type: "code", scope: "openid" })}`;
  const { port } = new URL(server.issuer);
  const hanging = Array.from({ length: CALLS }, () => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write("GET /auth/hang HTTP/1.1\r\nHost: a\r\n\r\n");
    return socket;
  });
  await eventually("all are inside", async () => (await inside()) === CALLS);
  const start = Date.now();
  const past = await call(ok("{}"));
  unavailable(past, 500);
  for (let i = 0; i < 20; i++) {
    assert.equal((await send(server.issuer, "GET", "/.well-known/openid-configuration")).status, 200);
    assert.equal((await send(server.issuer, "GET", "/oauth/jwks")).status, 200);
    if (i % 4) continue;
    const visitor = new Visitor(server.issuer);
    const form = await visitor.submit(await visitor.go("GET", asking), { email: "a@example.com", password: "wrong wrong wrong" });
    assert.equal(form.status, 422, `a sign-in has its place: ${form.status}`);
    assert.equal(core.seen.filter(({ path }) => path === "/internal/sign-in").length, i / 4 + 1);
  }
  assert.equal((await send(server.issuer, "GET", "/health")).json.core, "ok", server.log.split("\n").filter((line) => /health|circuit/.test(line)).slice(-4).join("\n"));
  assert.ok(Date.now() - start < FIRST_BYTE_S * 1000, "while they hang");
  for (const socket of hanging) socket.destroy();
  await eventually("all are given up", async () => (await inside()) === 0);
  await settle();
});

test("failures in a row open the circuit, a probe closes it, and /health and /metrics say so", async () => {
  await settle();
  core.answers.set("/auth/reset", (socket) => socket.resetAndDestroy());
  for (let i = 0; i < 5; i++) assert.equal((await send(server.issuer, "POST", "/auth/reset")).status, 503);
  const before = core.seen.length;
  const refused = await call(ok("{}"));
  unavailable(refused, 200);
  assert.equal(core.seen.length, before, "nothing goes out while it is open");
  const health = await send(server.issuer, "GET", "/health");
  assert.deepEqual([health.status, health.json.core], [503, "down"]);
  assert.match(health.json.core_circuit, /^(open|half-open)$/);
  assert.ok([1, 2].includes(await series("hitkey_core_circuit")));
  assert.ok((await series('hitkey_core_calls_total{lane="forward",result="failed"}')) >= 5);
  assert.match(server.log, /"core_call_failed","lane":"forward","status":0,"why":"the connection broke before the answer was whole"/);
  assert.match(server.log, /"core_circuit_open"/);
  await settle();
  assert.equal((await send(server.issuer, "GET", "/health")).json.core_circuit, "closed");
});

test("a core store that is gone: plain words at once, and all goes on when it is back", async () => {
  const { port } = core;
  await core.stop();
  for (const method of ["GET", "POST"]) unavailable({ ...(await send(server.issuer, method, "/auth/good")), ms: 0 }, 1);
  for (const path of ["/.well-known/openid-configuration", "/oauth/jwks"]) assert.equal((await send(server.issuer, "GET", path)).status, 200);
  core = await new BadCore().start(port);
  await settle();
});

test("the server ends in time while calls hang", async () => {
  core.answers.set("/auth/hang", () => {});
  const credential = server.args[server.args.indexOf("--core-credential-file") + 1];
  const other = await Server.start({
    ill: true,
    args: ["--core-url", `http://127.0.0.1:${core.port}`, "--core-credential-file", credential,
      "--core-timeout", "300s", "--core-total-timeout", "600s", "--drain", "1s"],
  });
  const socket = connect(other.port, "127.0.0.1");
  let text = "";
  socket.on("error", () => {});
  socket.on("data", (chunk) => (text += chunk));
  socket.write("GET /auth/hang HTTP/1.1\r\nHost: a\r\n\r\n");
  await eventually("it hangs", () => core.last()?.path === "/auth/hang");
  const start = Date.now();
  await other.stop();
  assert.ok(Date.now() - start < 5000);
  assert.match(text, /^HTTP\/1\.1 503 /);
});
