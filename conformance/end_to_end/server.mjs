// Starts the real hitkey-authz on a free port with a data folder of its own, and reads its mails.
import "./localhost.mjs";
import "./web_crypto.mjs";
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const bin = process.env.E2E_BIN;
if (!bin) throw new Error("E2E_BIN must name the build folder, for example build/dev");
export const authzProgram = join(bin, "authz/hitkey-authz");
export const coreProgram = join(bin, "core/hitkey-core");
export const keysProgram = join(bin, "keys/hitkey-keys");

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

// A certificate for localhost, signed by itself; its files and its subject have these names.
export function makeCertificate(dir, name = "tls", subject = "localhost") {
  const cert = join(dir, `${name}.crt`);
  const key = join(dir, `${name}.key`);
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
      "-subj", `/CN=${subject}`, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
      "-keyout", key, "-out", cert],
    { stdio: "ignore" },
  );
  return { cert, key };
}

// A certificate authority of our own, and a certificate for localhost that it signed.
export function makeAuthority(dir, name = "authority") {
  const path = (file) => join(dir, `${name}-${file}`);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const run = (...args) => execFileSync("openssl", ["req", "-x509", ...key, ...args], { stdio: "ignore" });
  run("-subj", `/CN=${name}`, "-keyout", path("ca.key"), "-out", path("ca.crt"));
  run("-CA", path("ca.crt"), "-CAkey", path("ca.key"), "-subj", "/CN=localhost",
    "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE",
    "-keyout", path("leaf.key"), "-out", path("leaf.crt"));
  return { ca: path("ca.crt"), cert: path("leaf.crt"), key: path("leaf.key") };
}

// Whether /health says that all is well, at http://… or unix:PATH.
async function healthy(base) {
  if (!base.startsWith("unix:")) {
    const health = await fetch(`${base}/health`);
    await health.text();
    return health.ok;
  }
  return new Promise((resolve, reject) => {
    const where = { socketPath: base.slice("unix:".length), path: "/health" };
    get(where, (response) => response.resume().on("end", () => resolve(response.statusCode === 200))).on("error", reject);
  });
}

// A server that answers /health until it is told to end.
class Program {
  constructor(path, dir, base) {
    Object.assign(this, { path, dir, base, log: "" });
  }

  // `ill`: also a /health that says that something is down is a start.
  async launch({ ill = false } = {}) {
    this.log = "";
    this.process = spawn(this.path, this.args, { stdio: ["ignore", "pipe", "pipe"] });
    this.process.stderr.on("data", (chunk) => (this.log += chunk));
    this.process.stdout.on("data", (chunk) => (this.log += chunk));
    this.exited = new Promise((resolve) => this.process.on("exit", (code, signal) => resolve({ code, signal })));
    for (let i = 0; i < 400; i++) {
      if (this.process.exitCode !== null) throw new Error(`${this.path} ended at once:\n${this.log}`);
      try {
        if ((await healthy(this.base)) || ill) return;
      } catch {
        // not listening yet
      }
      await sleep(50);
    }
    throw new Error(`${this.path} did not become healthy:\n${this.log}`);
  }

  // SIGTERM must drain and exit 0; under the sanitizers that also means: nothing leaked.
  async stop({ keep = false } = {}) {
    this.process.kill("SIGTERM");
    const { code, signal } = await this.exited;
    if (!keep) rmSync(this.dir, { recursive: true, force: true });
    if (code !== 0) throw new Error(`${this.path} ended with ${code ?? signal}:\n${this.log.slice(-4000)}`);
  }

  async kill() {
    this.process.kill("SIGKILL");
    await this.exited;
  }
}

// hitkey-core, the core store as a process of its own.
export class Core extends Program {
  static async start({ issuer, unix = false }) {
    const dir = mkdtempSync(join(tmpdir(), "hitkey-core-"));
    const listen = unix ? `unix:${join(dir, "core.sock")}` : `127.0.0.1:${await freePort()}`;
    const core = new Core(coreProgram, dir, unix ? listen : `http://${listen}`);
    core.credential = join(core.dir, "credential");
    writeFileSync(core.credential, randomBytes(32).toString("hex"), { mode: 0o600 });
    core.args = ["--issuer", issuer, "--listen", listen, "--data", core.dir, "--credential-file", core.credential];
    await core.launch();
    return core;
  }
}

