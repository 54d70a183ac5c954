// libhitkey-rp as a web application (rp/tests/under_test), and the browser of the person who signs in there.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { freePort, sleep } from "./server.mjs";
import { formOf, send } from "./wire.mjs";

const program = join(process.env.E2E_BIN, "rp/tests/under_test/rp_under_test");

// What a person presses and fills in, by what a page has.
const buttons = [
  [/<button\b[^>]*\bname="decision" value="allow"/, { decision: "allow" }],
  [/<button\b[^>]*\bname="decision" value="sign-out"/, { decision: "sign-out" }],
  [/<button\b[^>]*\bname="logout"/, { logout: "yes" }],
];

// Follows redirects and sends forms as a browser does, over any number of sites, whose cookies it keeps.
// `person`: what is typed into fields of these names. `scripts`: ask(url, browser) does what the script
// of a page there would, and gives where it goes, or nothing.
export class Browser {
  constructor({ person = {}, scripts = () => undefined } = {}) {
    Object.assign(this, { person, scripts, jars: new Map() });
  }

  async request(method, url, { headers = {}, ...rest } = {}) {
    const { origin, pathname, search } = new URL(url);
    const jar = this.jars.get(origin) ?? new Map();
    this.jars.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await send(origin, method, pathname + search, { headers: { ...(cookie && { cookie }), ...headers }, ...rest });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value === "" || /max-age=0\b|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return { ...answer, url };
  }

  // What a fragment holds comes to the application from its own page.
  redirected(answer) {
    const to = new URL(answer.headers.location, answer.url);
    const fragment = to.hash.slice(1);
    to.hash = "";
    return fragment ? this.request("POST", to.href, { form: `${fragment}&response_mode=fragment` }) : this.request("GET", to.href);
  }

  submitted(answer) {
    const { action, fields } = formOf(answer.text);
    const typed = Object.entries(this.person).filter(([name]) => name in fields);
    const pressed = buttons.filter(([page]) => page.test(answer.text)).map(([, field]) => field);
    const headers = { origin: new URL(answer.url).origin, "sec-fetch-site": "same-origin" };
    return this.request("POST", new URL(action, answer.url).href, {
      headers, form: { ...fields, ...Object.fromEntries(typed), ...Object.assign({}, ...pressed) },
    });
  }

  // To the first page that asks for nothing more. `seen`: every place on the way.
  async open(url) {
    const seen = [];
    let answer = await this.request("GET", url);
    for (let i = 0; i < 25; i++) {
      seen.push(answer.url);
      const scripted = await this.scripts(answer.url, this);
      if (scripted) answer = await this.request("GET", scripted);
      else if (answer.status > 300 && answer.status < 400) answer = await this.redirected(answer);
      else if (answer.status === 200 && /<form\b/.test(answer.text)) answer = await this.submitted(answer);
      else return { ...answer, seen };
    }
    return assert.fail(`it goes round in circles: ${seen.map((place) => place.split("?")[0]).join(" ")}`);
  }
}

// The application. `configure(origin)` gives its RP_* environment; RP_BASE_URL comes by itself.
export async function startRelyingParty(configure) {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const env = { ...process.env, RP_BASE_URL: origin, ...(await configure(origin)) };
  const child = spawn(program, [], { env, stdio: ["ignore", "inherit", "pipe"] });
  let log = "";
  child.stderr.on("data", (chunk) => (log += chunk));
  const exited = new Promise((resolve) => child.on("exit", (code, signal) => resolve(code ?? signal)));
  const app = {
    origin,
    // Ended as it was told, and under the sanitizers: nothing leaked.
    async stop() {
      child.kill();
      assert.equal(await exited, 0, log);
    },
  };
  for (let i = 0; i < 400 && child.exitCode === null; i++) {
    const answer = await send(origin, "GET", "/logged_out").catch(() => undefined);
    if (answer) return app;
    await sleep(25);
  }
  child.kill();
  throw new Error(`rp_under_test did not start: ${log}`);
}
