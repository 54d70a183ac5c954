// The web application around a relying-party library: cookies, forms, sessions and the paths that
// `hitkey-conformance rp` calls. The library is behind `party`; what it throws is a refusal.
//
//   party.begin(query)             -> { url, kept }: where to send the browser; kept for finish
//   party.finish(parameters, kept) -> session: { iss, sub, claims, sid, … }
//   party.refresh(session), party.resource(session)
//   party.logout(session)          -> the URL at the provider's end_session_endpoint
//   party.loggedOut(form)          -> { iss, sub, sid } of a back-channel logout token
//   party.requestObject(path)      -> a request object to serve, or undefined
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";

const base = new URL(process.env.RP_BASE_URL);

// Tells the runner that this application cannot do the variant, or that something is amiss.
export function cannot(why) {
  console.error(why);
  process.exit(77);
}

// Values by a cookie. Secure is no obstacle: browsers take loopback for a secure context.
class Jar extends Map {
  constructor(name) {
    super();
    this.name = name;
  }
  add(value) {
    const id = randomBytes(16).toString("base64url");
    this.set(id, value);
    return `${this.name}=${id}; Path=/; HttpOnly; SameSite=None; Secure`;
  }
  of(request) {
    return this.get(new RegExp(`(?:^|; *)${this.name}=([\\w-]+)`).exec(request.headers.cookie)?.[1]);
  }
  forget(matches) {
    for (const [id, value] of this) if (matches(value)) this.delete(id);
  }
}
const started = new Jar("rp_started");
const sessions = new Jar("rp_session");

async function formOf(request) {
  let body = "";
  for await (const piece of request) body += piece;
  return new URLSearchParams(body);
}

const answer = (status, body, headers = {}) => ({ status, body, headers });
const redirect = (location, cookie) => answer(303, "", { location, ...(cookie && { "set-cookie": cookie }) });
const uncached = { "cache-control": "no-store" };

async function callback(party, parameters, request) {
  const kept = started.of(request);
  if (!kept) throw new Error("no sign-in was started by this browser");
  started.forget((one) => one === kept);
  return redirect("/me", sessions.add(await party.finish(parameters, kept)));
}

const routes = {
  async "GET /login"(party, query) {
    const { url, kept } = await party.begin(query);
    return redirect(url, started.add(kept));
  },
  "GET /callback": callback,
  "POST /callback": async (party, _query, request) => callback(party, await formOf(request), request),
  "GET /me"(_party, _query, request) {
    const session = sessions.of(request);
    if (!session) return answer(401, "not signed in");
    const { iss, sub, claims } = session;
    return answer(200, JSON.stringify({ iss, sub, claims }), { "content-type": "application/json", ...uncached });
  },
  async "GET /refresh"(party, _query, request) {
    await party.refresh(sessions.of(request));
    return answer(200, "refreshed");
  },
  async "GET /resource"(party, _query, request) {
    await party.resource(sessions.of(request));
    return answer(200, "the resource answered");
  },
  async "GET /logout"(party, _query, request) {
    const session = sessions.of(request);
    const url = await party.logout(session);
    sessions.forget((one) => one === session);
    return redirect(url);
  },
  "GET /logged_out": () => answer(200, "signed out"),
  async "POST /backchannel_logout"(party, _query, request) {
    const { iss, sub, sid } = await party.loggedOut(await formOf(request));
    sessions.forget((one) => one.iss === iss && (sid ? one.sid === sid : one.sub === sub));
    return answer(200, "", uncached);
  },
  "GET /frontchannel_logout"(_party, query, request) {
    const [iss, sid] = [query.get("iss"), query.get("sid")];
    const mine = sessions.of(request);
    sessions.forget((one) => (sid ? one.iss === iss && one.sid === sid : one === mine));
    return answer(200, "signed out", uncached);
  },
};

async function answerTo(party, request) {
  const url = new URL(request.url, base);
  const document = party.requestObject?.(url.pathname);
  if (document) return answer(200, document, { "content-type": "application/oauth-authz-req+jwt" });
  const route = routes[`${request.method} ${url.pathname}`];
  if (!route) return answer(404, "no such page");
  try {
    return await route(party, url.searchParams, request);
  } catch (error) {
    for (let e = error; e instanceof Error; e = e.cause) console.error(`${url.pathname}: ${e.message}`);
    return answer(url.pathname === "/login" ? 500 : 400, `refused: ${error.message}`, uncached);
  }
}

export function serve(party) {
  createServer(async (request, response) => {
    const { status, body, headers } = await answerTo(party, request);
    response.writeHead(status, { "content-type": "text/plain", ...headers }).end(body);
  }).listen(base.port, "127.0.0.1");
}
