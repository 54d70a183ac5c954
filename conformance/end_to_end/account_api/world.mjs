// A server with people in it, and calls to it of which each is held against the OpenAPI document.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { Recorder } from "../openapi.mjs";
import { Server } from "../server.mjs";

export const password = "a quiet river in may";
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function base32(text) {
  const bits = [...text].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}

// RFC 6238: the code of the step that is `steps` away from now.
export function totp(secret, steps = 0) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
  const mac = createHmac("sha1", base32(secret)).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

export class World {
  static async open(options) {
    const server = await Server.start({ args: ["--registration=open", "--trusted-proxy=127.0.0.1/32"], ...options });
    return Object.assign(new World(), { server, book: await Recorder.open(server), people: new Map(), count: 0, moves: 0, secrets: [password] });
  }

  close() {
    return this.server.stop();
  }

  // Calls come from another place from here on, so that limits per address and minute begin anew.
  from() {
    this.book.headers = { "x-forwarded-for": `198.51.${(++this.moves >> 8) & 255}.${this.moves & 255}` };
  }

  // The same, and nobody owns a project any more, of which one may have a hundred.
  move() {
    this.sql("DELETE FROM projects");
    this.from();
  }

  fresh(name = "someone") {
    return `${name}-${++this.count}@example.com`;
  }

  // The call must be answered so: a status, and the code of an error ("" for a success).
  async expect(status, code, method, path, options) {
    const answer = await this.book.call(method, path, options);
    const got = answer.json?.code ?? (answer.status === 422 ? "" : answer.json?.error) ?? "";
    assert.deepEqual([answer.status, answer.status < 400 ? "" : got], [status, code], `${method} ${path}: ${answer.text.slice(0, 400)}`);
    for (const key of ["token", "refresh_token", "client_secret", "challenge_token", "secret", "access_token"]) {
      if (typeof answer.json?.[key] === "string") this.secrets.push(answer.json[key]);
    }
    return answer.json ?? answer;
  }

  post(status, code, path, body, token) {
    return this.expect(status, code, "POST", path, { body, token });
  }

  async code(email, since) {
    const code = await this.server.mailedCode(email, { since });
    this.secrets.push(code);
    return code;
  }

  // Somebody with an account: {email, id, token}; the same name gives the same person again.
  async person(name) {
    if (!this.people.has(name)) this.people.set(name, await this.register(this.fresh(name)));
    return this.people.get(name);
  }

  async register(email) {
    const since = Date.now() - 5;
    await this.post(200, "", "/auth/register/start", { email });
    await this.post(200, "", "/auth/register/verify", { email, code: await this.code(email, since) });
    const login = await this.post(200, "", "/auth/register/password", { email, password });
    return { email, id: login.user.id, token: login.token, refresh: login.refresh_token };
  }

  async login(email) {
    const login = await this.post(200, "", "/auth/login", { email, password });
    return { email, id: login.user.id, token: login.token, refresh: login.refresh_token };
  }

  // What time does to a row: changes core.db beside the running server.
  sql(statement) {
    const path = join(this.server.core?.dir ?? this.server.dir, "core.db");
    execFileSync("sqlite3", ["-cmd", ".timeout 5000", path, `PRAGMA foreign_keys=ON; ${statement}`], { stdio: ["ignore", "ignore", "inherit"] });
  }

  // Throttles and cool-downs by account and address are over; the limits per minute stay.
  forgive() {
    this.sql("DELETE FROM throttles; UPDATE registrations SET sent_ms = sent_ms - 61000; UPDATE email_codes SET sent_ms = sent_ms - 61000");
  }

  // As many strangers become members of the project as it may have.
  crowd(project) {
    this.sql(`INSERT OR IGNORE INTO users(id, password, profile, created_ms, updated_ms)
              WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT 'crowd' || i, '', '{}', 0, 0 FROM n;
              INSERT INTO project_members(id, project_id, user_id, role, created_ms)
              SELECT '${project.id}' || id, '${project.id}', id, 'member', 0 FROM users WHERE password = ''
              LIMIT 10000 - (SELECT count(*) FROM project_members WHERE project_id = '${project.id}')`);
  }

  // Time passes for throttles and cool-downs.
  wait(seconds) {
    const ms = seconds * 1000;
    this.sql(`UPDATE throttles SET blocked_until_ms = blocked_until_ms - ${ms}, expires_ms = expires_ms - ${ms};
              UPDATE registrations SET sent_ms = sent_ms - ${ms}; UPDATE email_codes SET sent_ms = sent_ms - ${ms}`);
  }

  async project(owner, { name = "Apollo", is_public = false } = {}) {
    return this.post(201, "", "/projects", { name, is_public }, owner.token);
  }

  async member(project, owner, person, role = "member") {
    return this.post(201, "", `/projects/${project.slug}/members`, { email: person.email, role }, owner.token);
  }

  // The token of an invite's link.
  async invite(project, owner, email, more = {}) {
    const since = Date.now() - 5;
    const invite = await this.post(201, "", `/projects/${project.slug}/invites`, { email, ...more }, owner.token);
    const mail = await this.server.mail(email, { since, match: /invite\?token=/ });
    const token = /invite\?token=([\w-]+)/.exec(mail)[1];
    this.secrets.push(token);
    return { ...invite, token };
  }
}
