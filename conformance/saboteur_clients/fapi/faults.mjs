// The faults of party.mjs: a name, the place of its bend(), and how what passes there is bent. A rule
// that is left out holds always.
import { newKey } from "../../saboteurs/jose.mjs";

const yes = () => true;
const no = () => false;
const nothing = () => undefined;
const set = (members) => (value) => ({ ...value, ...members });
const without = (...names) => (value) => Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
const changed = (name, change) => (value) => ({ ...value, [name]: change(value[name]) });
const ignores = (rule) => [`rule: ${rule}`, yes];
const other = () => newKey("ES256");
const hour = 3600;

export const faults = {
  // What it does not look at.
  "ignores-the-issuer-of-the-metadata": ignores("issuer of the metadata"),
  "ignores-iss": ignores("iss"),
  "ignores-aud": ignores("aud"),
  "ignores-other-aud": ignores("other aud"),
  "ignores-exp": ignores("exp"),
  "ignores-nonce": ignores("nonce"),
  "takes-any-alg": ignores("alg"),
  "takes-unsigned-tokens": ignores("unsigned"),
  "ignores-signatures": ignores("signature"),
  "ignores-state": ignores("state"),
  "ignores-iss-of-the-response": ignores("iss of the response"),
  "needs-no-iss-of-the-response": ignores("missing iss"),
  "ignores-iss-of-JARM": ignores("iss of the JARM response"),
  "ignores-aud-of-JARM": ignores("aud of the JARM response"),
  "ignores-exp-of-JARM": ignores("exp of the JARM response"),
  // Where it is too strict.
  "wants-aud-to-be-a-string": ["aud", (aud) => (Array.isArray(aud) ? "no string" : aud)],
  "wants-expires_in": ["wants expires_in", yes],
  "wants-the-case-of-token_type": ["token_type", nothing],
  "wants-the-case-of-the-challenge": ["challenge", () => /^DPoP .*error="use_dpop_nonce"/],
  // What it sends.
  "pushes-nothing": ["pushes", no],
  "adds-parameters": ["authorization", set({ scope: "openid" })],
  "pushes-a-request_uri": ["form: pushed_authorization_request_endpoint", set({ request_uri: "urn:example:1" })],
  "no-code_challenge": ["request", without("code_challenge", "code_challenge_method")],
  "plain-code_challenge": ["request", set({ code_challenge_method: "plain" })],
  "another-redirect_uri": ["request", changed("redirect_uri", (uri) => `${uri}/elsewhere`)],
  "adds-openid": ["request", set({ scope: "openid accounts" })],
  "no-openid": ["request", set({ scope: "email" })],
  "no-response_mode": ["request", without("response_mode")],
  "aud-of-the-assertion-is-a-list": ["assertion", changed("aud", (aud) => [aud])],
  "aud-of-the-assertion-is-the-endpoint": ["assertion", changed("aud", (aud) => `${aud}/token`)],
  "assertion-expired": ["assertion", changed("exp", (exp) => exp - hour)],
  "assertion-without-jti": ["assertion", without("jti")],
  "no-proofs": ["proofs", nothing],
  "ignores-nonces": ["nonce of the answer", nothing],
  "proof-without-typ": ["header of the proof", without("typ")],
  "proof-without-jti": ["proof", without("jti")],
  "proof-for-another-method": ["proof", set({ htm: "PUT" })],
  "proof-for-another-url": ["proof", set({ htu: "https://example.com/" })],
  "proof-of-yesterday": ["proof", changed("iat", (iat) => iat - 24 * hour)],
  "proof-without-ath": ["proof", without("ath")],
  "proof-with-private-key": ["header of the proof", changed("jwk", (jwk) => ({ ...jwk, d: "AA" }))],
  "proof-signed-by-another": ["key of the proof", other],
  "another-key-after-the-push": ["keys of the proofs", (keys) => ({ ...keys, token_endpoint: other() })],
  "another-key-at-the-resource": ["keys of the proofs", (keys) => ({ ...keys, resource: other() })],
  "bearer-scheme": ["scheme", () => "Bearer"],
  "token-in-the-url": ["URL of the resource", ({ url, token }) => ({ url: `${url}?access_token=${token}` })],
  "interaction-id-is-no-uuid": ["headers of the resource", set({ "x-fapi-interaction-id": "42" })],
  "calls-no-resource": ["calls the resource", no],
  "no-certificate": ["certificate", no],
  "no-certificate-at-the-resource": ["certificate at the resource", () => ({})],
  "no-alias": ["alias", no],
  "keeps-the-old-token": ["refreshed", without("access_token")],
  "refreshes-nothing": ["refreshes", no],
  "object-without-nbf": ["object", without("nbf")],
  "object-without-exp": ["object", without("exp")],
  "object-lives-a-day": ["object", changed("exp", (exp) => exp + 24 * hour)],
  "object-for-another-server": ["object", set({ aud: "https://example.com" })],
  "object-is-unsigned": ["key of the object", nothing],
  "no-object": ["request type", () => "plain"],
};
