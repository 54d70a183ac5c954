// Starts the real hitkey-authz on a free port with a data folder of its own, and reads its mails.
import "./web_crypto.mjs";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const bin = process.env.E2E_BIN;
if (!bin) throw new Error("E2E_BIN must name the build folder, for example build/dev");
export const authzProgram = join(bin, "authz/hitkey-authz");
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

// A certificate for localhost, signed by itself.
export function makeCertificate(dir, name = "tls") {
  const cert = join(dir, `${name}.crt`);
  const key = join(dir, `${name}.key`);
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
      "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
      "-keyout", key, "-out", cert],
    { stdio: "ignore" },
  );
  return { cert, key };
}

export class Server {
  static async start({ tls = false, args = [], data, port } = {}) {
    const server = new Server();
    server.dir = data ?? mkdtempSync(join(tmpdir(), "hitkey-"));
    server.port = port ?? (await freePort());
    server.issuer = `${tls ? "https" : "http"}://localhost:${server.port}`;
    server.args = ["--issuer", server.issuer, "--listen", `127.0.0.1:${server.port}`, "--data", server.dir, ...args];
    if (tls) {
      const { cert, key } = makeCertificate(server.dir);
      server.args.push("--tls-cert", cert, "--tls-key", key);
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // this test's own certificate
    }
    await server.launch();
    return server;
  }

  async launch() {
    this.log = "";
    this.process = spawn(authzProgram, this.args, { stdio: ["ignore", "pipe", "pipe"] });
    this.process.stderr.on("data", (chunk) => (this.log += chunk));
    this.process.stdout.on("data", (chunk) => (this.log += chunk));
    this.exited = new Promise((resolve) => this.process.on("exit", (code, signal) => resolve({ code, signal })));
    for (let i = 0; i < 400; i++) {
      if (this.process.exitCode !== null) throw new Error(`hitkey-authz ended at once:\n${this.log}`);
      try {
        const health = await fetch(`${this.issuer}/health`);
        await health.text();
        if (health.ok) return;
      } catch {
        // not listening yet
      }
      await sleep(50);
    }
    throw new Error(`hitkey-authz did not become healthy:\n${this.log}`);
  }

  // SIGTERM must drain and exit 0; under the sanitizers that also means: nothing leaked.
  async stop({ keep = false } = {}) {
    this.process.kill("SIGTERM");
    const { code, signal } = await this.exited;
    if (!keep) rmSync(this.dir, { recursive: true, force: true });
    if (code !== 0) throw new Error(`hitkey-authz ended with ${code ?? signal}:\n${this.log.slice(-4000)}`);
  }

  async kill() {
    this.process.kill("SIGKILL");
    await this.exited;
  }

  // The newest mail to `address` that came after `since`, waiting for it.
  async mail(address, { since = 0, match = /./s } = {}) {
    const folder = join(this.dir, "mail");
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
