// Logout (OpenID Connect RP-Initiated, Front-Channel and Back-Channel Logout 1.0) and the frame of
// Session Management 1.0.
import { errorPage, escape, html } from "./answers.mjs";
import { now, random, sha256, signJwt, verifyJwt } from "./jose.mjs";

const event = "http://schemas.openid.net/event/backchannel-logout";

/* Session Management 3.2: whom the browser signed in as, bound to the client and its origin. */
export function sessionState(op, client, uri, session) {
  const salt = random(8);
  return op.bend("session_state", `${sha256([client.client_id, new URL(uri).origin, session.name, salt].join(" "))}.${salt}`);
}

/* The claims of a hint, or undefined where it is not one of ours. */
function claimsOfHint(op, hint) {
  const claims = JSON.parse(Buffer.from(hint.split(".")[1], "base64url"));
  const alg = op.clients.get(claims.aud)?.id_token_signed_response_alg ?? "RS256";
  const verified = () => verifyJwt(hint, alg, op.keys.map(({ jwk }) => jwk)) && true;
  try {
    return op.bend("id_token_hint is good", verified)() ? claims : undefined;
  } catch {
    return undefined;
  }
}

async function logout(op, { parameters, ...request }) {
  const { id_token_hint: hint, post_logout_redirect_uri: uri, state } = parameters;
  const claims = hint && claimsOfHint(op, hint);
  if (hint && !claims) return errorPage("id_token_hint is not an ID token of this provider");
  const client = op.clients.get(claims?.aud);
  const registered = client?.post_logout_redirect_uris?.includes(uri);
  if (client && uri && !op.bend("post_logout_redirect_uri is registered", registered, { client, uri })) {
    return errorPage("post_logout_redirect_uri is not registered");
  }
  const { asked, target } = op.bend("logout", { asked: !claims, target: client && uri }, { uri });
  const way = target && { uri: target, ...op.bend("logout response", { state }) };
  if (asked) return question(op, op.keep("logouts", way));
  return finish(op, request, way);
}

const question = (op, id) =>
  html(200, `<h1>Do you want to sign out?</h1><form method="post" action="${op.url("/sign-out")}">
<input type="hidden" name="logout" value="${id}"><button name="sign-out">Sign out</button></form>`);

async function signOut(op, { parameters, ...request }) {
  if (!op.logouts.has(parameters.logout)) return errorPage("this page is too old");
  return finish(op, request, op.logouts.get(parameters.logout));
}

/* Front-Channel Logout 3. */
function frame(op, client, session) {
  const uri = new URL(client.frontchannel_logout_uri);
  const sent = op.bend("front-channel request", { iss: op.issuer, sid: session.sid });
  for (const [name, value] of Object.entries(sent)) uri.searchParams.set(name, value);
  return `<iframe src="${escape(uri)}"></iframe>`;
}

/* Back-Channel Logout 2.4, 2.5. */
async function tell(op, client, session) {
  const claims = op.bend("logout token", {
    iss: op.issuer, aud: client.client_id, sub: "person-1", sid: session.sid,
    iat: now(), exp: now() + 120, jti: random(), events: { [event]: {} },
  });
  const key = op.key("RS256");
  const header = op.bend("logout token header", { alg: "RS256", kid: key.jwk.kid, typ: "logout+jwt" });
  const form = new URLSearchParams({ logout_token: op.bend("signed logout token", signJwt(claims, key, header)) });
  const request = {
    url: client.backchannel_logout_uri, method: "POST", maxVersion: "TLSv1.3",
    headers: { "content-type": "application/x-www-form-urlencoded" }, body: form.toString(),
  };
  const bent = op.bend("back-channel request", request);
  if (bent) await op.send(bent);
}

async function finish(op, request, way) {
  const session = op.session(request);
  const clients = [...(session?.clients.values() ?? [])];
  const ends = op.bend("session ends", true);
  if (ends) op.sessions.delete(session?.name);
  for (const client of clients) if (client.backchannel_logout_uri) await tell(op, client, session);
  const frames = clients.filter((client) => client.frontchannel_logout_uri).map((client) => frame(op, client, session));
  const answer = leave(way, op.bend("frames", frames));
  if (ends) answer.headers["set-cookie"] = `session=; Max-Age=0; Path=${new URL(op.issuer).pathname}; Secure; SameSite=None`;
  return answer;
}

function leave(way, frames) {
  if (!way) return html(200, `<h1>You are signed out</h1>${frames.join("")}`);
  const { uri, ...response } = way;
  const query = new URLSearchParams(Object.entries(response).filter(([, value]) => value !== undefined)).toString();
  const target = query ? `${uri}?${query}` : uri;
  if (!frames.length) return { status: 303, headers: { location: target }, body: "" };
  return html(200, `${frames.join("")}<meta http-equiv="refresh" content="1;url=${escape(target)}">`);
}

/* Runs in the browser: what the client's page asks is computed again with the cookie of now. */
async function watch(event) {
  const [client, state, ...more] = String(event.data).split(" ");
  const [hash, salt] = (state ?? "").split(".");
  const name = /(?:^|; )session=([^;]*)/.exec(document.cookie)?.[1] ?? "";
  const text = new TextEncoder().encode([client, event.origin, name, salt].join(" "));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  const found = btoa(String.fromCharCode(...digest)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const answer = salt && !more.length ? (found === hash ? "unchanged" : "changed") : "error";
  event.source.postMessage(answer, event.origin);
}

const checkSession = (op) =>
  html(200, `<script>addEventListener("message", ${op.bend("script of the frame", watch.toString())})</script>`);

export const logouts = { "GET /logout": logout, "POST /sign-out": signOut, "GET /check-session": checkSession };
