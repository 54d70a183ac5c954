// Requests exactly as a test writes them: node:http adds Host and Connection only, sockets nothing.
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";

// One request. `form` is an object or a string, `tls` a client's certificate; redirects are not followed.
export function send(base, method, path, { headers = {}, form, body, tls = {} } = {}) {
  const text = form === undefined ? body : typeof form === "string" ? form : String(new URLSearchParams(form));
  const all = { ...headers };
  if (form !== undefined) all["content-type"] ??= "application/x-www-form-urlencoded";
  if (text !== undefined) all["content-length"] ??= Buffer.byteLength(text);
  const { protocol, hostname, port } = new URL(base);
  const request = protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers: all, family: 4, agent: false, rejectUnauthorized: false, ...tls },
      (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const answer = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode, headers: response.headers, raw: response.rawHeaders, text: answer, json: parsed(answer) });
        });
      });
    sent.on("error", reject);
    sent.end(text);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Bytes on a socket; what comes back until the server closes or has been silent for `patience` ms.
export function raw(port, bytes, { patience = 400 } = {}) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.setTimeout(patience, () => socket.destroy());
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("error", (error) => (error.code === "ECONNRESET" || error.code === "EPIPE" ? undefined : reject(error)));
    socket.on("close", () => resolve({ status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]), text }));
  });
}

const entities = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'" };
export const unescape = (text) => text.replace(/&([a-z]+|#x?\d+);/g, (whole, name) => entities[name] ?? whole);

// The first form of a page: where it goes and what its inputs hold.
export function formOf(html) {
  const action = /<form[^>]*\baction="([^"]*)"/.exec(html)?.[1];
  assert.ok(action, `there is no form in: ${html.slice(0, 2000)}`);
  const fields = {};
  for (const [input] of html.matchAll(/<input\b[^>]*>/g)) {
    fields[/\bname="([^"]*)"/.exec(input)[1]] = unescape(/\bvalue="([^"]*)"/.exec(input)?.[1] ?? "");
  }
  return { action: unescape(action), fields };
}

// A browser without a screen: it keeps cookies and sends forms as same-origin navigations.
export class Visitor {
  constructor(base) {
    this.base = base;
    this.cookies = new Map();
  }

  async go(method, path, { headers = {}, form } = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await send(this.base, method, path, { headers: { ...(cookie ? { cookie } : {}), ...headers }, form });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value === "" || /max-age=0\b/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  submit(page, fields = {}, { to, headers } = {}) {
    const form = formOf(page.text);
    return this.go("POST", to ?? form.action, {
      headers: { origin: this.base, "sec-fetch-site": "same-origin", ...headers },
      form: { ...form.fields, ...fields },
    });
  }

  // From an authorization request to the redirect to the app; gives its parameters.
  async signIn(path, email, password) {
    const asked = await this.go("GET", path);
    let page = await this.submit(asked, { email, password });
    if (page.status === 200) page = await this.submit(page, { decision: "allow" });
    assert.equal(page.status, 303, page.text);
    return new URL(page.headers.location).searchParams;
  }
}
