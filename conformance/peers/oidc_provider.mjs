// npm's oidc-provider, certified by the Foundation, as the runner's reference: everything that the
// plans ask is on, and its pages are plain forms.
//
//   ISSUER=https://localhost:PORT CERT=FILE KEY=FILE node oidc_provider.mjs   (see oidc-provider)
//
// NODE_EXTRA_CA_CERTS names the authority of what it fetches from the runner.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import Provider from "oidc-provider";

const issuer = process.env.ISSUER;
const person = {
  sub: "person-1",
  name: "Ada Byron Lovelace",
  given_name: "Ada",
  family_name: "Lovelace",
  middle_name: "Byron",
  nickname: "ada",
  preferred_username: "ada",
  profile: "https://example.com/ada",
  picture: "https://example.com/ada.png",
  website: "https://example.com",
  gender: "female",
  birthdate: "1815-12-10",
  zoneinfo: "Europe/London",
  locale: "en-GB",
  updated_at: 1700000000,
  email: "ada@example.com",
  email_verified: true,
  phone_number: "+44 20 7946 0000",
  phone_number_verified: true,
  address: { formatted: "12 St James's Square, London", country: "United Kingdom" },
};

const jwk = (type, options, rest) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }), ...rest });
const scopeClaims = {
  openid: ["sub"],
  profile: ["name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"],
  email: ["email", "email_verified"],
  phone: ["phone_number", "phone_number_verified"],
  address: ["address"],
};

const provider = new Provider(issuer, {
  acrValues: ["urn:example:password"],
  claims: { ...scopeClaims, acr: null, amr: null, auth_time: null, iss: null, sid: null },
  cookies: { keys: [randomBytes(16).toString("hex")] },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => person }),
  features: {
    backchannelLogout: { enabled: true },
    claimsParameter: { enabled: true },
    devInteractions: { enabled: false },
    encryption: { enabled: true },
    introspection: { enabled: true },
    jwtUserinfo: { enabled: true },
    registration: { enabled: true },
    registrationManagement: { enabled: true },
    requestObjects: { request: true, requestUri: true },
    revocation: { enabled: true },
  },
  jwks: {
    keys: [
      jwk("rsa", { modulusLength: 2048 }, { use: "sig", alg: "RS256", kid: "rsa" }),
      jwk("ec", { namedCurve: "P-256" }, { use: "sig", alg: "ES256", kid: "ec" }),
    ],
  },
  pairwiseIdentifier: (_ctx, account, client) => `${account}-${client.sectorIdentifier ?? client.clientId}`,
  pkce: { methods: ["S256"], required: () => false },
  responseTypes: ["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token", "none"],
  subjectTypes: ["public", "pairwise"],
});

const escape = (text) => String(text ?? "").replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

function page(title, client, body) {
  const link = (uri, words) => (uri ? `<p><a href="${escape(uri)}">${words}</a></p>` : "");
  const logo = client.logoUri ? `<img alt="" src="${escape(client.logoUri)}">` : "";
  return `<!doctype html><title>${title}</title><h1>${title}</h1>${logo}<p>for ${escape(client.clientName ?? client.clientId)}</p>
<form method="post">${body}</form>${link(client.policyUri, "Privacy policy")}${link(client.tosUri, "Terms of service")}`;
}

const pages = {
  login: '<input name="login" autocomplete="username"><input name="password" type="password"><button type="submit">Sign-in</button>',
  consent: '<input type="hidden" name="prompt" value="consent"><button type="submit">Continue</button>',
};

async function grantOf(details) {
  const { grantId, params, session, prompt } = details;
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  if (prompt.details.missingOIDCScope) grant.addOIDCScope(prompt.details.missingOIDCScope.join(" "));
  if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
  return grant.save();
}

async function finish(req, res, details) {
  const result =
    details.prompt.name === "login"
      ? { login: { accountId: person.sub, acr: "urn:example:password", amr: ["pwd"], remember: true } }
      : { consent: { grantId: await grantOf(details) } };
  await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: true });
}

async function interaction(req, res) {
  const details = await provider.interactionDetails(req, res);
  if (req.method === "POST") return finish(req, res, details);
  const client = await provider.Client.find(details.params.client_id);
  res.setHeader("content-type", "text/html");
  res.end(page(details.prompt.name, client, pages[details.prompt.name]));
}

const callback = provider.callback();
createServer({ cert: readFileSync(process.env.CERT), key: readFileSync(process.env.KEY) }, (req, res) => {
  if (!req.url.startsWith("/interaction/")) return callback(req, res);
  interaction(req, res).catch((error) => {
    res.statusCode = 400;
    res.end(String(error));
  });
}).listen(new URL(issuer).port, "127.0.0.1", () => console.log("ready"));
