/* The core store, as authz sees it: one function with HTTP-shaped input and output.
 *
 * Embedded, core_call runs the handler in this process; the other implementation (authz/core_http)
 * sends the same request to a hitkey-core over a socket. The routes are in core/routes.def: the
 * account API of docs/api.md, and the calls under /internal/ that only a service may make:
 *
 *   POST /internal/sign-in        {"email","password"}
 *        200 {"user_id","amr":["pwd"]} | 202 {"challenge_token"} | 401 INVALID_CREDENTIALS,
 *        EMAIL_NOT_VERIFIED | 429
 *   POST /internal/second-factor  {"challenge_token","code"}     a TOTP or a recovery code
 *        200 {"user_id","amr":["pwd","otp","mfa"]} | 400 INVALID_CODE, INVALID_TOKEN | 429
 *   POST /internal/register/verify {"email","code","binding"}   the second step: `binding` is a
 *        secret of the browser, which alone may take the third   200 | 400 as /auth/register/verify
 *   POST /internal/register       {"email","password","binding"} the third, without an API token
 *        200 {"user_id","amr":["pwd"]} | 400 as /auth/register/password
 *   POST /internal/register/with-invite {"invite_token","email","password"}
 *        200 {"user_id","amr":["pwd"],"project_slug","redirect_url":…|null} | 404 INVITE_NOT_FOUND
 * | 400 INVITE_EXPIRED, EMAIL_MISMATCH, EMAIL_ALREADY_VERIFIED GET  /internal/bearer Authorization:
 * Bearer hitkey_…   200 {"user_id"} | 401 GET  /internal/users/:id      200: the user's claims
 * under their OpenID Connect names, those that are set: sub, email, email_verified, name,
 * given_name, …, address{}, updated_at, and display_name, native_script, preferred_order | 404 GET
 * /internal/projects/:project/members/:user_id   :project is an id or a slug 200
 * {"project_id","project_name","project_slug","is_public":bool,
 *        "role":"owner"|"admin"|"member"|null,"permissions":["key",…]} | 404 PROJECT_NOT_FOUND
 *
 * A service may also make the account API's calls for a person whom it has signed in itself: with
 * `X-Act-As: <user id>` instead of the person's API token. The person must exist (404).
 */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include "common/http/http.h"
#include "keys/master.h"

struct core;

struct core_options {
    str db_path; /* core.db */
    const struct master_key *master;
    str issuer; /* the base of links in mails and of the otpauth label */
    str smtp_url, mail_dir, mail_from, ca_file;
    str service_credential;  /* admits callers of /internal/ over a socket; absent: none */
    size_t hash_concurrency; /* password hashes at once (19 MiB each); 0: one a core */
    size_t hash_callers;     /* threads that may be at a hash or wait for one: half the workers */
    struct rate_limiter *limiter;
    uint32_t test_hash_memory_kib, test_hash_passes; /* for tests: cheaper passwords; 0: the real */
    int64_t (*test_clock_ms)(void); /* for tests: of the threads for mail and expiry; NULL: real */
};

err core_open(const struct core_options *options, struct core **out) MUST_CHECK;
void core_close(struct core *core);
/* Answers rq, which must be on a worker for every call but GET /internal/…: those only read. */
void core_call(struct core *core, struct request *rq, struct response *rs);
/* The same as an app, to serve it over a socket. */
const struct app *core_app(const struct core *core);
/* Its routes, also for whoever has no store open: the OpenAPI document. */
const struct route *core_routes(size_t *n);
/* Whether the store answers, for /health. */
err core_check(struct core *core) MUST_CHECK;

#endif