export class Server extends Program {
  // Without `certificate`, `args` name the TLS files. With `remote`, the core store is a hitkey-core of its own: server.core;
  // with "unix" behind a socket in its folder.
  static async start({ tls = false, certificate = tls, args = [], data, port, remote = false, ill = false } = {}) {
    port ??= await freePort();
    const issuer = `${tls ? "https" : "http"}://localhost:${port}`;
    const server = new Server(authzProgram, data ?? mkdtempSync(join(tmpdir(), "hitkey-")), issuer);
    Object.assign(server, { port, issuer, mailDir: join(server.dir, "mail") });
    server.args = ["--issuer", issuer, "--listen", `127.0.0.1:${port}`, "--data", server.dir, ...args];
    if (certificate) {
      const { cert, key } = makeCertificate(server.dir);
      server.args.push("--tls-cert", cert, "--tls-key", key);
    }
    if (tls) {
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // this test's own certificate
    }
    if (remote) {
      server.core = await Core.start({ issuer, unix: remote === "unix" });
      server.mailDir = join(server.core.dir, "mail");
      server.args.push("--core-url", server.core.base, "--core-credential-file", server.core.credential);
    }
    await server.launch({ ill });
    return server;
  }

  async stop(options) {
    await super.stop(options);
    await this.core?.stop(options);
  }

  // The newest mail to `address` that came after `since`, waiting for it.
  async mail(address, { since = 0, match = /./s } = {}) {
    const folder = this.mailDir;
    for (let i = 0; i < 200; i++) {
      let names = [];
      try {
        names = readdirSync(folder).filter((name) => name.endsWith(".eml"));
      } catch {
        // no mail yet
      }
      const mails = names
        .map((name) => ({ text: decode(readFileSync(join(folder, name), "utf8")), at: statSync(join(folder, name)).mtimeMs }))
        .filter((mail) => mail.at >= since && mail.text.includes(`To: ${address}`) && match.test(mail.text))
        .sort((a, b) => b.at - a.at);
      if (mails.length) return mails[0].text;
      await sleep(25);
    }
    throw new Error(`no mail to ${address} came`);
  }

  async mailedCode(address, options) {
    const text = await this.mail(address, { match: /^\s*\d{6}\s*$|\b\d{6}\b/m, ...options });
    return /(?<![\d=])(\d{6})(?!\d)/.exec(text.slice(text.indexOf("\n\n")))[1];
  }

  async api(method, path, { body, token, headers = {} } = {}) {
    const response = await fetch(this.issuer + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : undefined };
  }

  // A registered person: three steps with the mailed code. Gives the API answer of the last.
  async register(email, password) {
    const since = Date.now() - 5;
    await this.expect(200, "POST", "/auth/register/start", { body: { email } });
    const code = await this.mailedCode(email, { since });
    await this.expect(200, "POST", "/auth/register/verify", { body: { email, code } });
    return (await this.expect(200, "POST", "/auth/register/password", { body: { email, password } })).json;
  }

  async expect(status, method, path, options) {
    const answer = await this.api(method, path, options);
    if (answer.status !== status) {
      throw new Error(`${method} ${path}: ${answer.status} instead of ${status}: ${answer.text}`);
    }
    return answer;
  }
}

// The text of a mail with quoted-printable or base64 parts made readable, LF lines.
function decode(raw) {
  const text = raw.replace(/\r\n/g, "\n");
  return text
    .split(/^--.*$/m)
    .map((part) => {
      if (/content-transfer-encoding:\s*base64/i.test(part)) {
        const at = part.indexOf("\n\n");
        return part.slice(0, at) + "\n\n" + Buffer.from(part.slice(at), "base64").toString("utf8");
      }
      if (/content-transfer-encoding:\s*quoted-printable/i.test(part)) {
        return part.replace(/=\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
      }
      return part;
    })
    .join("\n\n");
}
