// The authorization endpoint (OIDC Core 3.1.2, 3.2.2, 3.3.2, 6) with its two pages.
import { errorPage, escape, html, Refusal } from "./answers.mjs";
import { now, random, verifyJwt } from "./jose.mjs";
import { sessionState } from "./logout.mjs";
import { password, person } from "./person.mjs";
import { accessToken, idToken } from "./tokens.mjs";

const words = (text) => (text ?? "").split(" ").filter(Boolean);
const hasFront = (responseType) => /\b(id_)?token\b/.test(responseType);

/* OIDC Core 6.1: what the object says replaces what is outside. */
async function withRequestObject(op, client, outer) {
  const { request, request_uri: uri, ...rest } = outer;
  if (!request && !uri) return outer;
  if (uri && !client.request_uris?.includes(uri)) throw new Refusal(errorPage("request_uri is not registered"));
  const object = request ?? (await op.fetchText(uri));
  const alg = client.request_object_signing_alg ?? "RS256";
  const matters = op.bend("signature of an object matters", true);
  try {
    const { iss, aud, ...inner } = verifyJwt(object, alg, client.jwks?.keys ?? [], matters);
    return { ...rest, ...inner };
  } catch (error) {
    throw new Refusal(errorPage(error.message));
  }
}

function errorOf(parameters) {
  if (!parameters.response_type) return "invalid_request";
  return /\bid_token\b/.test(parameters.response_type) && !parameters.nonce ? "invalid_request" : undefined;
}

async function authorize(op, { parameters: outer, ...request }) {
  const client = op.clients.get(outer.client_id);
  if (!client) return errorPage("client_id is not known");
  const parameters = op.bend("authorization parameters", await withRequestObject(op, client, outer), { client, outer });
  const registered = client.redirect_uris.includes(parameters.redirect_uri);
  if (!op.bend("redirect_uri is registered", registered, { client, parameters })) {
    return errorPage("redirect_uri is not registered");
  }
  const session = op.session(request);
  const interaction = { id: random(), client, parameters, outer, done: [] };
  op.interactions.set(interaction.id, interaction);
  const error = op.bend("authorization error", errorOf(parameters), { parameters, outer });
  return error ? respond(op, interaction, { error }) : proceed(op, interaction, session);
}

function pageNeeded({ client, parameters, done }, session) {
  const asked = (prompt) => words(parameters.prompt).includes(prompt) && !done.includes(prompt);
  const tooOld = () => now() - session.auth_time > Number(parameters.max_age ?? Infinity);
  if (!session || asked("login") || (!done.includes("login") && tooOld())) return "login";
  return asked("consent") || !session.clients.has(client.client_id) ? "consent" : undefined;
}

function proceed(op, interaction, session) {
  const { parameters, done } = interaction;
  const needed = op.bend("page needed", pageNeeded(interaction, session), { parameters, session, done });
  if (!needed) return respond(op, interaction, granted(op, interaction, session));
  if (op.bend("page is allowed", !words(parameters.prompt).includes("none"))) return page(op, interaction, needed);
  return respond(op, interaction, { error: `${needed}_required` });
}

function granted(op, { client, parameters }, session) {
  const types = words(parameters.response_type);
  const grant = { client, parameters, session, auth_time: session.auth_time, scope: words(parameters.scope) };
  const members = { session_state: sessionState(op, client, parameters.redirect_uri, session) };
  if (types.includes("code")) members.code = op.keep("codes", grant);
  if (types.includes("token")) Object.assign(members, accessToken(op, grant));
  if (types.includes("id_token")) members.id_token = idToken(op, grant, members, "front");
  return members;
}

function respond(op, { parameters, outer }, members) {
  const type = parameters.response_type ?? "code";
  const mode = op.bend("response mode", parameters.response_mode ?? (hasFront(type) ? "fragment" : "query"));
  const response = op.bend("authorization response", { ...members, state: parameters.state, iss: op.issuer });
  return deliver(op, mode, op.bend("redirect target", parameters.redirect_uri, { outer }), response);
}

function deliver(op, mode, uri, response) {
  const members = Object.entries(response).filter(([, value]) => value !== undefined);
  const encoded = new URLSearchParams(members).toString();
  if (mode !== "form_post") {
    const mark = mode === "fragment" ? "#" : uri.includes("?") ? "&" : "?";
    return { status: 303, headers: { location: uri + mark + encoded }, body: "" };
  }
  const input = ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`;
  const script = op.bend("form_post script", "<script>document.forms[0].submit()</script>");
  return html(200, `<form method="post" action="${escape(uri)}">${members.map(input).join("")}</form>${script}`);
}

/* OIDC Registration 2: what a person is told of the client. */
function aboutClient(op, client) {
  const { client_name: name, logo_uri: logo, policy_uri: policy, tos_uri: tos } = op.bend("shown client", client);
  const link = (uri, text) => (uri ? `<p><a href="${escape(uri)}">${text}</a></p>` : "");
  const image = logo ? `<img alt="" src="${escape(logo)}">` : "";
  return `<h1>${escape(name)}</h1>${image}${link(policy, "Privacy policy")}${link(tos, "Terms of service")}`;
}

const controls = {
  login: '<input name="email"><input name="password" type="password"><button name="sign-in">Sign in</button>',
  consent: '<button name="allow">Allow</button><button name="deny">Deny</button>',
};
const page = (op, { id, client }, name) =>
  html(200, `${aboutClient(op, client)}<form method="post" action="${op.url(`/${name}`)}">
<input type="hidden" name="interaction" value="${id}">${controls[name]}</form>`);

function login(op, { parameters, ...request }) {
  const interaction = op.interactions.get(parameters.interaction);
  if (!interaction) return errorPage("this page is too old");
  if (parameters.email !== person.email || parameters.password !== password) return page(op, interaction, "login");
  const clients = op.session(request)?.clients ?? new Map();
  const session = { auth_time: op.bend("auth_time", now(), { former: op.session(request) }), sid: random(16), clients };
  const name = op.keep("sessions", session);
  session.name = name;
  interaction.done.push("login");
  const answer = proceed(op, interaction, session);
  answer.headers["set-cookie"] = `session=${name}; Path=${new URL(op.issuer).pathname}; Secure; SameSite=None`;
  return answer;
}

function consent(op, { parameters, ...request }) {
  const interaction = op.interactions.get(parameters.interaction);
  const session = op.session(request);
  if (!interaction || !session) return errorPage("this page is too old");
  if (!("allow" in parameters)) return respond(op, interaction, { error: "access_denied" });
  interaction.done.push("consent");
  session.clients.set(interaction.client.client_id, interaction.client);
  const answer = proceed(op, interaction, session);
  if (!op.bend("consent is remembered", true)) session.clients.delete(interaction.client.client_id);
  return answer;
}

export const authorization = {
  "GET /authorize": authorize,
  "POST /authorize": authorize,
  "POST /login": login,
  "POST /consent": consent,
};
