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

const config = in_("config", "code");
const dynamic = in_("dynamic", "code");
const all = (type) => ({ plan: "oidcc-client-test-plan", type });
const refresh = { plan: "oidcc-client-refreshtoken-test-plan", type: "code" };
const thirdParty = { plan: "oidcc-client-test-3rd-party-init-login-test-plan", type: "code" };
const logout = { plan: "oidcc-client-logout-test-plan", type: "code" };
const registering = (where) => ({ ...where, options: ["--registration", "dynamic"] });

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
    [basic, "token twice", "FAILED", "the-token-comes-once"],
    [basic, "another userinfo token", "FAILED", "userinfo-is-asked-with-the-access-token"],
    [basic, "another user", "FAILED", "the-user-has-the-sub"],
    [basic, "another issuer's user", "FAILED", "the-user-has-the-issuer"],
    [basic, "does not log in", "FAILED", "the-sign-in-starts"],
    [registering(comprehensive), "another callback", "FAILED", "the-browser-comes-back"],
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
    [basic, "userinfo sub", "FAILED", "the-claims-of-another-are-not-used"],
    [idTokenToken, "userinfo sub", "FAILED", "the-claims-of-another-are-not-used"],
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
  "oidcc-client-test-discovery-openid-config": [[config, "guesses the endpoints", "FAILED", "discovery-comes-first"]],
  "oidcc-client-test-discovery-jwks-uri-keys": [[config, "no verification", "FAILED", "the-keys-are-fetched"]],
  "oidcc-client-test-discovery-issuer-mismatch": [
    [config, "discovered issuer", "FAILED", "no-authorization-request-follows"],
    [config, "answers 200", "WARNING", "the-login-answers-an-error"],
  ],
  "oidcc-client-test-signing-key-rotation": [
    [config, "no second fetch", "FAILED", "the-sign-in-is-accepted"],
    [config, "no verification", "FAILED", "the-keys-are-fetched-again"],
  ],
  "oidcc-client-test-signing-key-rotation-just-before-signing": [
    [config, "no second fetch", "FAILED", "the-sign-in-is-accepted"],
    [config, "no verification", "FAILED", "the-keys-are-fetched-again"],
  ],
  "oidcc-client-test-discovery-webfinger-acct": [
    [dynamic, "webfinger for another", "FAILED", "webfinger-asks-for-the-identifier"],
  ],
  "oidcc-client-test-discovery-webfinger-url": [
    [dynamic, "guesses the issuer", "FAILED", "webfinger-comes-first"],
    [dynamic, "webfinger for anything", "FAILED", "webfinger-asks-for-the-issuer"],
  ],
  "oidcc-client-test-dynamic-registration": [
    [dynamic, "registers no redirect_uris", "FAILED", "the-registration-is-well-formed"],
    [all("code id_token"), "registers no response_types", "FAILED", "the-response-type-is-registered"],
  ],
  "oidcc-client-test-request-uri-signed-rs256": [
    [dynamic, "no request object", "FAILED", "the-request-is-of-the-type-asked-for"],
    [dynamic, "registers no request_uris", "FAILED", "the-request-uri-is-registered"],
    [dynamic, "no object at the request_uri", "FAILED", "the-request-uri-has-the-object"],
    [dynamic, "another client in the object", "FAILED", "the-object-agrees-with-the-query"],
    [dynamic, "object in the object", "FAILED", "the-request-object-is-good"],
  ],
  "oidcc-client-test-request-uri-signed-none": [
    [dynamic, "no request object", "FAILED", "the-request-is-of-the-type-asked-for"],
  ],
  "oidcc-client-test-userinfo-signed": [
    [dynamic, "registers no userinfo alg", "FAILED", "the-setup-is-registered"],
    [dynamic, "does not ask userinfo", "FAILED", "userinfo-is-called"],
  ],
  "oidcc-client-test-form-post-error": [
    [all("code"), "no extra parameters", "FAILED", "the-extra-parameters-are-sent"],
    [all("code"), "error", "FAILED", "nobody-is-signed-in"],
    [all("code"), "no response_mode", "FAILED", "the-authorization-request-is-good"],
  ],
  "oidcc-client-test-userinfo-bearer-header": [
    [all("code"), "token in a form", "FAILED", "the-token-comes-by-the-header"],
    [all("code"), "token in the query", "FAILED", "the-token-is-not-in-the-url"],
  ],
  "oidcc-client-test-userinfo-bearer-body": [
    [all("code"), "token in the query", "FAILED", "the-token-is-not-in-the-url"],
    [all("code"), "token in the header", "SKIPPED", undefined, "sends the access token in the header"],
  ],
  "oidcc-client-test-aggregated-claims": [
    [all("code"), "does not look for other claims", "FAILED", "the-claim-of-another-source-is-shown"],
  ],
  "oidcc-client-test-distributed-claims": [
    [all("code"), "does not look for other claims", "FAILED", "the-claims-are-fetched"],
    [all("code"), "claims without their token", "FAILED", "the-claims-are-fetched-with-their-token"],
  ],
  "oidcc-client-test-mtls-endpoint-aliases": [
    [all("code"), "no certificate's alias", "FAILED", "the-client-authenticates-itself"],
  ],
  "oidcc-client-test-refresh-token": [
    [refresh, "does not refresh", "FAILED", "a-refresh-request-comes"],
    [refresh, "fails to refresh", "FAILED", "the-refresh-succeeds"],
    [refresh, "no userinfo after the refresh", "FAILED", "userinfo-is-called-again"],
    [refresh, "old token after the refresh", "FAILED", "userinfo-is-called-with-the-new-token"],
  ],
  "oidcc-client-test-refresh-token-invalid-issuer": [
    [refresh, "refreshed iss", "FAILED", "no-userinfo-request-follows-the-refresh"],
    [refresh, "answers 500", "FAILED", "the-refresh-answers-4xx"],
  ],
  "oidcc-client-test-refresh-token-invalid-sub": [
    [refresh, "refreshed sub", "FAILED", "no-userinfo-request-follows-the-refresh"],
  ],
  "oidcc-client-test-3rd-party-init-login": [
    [thirdParty, "initiating iss", "FAILED", "no-authorization-request-follows"],
    [thirdParty, "drops the login_hint", "FAILED", "the-login-hint-is-passed-on"],
    [thirdParty, "registers no initiate_login_uri", "FAILED", "initiate_login_uri-is-registered"],
  ],
  "oidcc-client-test-rp-init-logout": [
    [logout, "does not log out", "FAILED", "a-logout-request-comes"],
    [logout, "logs out to another", "FAILED", "the-logout-request-is-good"],
    [registering(logout), "logs out to elsewhere", "FAILED", "the-browser-comes-back-from-logout"],
    [logout, "nothing after logout", "FAILED", "the-way-back-is-answered"],
    [logout, "stays signed in", "FAILED", "the-session-is-over"],
    [logout, "me crashes", "FAILED", "me-answers-200-or-401"],
  ],
  "oidcc-client-test-rp-init-logout-other-state": [
    [logout, "no logout state", "FAILED", "the-logout-request-has-a-state"],
    [logout, "crashes on another state", "FAILED", "the-way-back-is-stood"],
  ],
  "oidcc-client-test-rp-init-logout-no-state": [
    [logout, "crashes on another state", "FAILED", "the-way-back-is-stood"],
  ],
  "oidcc-client-test-rp-backchannel-rpinitlogout": [
    [logout, "another status of a logout", "FAILED", "the-logout-is-answered-200"],
    [logout, "a logout to keep", "WARNING", "the-answer-is-not-stored"],
    [logout, "hears no logout", "FAILED", "the-session-is-over"],
  ],
  "oidcc-client-test-rp-backchannel-rpinitlogout-alg-none": [
    [logout, "no none", "FAILED", "the-logout-token-is-refused"],
    [logout, "hears every logout", "FAILED", "the-session-goes-on"],
  ],
  "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg": [[logout, "alg", "FAILED", "the-logout-token-is-refused"]],
  "oidcc-client-test-rp-backchannel-rpinitlogout-no-event": [[logout, "logout events", "FAILED", "the-logout-token-is-refused"]],
  "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event": [[logout, "logout event", "FAILED", "the-logout-token-is-refused"]],
  "oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce": [[logout, "logout nonce", "FAILED", "the-logout-token-is-refused"]],
  "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud": [[logout, "logout aud", "FAILED", "the-logout-token-is-refused"]],
  "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss": [[logout, "logout iss", "FAILED", "the-logout-token-is-refused"]],
  "oidcc-client-test-rp-frontchannel-rpinitlogout": [
    [logout, "no frame", "FAILED", "the-frame-answers"],
    [logout, "a frame not to be framed", "FAILED", "the-frame-may-be-framed"],
    [logout, "a frame to keep", "WARNING", "the-frame-is-not-stored"],
  ],
  "oidcc-client-test-rp-frontchannel-opinitlogout": [
    [logout, "hears no logout", "FAILED", "the-session-is-over"],
    [logout, "ends all sessions", "WARNING", "another-session-does-not-matter"],
  ],
};

// Conditions that no relying party can break.
export const unreachable = { "the-application-starts": "no process can be had" };

export const saboteurs = Object.entries(rows).flatMap(([module, list]) =>
  list.map(([where, fault, result, condition, reason]) => ({ module, ...where, fault, result, condition, reason })));
