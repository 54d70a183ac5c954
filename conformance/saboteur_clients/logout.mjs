// The relying party's ends of logout: RP-initiated, back-channel, front-channel.
import { readJwt } from "./jwt.mjs";
import { Refusal } from "./refusal.mjs";

const event = "http://schemas.openid.net/event/backchannel-logout";

async function logout(rp, request) {
  const session = rp.session(request);
  const { end_session_endpoint: url } = await rp.provider.metadata();
  const query = rp.bend("logout request", {
    id_token_hint: session.id_token, post_logout_redirect_uri: rp.url(rp.bend("logged out", "/logged_out")), state: "a-state-of-the-logout",
  });
  if (rp.bend("forgets the session", true)) rp.sessions.delete(request.cookies.session);
  return { status: 303, headers: { location: `${url}?${new URLSearchParams(query)}` } };
}

// Whatever the state is, nobody is signed in here any more.
function loggedOut(rp, { query }) {
  if (rp.bend("crashes on state", false) && query.state !== "a-state-of-the-logout") throw new Error("another state");
  return { status: 200, body: "signed out" };
}

function end(rp, sid) {
  for (const [id, session] of rp.sessions) if (readJwt(session.id_token).claims.sid === sid) rp.sessions.delete(id);
}

async function backChannel(rp, { method, parameters }) {
  const { client_id } = await rp.client();
  const { issuer } = await rp.provider.metadata();
  if (method !== "POST") throw new Refusal("a logout token is posted");
  if (rp.bend("ends at once", false)) end(rp, readJwt(parameters.logout_token).claims.sid);
  const { claims } = await rp.provider.verify(parameters.logout_token, rp.env.RP_ID_TOKEN_ALG);
  rp.must("logout iss", claims.iss === issuer, "the logout token is of another issuer");
  rp.must("logout aud", [claims.aud].flat().includes(client_id), "the logout token is for another client");
  rp.must("logout events", claims.events, "the logout token has no events");
  rp.must("logout event", !claims.events || event in claims.events, "the logout token is about another event");
  rp.must("logout nonce", !("nonce" in claims), "the logout token has a nonce");
  if (rp.bend("ends the session", true)) end(rp, claims.sid);
  return { status: rp.bend("status of a logout", 200), headers: rp.bend("headers of a logout", { "cache-control": "no-store" }) };
}

function frontChannel(rp, { query }) {
  if (rp.bend("ends all sessions", false)) rp.sessions.clear();
  if (rp.bend("ends the session", true)) end(rp, query.sid);
  return { status: 200, headers: { "cache-control": "no-store" }, body: "" };
}

export const logouts = {
  "/logout": logout,
  "/logged_out": loggedOut,
  "/backchannel_logout": backChannel,
  "/frontchannel_logout": frontChannel,
};
