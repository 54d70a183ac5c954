// Who is caught by whom: for each module of rp_modules.def the faults of a relying party that it must
// see, the plan and response type, the result, and the condition that says why. `honest` rows are
// about relying parties that are right to be SKIPPED.
const in_ = (plan, type) => ({ plan: `oidcc-client-${plan}-certification-test-plan`, type });
const basic = in_("basic", "code");
const idToken = in_("implicit", "id_token");
const idTokenToken = in_("implicit", "id_token token");
const codeIdToken = in_("hybrid", "code id_token");
const codeToken = in_("hybrid", "code token");
const allThree = in_("hybrid", "code id_token token");
const formPost = in_("formpost-basic", "code");
const comprehensive = { plan: "oidcc-client-test-plan", type: "code" };

const dynamic = { ...comprehensive, options: ["--registration", "dynamic"] };

const signature = "the relying party does not verify the signature";
const rows = {
  "oidcc-client-test": [
    [basic, "another client_id", "FAILED", "the-authorization-request-is-good"],
    [basic, "another redirect_uri", "FAILED", "the-authorization-request-is-good"],
    [basic, "another response_type", "FAILED", "the-authorization-request-is-good"],
    [basic, "no openid", "FAILED", "the-authorization-request-is-good"],
    [basic, "plain PKCE", "FAILED", "the-authorization-request-is-good"],
    [formPost, "no response_mode", "FAILED", "the-authorization-request-is-good"],
    [basic, "does not redeem", "FAILED", "the-code-is-redeemed"],
    [basic, "no verifier", "FAILED", "the-token-request-is-good"],
    [basic, "another code", "FAILED", "the-token-request-is-good"],
    [basic, "redirect_uri of another", "FAILED", "the-token-request-is-good"],
    [basic, "another grant_type", "FAILED", "the-token-request-is-good"],
    [basic, "secret in the form", "FAILED", "the-client-authenticates-itself"],
    [basic, "does not ask userinfo", "FAILED", "userinfo-is-called"],
    [idTokenToken, "does not ask userinfo", "FAILED", "userinfo-is-called"],
    [basic, "token in the query", "FAILED", "the-token-is-not-in-the-url"],
    [basic, "another userinfo token", "FAILED", "userinfo-is-asked-with-the-access-token"],
    [basic, "another user", "FAILED", "the-user-has-the-sub"],
    [basic, "another issuer's user", "FAILED", "the-user-has-the-issuer"],
    [basic, "does not log in", "FAILED", "the-sign-in-starts"],
    [dynamic, "another callback", "FAILED", "the-browser-comes-back"],
    [basic, "refuses everything", "FAILED", "the-sign-in-is-accepted"],
    [basic, "does not listen", "FAILED", "the-application-listens"],
    [basic, "hangs up", "FAILED", "the-application-answers"],
    [basic, "hangs up at the callback", "FAILED", "the-callback-answers"],
  ],
  "oidcc-client-test-invalid-iss": [
    [basic, "iss", "FAILED", "no-userinfo-request-follows"],
    [idToken, "iss", "FAILED", "nobody-is-signed-in"],
    [codeIdToken, "iss", "FAILED", "no-token-request-follows"],
    [codeIdToken, "front not checked", "FAILED", "no-token-request-follows"],
    [codeToken, "iss", "FAILED", "no-userinfo-request-follows"],
    [basic, "answers 500", "FAILED", "the-callback-answers-4xx"],
  ],
  "oidcc-client-test-missing-sub": [
    [basic, "sub", "FAILED", "no-userinfo-request-follows"],
    [idToken, "sub", "FAILED", "nobody-is-signed-in"],
  ],
  "oidcc-client-test-invalid-aud": [
    [basic, "aud", "FAILED", "no-userinfo-request-follows"],
    [allThree, "aud", "FAILED", "no-token-request-follows"],
  ],
  "oidcc-client-test-missing-aud": [[comprehensive, "aud there", "FAILED", "no-userinfo-request-follows"]],
  "oidcc-client-test-missing-iat": [[basic, "iat", "FAILED", "no-userinfo-request-follows"]],
  "oidcc-client-test-kid-absent-single-jwks": [[basic, "wants a kid", "FAILED", "the-sign-in-is-accepted"]],
  "oidcc-client-test-kid-absent-multiple-jwks": [
    [basic, "first key only", "PASSED"],
    [basic, "signature without kid", "SKIPPED", undefined, signature],
    [idToken, "signature without kid", "FAILED", "nobody-is-signed-in"],
    [codeIdToken, "signature without kid", "FAILED", "no-token-request-follows"],
  ],
  "oidcc-client-test-idtoken-sig-rs256": [[basic, "signs with PS256", "FAILED", "the-sign-in-is-accepted"]],
  "oidcc-client-test-idtoken-sig-none": [
    [basic, "no none", "FAILED", "no-userinfo-request-follows"],
    [basic, "never none", "SKIPPED", undefined, "the relying party takes no unsigned ID tokens"],
  ],
  "oidcc-client-test-invalid-sig-rs256": [
    [basic, "signature", "SKIPPED", undefined, signature],
    [idToken, "signature", "FAILED", "nobody-is-signed-in"],
    [codeIdToken, "signature", "FAILED", "no-token-request-follows"],
    [codeToken, "signature", "SKIPPED", undefined, signature],
  ],
  "oidcc-client-test-invalid-sig-hs256": [[comprehensive, "signature", "SKIPPED", undefined, signature]],
  "oidcc-client-test-invalid-sig-es256": [[comprehensive, "signature", "SKIPPED", undefined, signature]],
  "oidcc-client-test-userinfo-invalid-sub": [
    [basic, "userinfo sub", "FAILED", "nobody-is-signed-in"],
    [idTokenToken, "userinfo sub", "FAILED", "nobody-is-signed-in"],
    [basic, "does not ask userinfo", "FAILED", "userinfo-is-called"],
  ],
  "oidcc-client-test-nonce-invalid": [
    [basic, "nonce", "FAILED", "no-userinfo-request-follows"],
    [basic, "no nonce", "SKIPPED", undefined, "the relying party sends no nonce"],
    [idToken, "nonce", "FAILED", "nobody-is-signed-in"],
  ],
  "oidcc-client-test-nonce-unless-code-flow": [[idToken, "no nonce", "FAILED", "the-authorization-request-is-good"]],
  "oidcc-client-test-scope-userinfo-claims": [
    [basic, "no scopes", "FAILED", "the-claims-are-shown"],
    [idToken, "no scopes", "FAILED", "the-claims-are-shown"],
  ],
  "oidcc-client-test-client-secret-basic": [
    [basic, "secret not encoded", "FAILED", "the-client-authenticates-itself"],
    [basic, "secret in the form", "FAILED", "the-client-authenticates-itself"],
  ],
  "oidcc-client-test-invalid-chash": [[codeIdToken, "c_hash", "FAILED", "no-token-request-follows"]],
  "oidcc-client-test-missing-chash": [[codeIdToken, "c_hash there", "FAILED", "no-token-request-follows"]],
  "oidcc-client-test-invalid-athash": [
    [idTokenToken, "at_hash", "FAILED", "no-userinfo-request-follows"],
    [allThree, "at_hash", "FAILED", "no-token-request-follows"],
  ],
  "oidcc-client-test-missing-athash": [[idTokenToken, "at_hash there", "FAILED", "no-userinfo-request-follows"]],
};

export const saboteurs = Object.entries(rows).flatMap(([module, list]) =>
  list.map(([where, fault, result, condition, reason]) => ({ module, ...where, fault, result, condition, reason })));
