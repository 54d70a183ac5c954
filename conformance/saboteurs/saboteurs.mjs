// Who is caught by whom: for each fault the module that must see it, the variant it runs in, its
// result, and the condition that says why. Every module of modules.def has a row, and so has every
// condition of checks/ and modules/.
const in_ = (name, type) => ({ plan: `oidcc-${name}-certification-test-plan`, type });
const config = in_("config", "code");
const basic = in_("basic", "code");
const idToken = in_("implicit", "id_token");
const idTokenToken = in_("implicit", "id_token token");
const codeIdToken = in_("hybrid", "code id_token");
const allThree = in_("hybrid", "code id_token token");
const formPost = in_("formpost-basic", "code");
const dynamic = in_("dynamic", "code");
const thirdParty = in_("3rdparty-init-login", "code");
const rpLogout = in_("rp-initiated-logout", "code");
const front = in_("frontchannel-rp-initiated-logout", "code");
const back = in_("backchannel-rp-initiated-logout", "code");
const session = in_("session-management", "code");

const rows = {
  "oidcc-discovery-endpoint-verification": [
    [config, "discovery-404", "FAILED", "discovery-answers-200"],
    [config, "discovery-as-text", "FAILED", "discovery-is-json"],
    [config, "discovery-as-array", "FAILED", "discovery-is-a-json-object"],
    [config, "another-issuer", "FAILED", "issuer-is-the-one-asked"],
    [config, "authorization_endpoint-dropped", "FAILED", "discovery-has-what-is-needed"],
    [config, "token_endpoint-dropped", "FAILED", "discovery-has-what-is-needed"],
    [config, "jwks_uri-dropped", "FAILED", "discovery-has-what-is-needed"],
    [config, "authentication-not-listed", "FAILED", "the-authentication-method-is-supported"],
    [config, "userinfo_endpoint-over-http", "FAILED", "discovery-members-have-their-kinds"],
    [config, "locale-with-underscore", "FAILED", "discovery-members-have-their-kinds"],
    [config, "scopes_supported-dropped", "FAILED", "discovery-members-are-there"],
    [config, "claims_supported-dropped", "WARNING", "discovery-members-are-there"],
    [config, "a-member-of-its-own", "WARNING", "discovery-members-are-known"],
    [config, "openid-not-listed", "FAILED", "openid-is-a-scope"],
    [config, "RS256-not-listed", "FAILED", "RS256-is-supported"],
    [config, "RS256-not-listed-for-objects", "WARNING", "RS256-signs-request-objects"],
    [config, "code-grant-not-listed", "FAILED", "the-grant-types-fit"],
    [dynamic, "implicit-grant-not-listed", "FAILED", "the-grant-types-fit"],
    [dynamic, "id_token-type-not-listed", "FAILED", "the-mandatory-response-types-are-there"],
    [config, "jwks-404", "FAILED", "jwks_uri-answers-with-keys"],
    [config, "jwks-empty", "FAILED", "jwks_uri-answers-with-keys"],
    [config, "key-without-kid", "FAILED", "every-key-has-a-kid-of-its-own"],
    [config, "keys-with-one-kid", "FAILED", "every-key-has-a-kid-of-its-own"],
    [config, "private-key-published", "FAILED", "nothing-secret-is-published"],
    [config, "secret-key-published", "FAILED", "nothing-secret-is-published"],
    [config, "weak-key", "FAILED", "keys-can-be-read-and-are-strong"],
    [config, "key-of-unknown-type", "WARNING", "keys-have-known-types"],
    [config, "key-of-unknown-alg", "WARNING", "keys-have-known-algorithms"],
  ],
  "oidcc-server": [
    [basic, "registration_endpoint-dropped", "FAILED", "registration-endpoint-is-known"],
    [basic, "registration-answers-200", "FAILED", "registration-answers-201"],
    [basic, "registration-as-text", "FAILED", "registration-answers-json"],
    [basic, "client_id-dropped", "FAILED", "there-is-a-client-id"],
    [basic, "client_secret_expires_at-dropped", "FAILED", "client_secret_expires_at-is-a-number"],
    [basic, "registration_access_token-dropped", "FAILED", "management-is-offered-whole-or-not"],
    [basic, "management-over-http", "FAILED", "registration_client_uri-is-https"],
    [basic, "delete-answers-200", "WARNING", "client-is-deleted-with-204"],
    [basic, "redirects-elsewhere", "FAILED", "the-redirect-goes-to-the-redirect-uri"],
    [idToken, "response-in-the-query", "FAILED", "the-response-comes-by-the-right-mode"],
    [formPost, "response-in-the-query", "FAILED", "the-response-comes-by-the-right-mode"],
    [formPost, "form-without-script", "FAILED", "the-form-posts-itself"],
    [basic, "state-twice", "FAILED", "no-response-parameter-comes-twice"],
    [basic, "state-changed", "FAILED", "state-is-the-one-sent"],
    [basic, "state-dropped", "FAILED", "state-is-the-one-sent"],
    [basic, "wrong-iss-parameter", "FAILED", "iss-of-the-response-is-the-issuer"],
    [basic, "iss-parameter-dropped", "FAILED", "iss-is-there-as-promised"],
    [basic, "refuses-everything", "FAILED", "the-response-is-no-error"],
    [basic, "code-dropped", "FAILED", "the-response-has-what-its-type-promises"],
    [idToken, "code-unasked", "FAILED", "the-response-has-what-its-type-promises"],
    [idTokenToken, "token_type-in-front-is-mac", "FAILED", "token_type-is-Bearer"],
    [idTokenToken, "expires_in-dropped", "WARNING", "expires_in-is-there"],
    [basic, "short-code", "FAILED", "secrets-are-long-enough"],
    [basic, "plain-code", "FAILED", "secrets-have-enough-entropy"],
    [basic, "tokens-as-text", "FAILED", "the-answer-is-json"],
    [basic, "tokens-as-array", "FAILED", "the-answer-is-a-json-object"],
    [basic, "tokens-may-be-stored", "FAILED", "the-answer-is-not-stored"],
    [basic, "access_token-dropped", "FAILED", "there-is-an-access-token"],
    [basic, "token_type-is-mac", "FAILED", "token_type-is-Bearer"],
    [basic, "expires_in-dropped-from-tokens", "WARNING", "expires_in-is-a-number"],
    [basic, "id_token-dropped", "FAILED", "there-is-an-id-token"],
    [basic, "id-token-is-no-jwt", "FAILED", "the-token-is-a-jws"],
    [basic, "unsigned-id-token", "FAILED", "the-token-has-the-registered-alg"],
    [basic, "broken-signature", "FAILED", "the-signature-is-good"],
    [basic, "kid-unknown", "FAILED", "the-signature-is-good"],
    [basic, "wrong-iss", "FAILED", "iss-is-the-issuer"],
    [basic, "wrong-aud", "FAILED", "aud-has-the-client"],
    [basic, "two-audiences", "FAILED", "azp-is-there-with-several-audiences"],
    [basic, "wrong-azp", "FAILED", "azp-is-the-client"],
    [basic, "sub-dropped", "FAILED", "sub-is-a-text-of-at-most-255"],
    [basic, "sub-too-long", "FAILED", "sub-is-a-text-of-at-most-255"],
    [codeIdToken, "another-sub-from-the-back", "FAILED", "both-id-tokens-have-one-sub"],
    [basic, "expired", "FAILED", "exp-is-ahead-and-sane"],
    [basic, "exp-in-a-century", "FAILED", "exp-is-ahead-and-sane"],
    [basic, "iat-an-hour-ago", "FAILED", "iat-is-now"],
    [basic, "auth_time-in-milliseconds", "FAILED", "auth_time-is-sane"],
    [basic, "nonce-dropped", "FAILED", "nonce-is-the-one-sent"],
    [idToken, "nonce-changed", "FAILED", "nonce-is-the-one-sent"],
    [basic, "acr-empty", "FAILED", "acr-is-a-text"],
    [basic, "amr-as-text", "FAILED", "amr-is-an-array"],
    [idTokenToken, "at_hash-dropped", "FAILED", "hashes-are-there-where-they-must-be"],
    [allThree, "at_hash-dropped", "FAILED", "hashes-are-there-where-they-must-be"],
    [codeIdToken, "c_hash-dropped", "FAILED", "hashes-are-there-where-they-must-be"],
    [basic, "wrong-at_hash", "FAILED", "hashes-fit-what-they-are-of"],
    [codeIdToken, "wrong-c_hash", "FAILED", "hashes-fit-what-they-are-of"],
    [codeIdToken, "wrong-s_hash", "FAILED", "hashes-fit-what-they-are-of"],
    [basic, "email-in-the-id-token", "WARNING", "no-claim-is-there-unasked"],
    [basic, "userinfo-of-another-sub", "FAILED", "sub-is-that-of-the-id-token"],
    [basic, "any-credential-does", "FAILED", "the-token-endpoint-answers-400"],
    [dynamic, "signatures-of-assertions-ignored", "FAILED", "the-token-endpoint-answers-400"],
  ],
  "oidcc-response-type-missing": [
    [basic, "response_type-guessed", "FAILED", "the-error-is-an-expected-one"],
    [basic, "error-unknown", "FAILED", "the-error-is-an-expected-one"],
    [basic, "state-dropped", "FAILED", "state-is-the-one-sent"],
  ],
  "oidcc-idtoken-signature": [
    [basic, "kid-dropped", "FAILED", "the-header-names-the-key"],
    [basic, "ES256-by-default", "FAILED", "RS256-is-the-default"],
  ],
  "oidcc-idtoken-unsigned": [
    [basic, "signed-with-RS256", "FAILED", "the-token-has-the-registered-alg"],
    [basic, "signature-where-none-is", "FAILED", "an-unsigned-token-has-no-signature"],
    [basic, "claims-as-array", "FAILED", "the-token-has-claims"],
  ],
  "oidcc-idtoken-rs256": [
    [dynamic, "RS256-not-listed", "FAILED", "RS256-is-supported"],
    [dynamic, "registers-ES256", "FAILED", "the-alg-is-registered"],
    [dynamic, "signed-with-ES256", "FAILED", "the-token-has-the-registered-alg"],
  ],
  "oidcc-userinfo-get": [
    [basic, "userinfo_endpoint-dropped", "FAILED", "userinfo_endpoint-is-known"],
    [basic, "userinfo-answers-403", "FAILED", "the-userinfo-endpoint-answers-200"],
    [basic, "userinfo-as-text", "FAILED", "userinfo-is-json"],
    [basic, "userinfo-as-array", "FAILED", "userinfo-is-a-json-object"],
    [idTokenToken, "userinfo-of-another-sub", "FAILED", "sub-is-that-of-the-id-token"],
    [basic, "userinfo-without-sub", "FAILED", "sub-is-a-text"],
    [basic, "any-access-token-does", "FAILED", "a-token-that-nobody-gave-is-refused"],
  ],
  "oidcc-userinfo-post-header": [[basic, "userinfo-by-get-alone", "FAILED", "the-userinfo-endpoint-answers-200"]],
  "oidcc-userinfo-post-body": [
    [basic, "userinfo-by-header-alone", "WARNING", "the-token-may-come-in-the-form"],
    [basic, "userinfo-of-another-sub", "FAILED", "sub-is-that-of-the-id-token"],
  ],
  "oidcc-ensure-request-without-nonce-succeeds-for-code-flow": [
    [basic, "nonce-changed", "FAILED", "no-nonce-where-none-was-sent"],
    [basic, "nonce-demanded", "FAILED", "the-response-is-no-error"],
  ],
  "oidcc-ensure-request-without-nonce-fails": [[idToken, "nonce-not-demanded", "FAILED", "the-error-is-an-expected-one"]],
  "oidcc-scope-profile": [
    [basic, "birthdate-dropped", "WARNING", "the-scope-gives-its-claims"],
    [basic, "birthdate-with-slashes", "FAILED", "standard-claims-have-their-types"],
    [basic, "blank-name", "FAILED", "standard-claims-have-their-types"],
    [basic, "updated_at-as-text", "FAILED", "standard-claims-have-their-types"],
    [basic, "name-in-the-id-token", "WARNING", "no-claim-is-there-unasked"],
  ],
  "oidcc-scope-email": [
    [basic, "email_verified-dropped", "WARNING", "the-scope-gives-its-claims"],
    [basic, "email_verified-as-text", "FAILED", "standard-claims-have-their-types"],
  ],
  "oidcc-scope-address": [
    [basic, "address-dropped", "WARNING", "the-scope-gives-its-claims"],
    [basic, "address-as-text", "FAILED", "standard-claims-have-their-types"],
  ],
  "oidcc-scope-phone": [[basic, "phone_number-dropped", "WARNING", "the-scope-gives-its-claims"]],
  "oidcc-scope-all": [[basic, "phone_number-dropped", "WARNING", "the-scope-gives-its-claims"]],
  "oidcc-alternate-happy-flow": [[basic, "openid-must-come-first", "FAILED", "the-response-is-no-error"]],
  "oidcc-display-page": [[basic, "refuses-display", "FAILED", "the-response-is-no-error"]],
  "oidcc-display-popup": [[basic, "refuses-display", "FAILED", "the-response-is-no-error"]],
  "oidcc-prompt-login": [
    [basic, "prompt-login-ignored", "FAILED", "the-person-signs-in-again"],
    [basic, "auth_time-of-the-first-sign-in", "FAILED", "auth_time-is-later"],
  ],
  "oidcc-prompt-none-not-logged-in": [
    [basic, "prompt-none-shows-a-page", "FAILED", "an-error-comes-back-without-pages"],
    [basic, "error-unknown", "FAILED", "the-error-is-an-expected-one"],
    [basic, "error-in-two-lines", "FAILED", "error_description-is-one-line"],
    [basic, "error-with-more", "WARNING", "the-error-has-known-parameters-only"],
    [basic, "state-cut", "FAILED", "state-is-the-one-sent"],
    [idToken, "response-in-the-query", "FAILED", "the-response-comes-by-the-right-mode"],
  ],
  "oidcc-prompt-none-logged-in": [
    [basic, "consent-forgotten", "FAILED", "the-response-is-no-error"],
    [basic, "sub-moves", "FAILED", "the-person-is-the-same"],
    [basic, "auth_time-moves", "FAILED", "auth_time-is-the-same"],
  ],
  "oidcc-max-age-1": [
    [basic, "max_age-ignored", "FAILED", "the-person-signs-in-again"],
    [basic, "auth_time-of-the-first-sign-in", "FAILED", "auth_time-is-later"],
    [basic, "auth_time-dropped", "FAILED", "auth_time-is-there-with-max_age"],
  ],
  "oidcc-max-age-10000": [
    [basic, "auth_time-dropped", "FAILED", "auth_time-is-there-with-max_age"],
    [basic, "signs-in-every-time", "FAILED", "no-page-comes-again"],
    [basic, "auth_time-moves", "FAILED", "auth_time-is-the-same"],
  ],
  "oidcc-ensure-request-with-unknown-parameter-succeeds": [[basic, "refuses-extra", "FAILED", "the-response-is-no-error"]],
  "oidcc-id-token-hint": [
    [basic, "refuses-id_token_hint", "FAILED", "the-response-is-no-error"],
    [basic, "sub-moves", "FAILED", "the-person-is-the-same"],
  ],
  "oidcc-login-hint": [[basic, "refuses-login_hint", "FAILED", "the-response-is-no-error"]],
  "oidcc-ui-locales": [[basic, "refuses-ui_locales", "FAILED", "the-response-is-no-error"]],
  "oidcc-claims-locales": [[basic, "refuses-claims_locales", "FAILED", "the-response-is-no-error"]],
  "oidcc-ensure-request-with-acr-values-succeeds": [
    [basic, "refuses-acr_values", "FAILED", "the-response-is-no-error"],
    [basic, "acr-unasked", "WARNING", "acr-is-one-of-those-asked-for"],
  ],
  "oidcc-codereuse": [
    [basic, "code-accepted-twice", "WARNING", "a-code-is-for-once"],
    [basic, "token-error-403", "FAILED", "the-token-endpoint-answers-400"],
    [basic, "token-error-as-text", "FAILED", "the-answer-is-json"],
    [basic, "token-error-unknown", "FAILED", "the-token-error-is-the-expected-one"],
    [basic, "token-error-in-two-lines", "FAILED", "error_description-is-one-line"],
  ],
  "oidcc-codereuse-30seconds": [
    [basic, "code-accepted-twice", "FAILED", "the-token-endpoint-answers-400"],
    [basic, "reuse-revokes-nothing", "WARNING", "what-a-reused-code-gave-is-revoked"],
  ],
  "oidcc-ensure-registered-redirect-uri": [
    [basic, "redirect_uri-by-its-beginning", "FAILED", "the-redirect-goes-to-the-redirect-uri"],
  ],
  "oidcc-ensure-post-request-succeeds": [[basic, "post-not-accepted", "WARNING", "an-authorization-request-may-be-a-post"]],
  "oidcc-server-client-secret-post": [
    [basic, "registers-client_secret_basic", "FAILED", "the-method-is-registered"],
    [basic, "any-credential-does", "FAILED", "the-token-endpoint-answers-400"],
    [basic, "client_secret_post-refused", "FAILED", "the-token-endpoint-answers-200"],
  ],
  "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported": [
    [basic, "objects-ignored", "FAILED", "state-is-the-one-sent"],
    [basic, "refuses-request_uri", "FAILED", "the-response-is-no-error"],
    [basic, "request_uri-not-supported", "WARNING", "discovery-tells-the-truth-about-request-objects"],
  ],
  "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported": [
    [basic, "objects-ignored", "FAILED", "state-is-the-one-sent"],
    [basic, "refuses-request", "FAILED", "the-response-is-no-error"],
    [basic, "request-not-supported", "SKIPPED", "discovery-tells-the-truth-about-request-objects"],
  ],
  "oidcc-ensure-request-object-with-redirect-uri": [
    [basic, "outer-redirect_uri-used", "FAILED", "the-redirect-goes-to-the-redirect-uri"],
    [basic, "request-not-supported", "FAILED", "the-response-is-no-error"],
  ],
  "oidcc-claims-essential": [
    [basic, "claims-parameter-ignored", "WARNING", "the-essential-claim-is-given"],
    [basic, "name-in-the-id-token", "WARNING", "no-claim-is-there-unasked"],
  ],
  "oidcc-refresh-token": [
    [basic, "refresh_token-dropped", "SKIPPED", "refresh-tokens-are-given-as-advertised"],
    [basic, "short-refresh-token", "FAILED", "secrets-are-long-enough"],
    [basic, "refresh-refused", "FAILED", "the-token-endpoint-answers-200"],
    [basic, "refresh-by-any-client", "FAILED", "the-token-endpoint-answers-400"],
    [basic, "access-token-again", "FAILED", "the-access-token-is-a-new-one"],
    [basic, "refreshed-for-another-sub", "FAILED", "the-refreshed-id-token-is-about-the-same"],
    [basic, "refreshed-auth_time", "FAILED", "auth_time-and-nonce-are-those-of-the-sign-in"],
    [basic, "refreshed-with-the-old-iat", "FAILED", "iat-is-that-of-the-refresh"],
    [basic, "refreshed-and-expired", "FAILED", "exp-is-ahead-and-sane"],
    [basic, "refreshed-with-another-nonce", "FAILED", "auth_time-and-nonce-are-those-of-the-sign-in"],
  ],
  "oidcc-ensure-request-with-valid-pkce-succeeds": [
    [basic, "verifier-ignored", "FAILED", "the-token-endpoint-answers-400"],
    [basic, "verifier-compared-plainly", "FAILED", "the-token-endpoint-answers-200"],
    [basic, "refuses-code_challenge", "FAILED", "the-response-is-no-error"],
  ],
  "oidcc-userinfo-rs256": [
    [dynamic, "RS256-not-listed-for-userinfo", "FAILED", "RS256-signs-userinfo"],
    [dynamic, "userinfo-not-signed", "FAILED", "signed-userinfo-is-a-jwt"],
    [dynamic, "signed-userinfo-without-iss", "WARNING", "signed-userinfo-has-iss"],
    [dynamic, "signed-userinfo-without-aud", "WARNING", "signed-userinfo-has-aud"],
    [dynamic, "signed-userinfo-with-nonce", "FAILED", "userinfo-has-no-nonce"],
  ],
  "oidcc-ensure-redirect-uri-in-authorization-request": [
    [dynamic, "redirect_uri-guessed", "FAILED", "the-browser-stays-at-the-provider"],
  ],
  "oidcc-redirect-uri-query-OK": [
    [dynamic, "redirect_uri-loses-its-query", "FAILED", "the-query-of-the-redirect-uri-is-kept"],
  ],
  "oidcc-redirect-uri-query-mismatch": [
    [dynamic, "redirect_uri-without-its-query", "FAILED", "the-browser-stays-at-the-provider"],
  ],
  "oidcc-redirect-uri-query-added": [
    [dynamic, "redirect_uri-by-its-beginning", "FAILED", "the-browser-stays-at-the-provider"],
  ],
  "oidcc-redirect-uri-regfrag": [
    [dynamic, "registers-anything", "FAILED", "registration-answers-400"],
    [dynamic, "registration-error-as-text", "FAILED", "the-error-is-json"],
    [dynamic, "registration-error-unknown", "FAILED", "the-registration-error-is-an-expected-one"],
  ],
  "oidcc-registration-logo-uri": [
    [dynamic, "logo-not-shown", "WARNING", "the-page-shows-what-was-registered"],
    [dynamic, "registered-uris-not-told", "FAILED", "the-metadata-is-told-back"],
    [dynamic, "nobody-is-asked", "FAILED", "a-person-saw-a-page"],
  ],
  "oidcc-registration-policy-uri": [[dynamic, "policy-not-shown", "WARNING", "the-page-shows-what-was-registered"]],
  "oidcc-registration-tos-uri": [[dynamic, "terms-not-shown", "WARNING", "the-page-shows-what-was-registered"]],
  "oidcc-registration-jwks-uri": [
    [dynamic, "assertions-not-verified", "FAILED", "jwks_uri-is-fetched"],
    [dynamic, "signatures-of-assertions-ignored", "FAILED", "the-token-endpoint-answers-400"],
  ],
  "oidcc-registration-sector-uri": [
    [dynamic, "sector_identifier_uri-not-fetched", "FAILED", "sector_identifier_uri-is-fetched"],
    [dynamic, "pairwise-ignored", "FAILED", "a-pairwise-sub-is-not-the-public-one"],
  ],
  "oidcc-registration-sector-bad": [[dynamic, "sector-not-compared", "FAILED", "registration-answers-400"]],
  "oidcc-server-rotate-keys": [
    [dynamic, "rotation-without-a-new-key", "FAILED", "a-new-key-with-a-new-kid-is-published"],
    [dynamic, "rotation-to-the-same-key", "FAILED", "a-new-key-with-a-new-kid-is-published"],
    [dynamic, "rotation-drops-the-old-key", "WARNING", "old-keys-stay-published"],
  ],
  "oidcc-refresh-token-rp-key-rotation": [
    [dynamic, "client-keys-fetched-once", "FAILED", "the-token-endpoint-answers-200"],
  ],
  "oidcc-request-uri-unsigned": [
    [dynamic, "objects-ignored", "FAILED", "state-is-the-one-sent"],
    [dynamic, "request_uri-leads-nowhere", "FAILED", "the-browser-comes-back-to-the-client"],
  ],
  "oidcc-request-uri-signed-rs256": [
    [dynamic, "objects-ignored", "FAILED", "state-is-the-one-sent"],
    [dynamic, "request_uri-not-supported", "FAILED", "request_uri-is-supported"],
    [dynamic, "signatures-of-objects-ignored", "FAILED", "an-object-of-another-key-is-refused"],
  ],
  "oidcc-ensure-client-assertion-with-iss-aud-succeeds": [
    [dynamic, "issuer-no-audience", "WARNING", "the-issuer-is-an-audience-of-assertions"],
  ],
  "oidcc-3rd_party-init-login": [
    [thirdParty, "registered-uris-not-told", "FAILED", "the-metadata-is-told-back"],
    [thirdParty, "no-management", "FAILED", "there-is-a-registration_client_uri"],
    [thirdParty, "registration-cannot-be-read", "FAILED", "the-registration-can-be-read"],
    [thirdParty, "initiate_login_uri-not-told-again", "FAILED", "the-metadata-is-told-again"],
  ],
  "oidcc-3rd_party-init-login-nohttps": [[thirdParty, "registers-anything", "FAILED", "registration-answers-400"]],
  "oidcc-rp-initiated-logout-discovery-endpoint-verification": [
    [rpLogout, "end_session_endpoint-dropped", "FAILED", "the-logout-endpoints-are-https"],
    [rpLogout, "end_session_endpoint-over-http", "FAILED", "the-logout-endpoints-are-https"],
  ],
  "oidcc-rp-initiated-logout": [
    [rpLogout, "end_session_endpoint-dropped", "FAILED", "end_session_endpoint-is-known"],
    [rpLogout, "logout-leads-nowhere", "FAILED", "the-browser-comes-back-after-logout"],
    [rpLogout, "logout-redirects-elsewhere", "FAILED", "the-redirect-goes-to-the-redirect-uri"],
    [rpLogout, "logout-drops-state", "FAILED", "state-comes-back-from-logout"],
    [rpLogout, "logout-tells-iss", "WARNING", "logout-adds-nothing-but-state"],
    [rpLogout, "session-survives-logout", "FAILED", "the-error-is-an-expected-one"],
    [rpLogout, "prompt-none-shows-a-page", "FAILED", "an-error-comes-back-without-pages"],
  ],
  "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri": [
    [rpLogout, "any-post_logout_redirect_uri", "FAILED", "the-browser-stays-at-the-provider"],
  ],
  "oidcc-rp-initiated-logout-modified-id-token-hint": [
    [rpLogout, "hint-not-verified", "FAILED", "the-browser-stays-at-the-provider"],
  ],
  "oidcc-rp-initiated-logout-no-id-token-hint": [
    [rpLogout, "logout-redirects-without-a-hint", "FAILED", "the-browser-stays-at-the-provider"],
  ],
  "oidcc-rp-initiated-logout-no-params": [[rpLogout, "session-survives-logout", "FAILED", "the-error-is-an-expected-one"]],
  "oidcc-rp-initiated-logout-no-post-logout-redirect-uri": [
    [rpLogout, "session-survives-logout", "FAILED", "the-error-is-an-expected-one"],
  ],
  "oidcc-rp-initiated-logout-no-state": [
    [rpLogout, "logout-makes-up-a-state", "FAILED", "state-comes-back-from-logout"],
    [rpLogout, "logout-leads-nowhere", "FAILED", "the-browser-comes-back-after-logout"],
  ],
  "oidcc-rp-initiated-logout-only-state": [
    [rpLogout, "session-survives-logout", "FAILED", "the-error-is-an-expected-one"],
  ],
  "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri": [
    [rpLogout, "post_logout_redirect_uri-without-its-query", "FAILED", "the-browser-stays-at-the-provider"],
  ],
  "oidcc-rp-initiated-logout-bad-id-token-hint": [
    [rpLogout, "hint-not-verified", "FAILED", "the-browser-stays-at-the-provider"],
  ],
  "oidcc-frontchannel-logout-discovery-endpoint-verification": [
    [front, "end_session_endpoint-dropped", "FAILED", "the-logout-endpoints-are-https"],
    [front, "front-channel-not-supported", "FAILED", "discovery-says-that-it-is-supported"],
    [front, "front-channel-without-sessions", "FAILED", "discovery-says-that-it-is-supported"],
  ],
  "oidcc-frontchannel-rp-initiated-logout": [
    [front, "sid-dropped", "FAILED", "the-id-token-has-a-sid"],
    [front, "frames-forgotten", "FAILED", "the-frame-of-the-client-is-loaded"],
    [front, "frame-twice", "FAILED", "the-frame-of-the-client-is-loaded"],
    [front, "frame-without-iss", "FAILED", "the-frame-tells-iss"],
    [front, "frame-with-wrong-iss", "FAILED", "the-frame-tells-iss"],
    [front, "frame-with-wrong-sid", "FAILED", "the-frame-tells-sid"],
    [front, "frame-tells-more", "FAILED", "the-frame-tells-iss-and-sid-alone"],
    [front, "logout-leads-nowhere", "FAILED", "the-browser-comes-back-after-logout"],
    [front, "session-survives-logout", "FAILED", "the-error-is-an-expected-one"],
  ],
  "oidcc-backchannel-logout-discovery-endpoint-verification": [
    [back, "end_session_endpoint-dropped", "FAILED", "the-logout-endpoints-are-https"],
    [back, "back-channel-not-supported", "FAILED", "discovery-says-that-it-is-supported"],
    [back, "back-channel-without-sessions", "FAILED", "discovery-says-that-it-is-supported"],
  ],
  "oidcc-backchannel-rp-initiated-logout": [
    [back, "sid-dropped", "FAILED", "the-id-token-has-a-sid"],
    [back, "no-logout-token", "FAILED", "the-logout-token-came"],
    [back, "logout-token-by-put", "FAILED", "the-logout-token-comes-by-post"],
    [back, "logout-token-as-text", "FAILED", "the-logout-token-comes-in-a-form"],
    [back, "logout-token-with-more", "FAILED", "the-form-has-a-logout-token-alone"],
    [back, "logout-token-over-old-tls", "WARNING", "the-provider-speaks-tls-1.3"],
    [back, "logout-token-unsigned", "FAILED", "the-token-has-the-registered-alg"],
    [back, "logout-token-broken", "FAILED", "the-signature-is-good"],
    [back, "logout-token-typed-at", "FAILED", "the-logout-token-is-typed-as-one"],
    [back, "logout-token-with-wrong-iss", "FAILED", "iss-is-the-issuer"],
    [back, "logout-token-with-wrong-aud", "FAILED", "aud-has-the-client"],
    [back, "logout-token-from-long-ago", "FAILED", "iat-is-now"],
    [back, "logout-token-expired", "FAILED", "exp-is-ahead-and-sane"],
    [back, "logout-token-without-jti", "FAILED", "jti-is-a-text"],
    [back, "logout-token-without-events", "FAILED", "events-says-logout-and-nothing-else"],
    [back, "logout-token-with-two-events", "FAILED", "events-says-logout-and-nothing-else"],
    [back, "logout-token-with-wrong-sid", "FAILED", "sid-is-that-of-the-id-token"],
    [back, "logout-token-with-wrong-sub", "FAILED", "sub-is-that-of-the-id-token"],
    [back, "logout-token-with-nonce", "FAILED", "a-logout-token-has-no-nonce"],
  ],
  "oidcc-session-management-discovery-endpoint-verification": [
    [session, "end_session_endpoint-dropped", "FAILED", "the-logout-endpoints-are-https"],
    [session, "check_session_iframe-dropped", "FAILED", "the-logout-endpoints-are-https"],
  ],
  "oidcc-session-management-rp-initiated-logout": [
    [session, "session_state-dropped", "FAILED", "the-response-has-a-session_state"],
    [session, "session_state-of-nobody", "FAILED", "the-frame-says-unchanged"],
    [session, "frame-silent", "FAILED", "the-frame-says-unchanged"],
    [session, "frame-knows-no-errors", "WARNING", "the-frame-says-error-to-what-is-no-state"],
    [session, "frame-always-says-unchanged", "FAILED", "the-frame-says-changed-after-logout"],
    [session, "session-survives-logout", "FAILED", "the-frame-says-changed-after-logout"],
    [session, "logout-drops-state", "FAILED", "state-comes-back-from-logout"],
  ],
};

export const saboteurs = Object.entries(rows).flatMap(([module, of]) =>
  of.map(([{ plan, type }, fault, result, condition]) => ({ module, plan, type, fault, result, condition })),
);

// Conditions that no provider can break alone, and why.
export const unreachable = {
  "issuer-is-an-https-url": "op refuses another --issuer, and issuer-is-the-one-asked comes first",
  "endpoint-is-known": "discovery-has-what-is-needed comes first",
  "jwks_uri-is-known": "discovery-has-what-is-needed comes first",
  "both-id-tokens-have-one-iss": "iss-is-the-issuer comes first, for both",
  "the-object-was-fetched": "what it holds is nowhere else",
  "the-rotation-command-works": "the command is the caller's",
};
