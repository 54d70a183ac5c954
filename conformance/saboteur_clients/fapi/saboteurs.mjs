// Which module must catch which fault of party.mjs, with which condition first, in which plan and
// variant. Every FAPI module of ../../rp/rp_modules.def has a row, and every fault.
const security = "fapi2-security-profile-final-client-test-plan";
const messages = "fapi2-message-signing-final-client-test-plan";
const prefix = "fapi2-security-profile-final-client-test-";
const mtls = ["--sender", "mtls"];
const certificate = ["--client-auth", "tls_client_auth", "--sender", "mtls"];
const oauth = ["--profile", "oauth"];

const stops = "no-token-request-follows";
const accepted = "the-sign-in-is-accepted";
const noUserinfo = "no-userinfo-request-follows";
const request = "the-pushed-request-is-good";
const client = "the-client-authenticates-itself";
const proof = "the-dpop-proof-is-good";
const object = "the-request-object-is-good";

// [fault, condition, plan (security), options ()]
const rows = {
  "happy-path": [
    ["pushes-nothing", "the-authorization-request-is-the-pushed-one"],
    ["adds-parameters", "the-authorization-request-is-the-pushed-one"],
    ["pushes-a-request_uri", request],
    ["no-code_challenge", request],
    ["plain-code_challenge", request],
    ["another-redirect_uri", request],
    ["no-openid", request],
    ["adds-openid", request, security, oauth],
    ["no-response_mode", request, messages],
    ["aud-of-the-assertion-is-a-list", client],
    ["aud-of-the-assertion-is-the-endpoint", client],
    ["assertion-expired", client],
    ["assertion-without-jti", client],
    ["no-alias", client, security, certificate],
    ["no-alias", "the-certificate-is-shown", security, mtls],
    ["no-certificate", client, security, certificate],
    ["no-certificate", "the-certificate-is-shown", security, mtls],
    ["no-certificate-at-the-resource", "the-certificate-is-shown", security, mtls],
    ["no-proofs", proof],
    ["ignores-nonces", "the-sign-in-starts"],
    ["proof-without-typ", proof],
    ["proof-without-jti", proof],
    ["proof-for-another-method", proof],
    ["proof-for-another-url", proof],
    ["proof-of-yesterday", proof],
    ["proof-without-ath", proof],
    ["proof-with-private-key", proof],
    ["proof-signed-by-another", proof],
    ["another-key-after-the-push", "the-dpop-key-is-that-of-the-code"],
    ["another-key-at-the-resource", "the-dpop-key-is-that-of-the-token"],
    ["bearer-scheme", "the-resource-is-asked-with-the-access-token"],
    ["token-in-the-url", "the-token-is-not-in-the-parameters"],
    ["interaction-id-is-no-uuid", "the-interaction-id-is-a-uuid"],
    ["calls-no-resource", "the-resource-is-called"],
    ["object-without-nbf", object, messages],
    ["object-without-exp", object, messages],
    ["object-lives-a-day", object, messages],
    ["object-for-another-server", object, messages],
    ["object-is-unsigned", object, messages],
    ["no-object", "the-request-is-of-the-type-asked-for", messages],
  ],
  "happy-path-no-dpop-nonce": [["proof-without-ath", proof]],
  "discovery-issuer-mismatch": [["ignores-the-issuer-of-the-metadata", "no-authorization-request-follows"]],
  "invalid-iss": [["ignores-iss", noUserinfo]],
  "invalid-aud": [["ignores-aud", noUserinfo]],
  "invalid-secondary-aud": [["ignores-other-aud", noUserinfo]],
  "invalid-null-alg": [["takes-unsigned-tokens", noUserinfo]],
  "invalid-alternate-alg": [["takes-any-alg", noUserinfo]],
  "invalid-expired-exp": [["ignores-exp", noUserinfo]],
  "invalid-missing-exp": [["ignores-exp", noUserinfo]],
  "invalid-missing-aud": [["ignores-aud", noUserinfo]],
  "invalid-missing-iss": [["ignores-iss", noUserinfo]],
  "valid-aud-as-array": [["wants-aud-to-be-a-string", accepted]],
  "invalid-nonce": [["ignores-nonce", noUserinfo]],
  "invalid-missing-nonce": [["ignores-nonce", noUserinfo]],
  "invalid-authorization-response-iss": [["ignores-iss-of-the-response", stops]],
  "remove-authorization-response-iss": [["needs-no-iss-of-the-response", stops]],
  "ensure-authorization-response-with-invalid-state-fails": [["ignores-state", stops]],
  "ensure-authorization-response-with-invalid-missing-state-fails": [["ignores-state", stops]],
  "token-endpoint-response-without-expires_in": [["wants-expires_in", accepted]],
  "token-type-case-insensitivity": [["wants-the-case-of-token_type", accepted]],
  "rs-dpop-auth-scheme-case-insensitivity": [["wants-the-case-of-the-challenge", accepted]],
  "ensure-jarm-without-iss-fails": [["ignores-iss-of-JARM", stops, messages]],
  "ensure-jarm-with-invalid-iss-fails": [["ignores-iss-of-JARM", stops, messages]],
  "ensure-jarm-without-aud-fails": [["ignores-aud-of-JARM", stops, messages]],
  "ensure-jarm-with-invalid-aud-fails": [["ignores-aud-of-JARM", stops, messages]],
  "ensure-jarm-without-exp-fails": [["ignores-exp-of-JARM", stops, messages]],
  "ensure-jarm-with-expired-exp-fails": [["ignores-exp-of-JARM", stops, messages]],
  "ensure-jarm-with-invalid-sig-fails": [["ignores-signatures", stops, messages]],
  "ensure-jarm-signature-is-not-none": [["takes-unsigned-tokens", stops, messages]],
};
const refresh = [
  ["keeps-the-old-token", "the-new-token-is-used"],
  ["refreshes-nothing", "the-tokens-are-refreshed"],
];

const entry = (module) => ([fault, condition, plan = security, options = []]) => ({ module, plan, options, fault, condition });
export const saboteurs = [
  ...Object.entries(rows).flatMap(([name, list]) => list.map(entry(prefix + name))),
  ...refresh.map(entry("fapi2-security-profile-final-client-refresh-token-test")),
];
export const happyPath = `${prefix}happy-path`;
export const plans = [security, messages];
export const variants = [[], mtls, certificate, ["--client-auth", "self_signed_tls_client_auth"], oauth, [...oauth, ...certificate]];
