/* grant_type=authorization_code, RFC 6749 4.1.3: everything that can be wrong is found before the
 * code is used up; then the code is used and its grant is made by one insert. */
#include "authz/authorization_code.h"
#include "authz/authz.h"
#include "authz/client_failures.h"
#include "authz/config.h"
#include "authz/endpoints/token.h"
#include "authz/membership.h"
#include "authz/person.h"
#include "authz/protocol/pkce.h"
#include "authz/protocol/redirect_uri.h"
#include "common/base/random.h"
#include "keys/digest.h"

#define INVALID "Invalid or expired authorization code"

enum { REFRESH_TOKEN_BYTES = 32 };

/* RFC 6749 4.1.3: required if it was in the authorization request, and the same. */
static err check_redirect_uri(struct request *rq, const struct token_request *in,
                              const struct code *code) {
    struct redirect_uri_rules rules = {.normalise = in->client.hitkey, .native = in->client.native};
    if (!str_present(in->redirect_uri) && !code->redirect_uri_given)
        return OK;
    return redirect_uri_repeat(rq->arena, &rules, code->redirect_uri, in->redirect_uri);
}

static err check_pkce(struct request *rq, const struct token_request *in, const struct code *code) {
    REQUIRE(str_present(code->challenge) || in->client.auth != CLIENT_AUTH_NONE, invalid_grant,
            "a public client must use PKCE");
    return pkce_check_verifier(rq->arena, code->challenge, in->code_verifier);
}

static struct audit_entry reused(const struct request *rq, const struct code *code) {
    return audit_entry(rq, AUDIT_grant_revoked_by_reuse, code->user_id, code->client_id,
                       STR_ABSENT);
}

static struct code_use code_use(const struct code *code, const struct sha256 *hash) {
    return (struct code_use){.hash = sha256_str(hash), .front_grant_id = code->front_grant_id};
}

/* A used code that comes back after its time is still a used code (RFC 6749 4.1.2). */
static err check_time(struct request *rq, const struct code *code, const struct sha256 *hash) {
    if (rq->now_ms < code->expires_ms)
        return OK;
    struct audit_entry audit = reused(rq, code);
    struct code_use use = code_use(code, hash);
    TRY(grant_revoke_by_code(authz_of(rq)->store, rq->arena, &use, rq->now_ms, &audit));
    rq->rule = "the code has expired";
    return FAIL(invalid_grant, INVALID);
}

static err check(struct request *rq, const struct token_request *in, const struct code *code,
                 const struct sha256 *hash) {
    REQUIRE(client_failures_rule(rq, str_eq(code->client_id, in->client.client_id),
                                 "the code was issued to another client"),
            invalid_grant, INVALID);
    TRY(check_redirect_uri(rq, in, code));
    TRY(check_pkce(rq, in, code));
    return check_time(rq, code, hash);
}

static err read_person(struct request *rq, const struct token_request *in, const struct code *code,
                       json_t **out) {
    err e = person_read(rq, code->user_id, code->signed_in_ms, out);
    REQUIRE(client_failures_rule(rq, !err_is(e, E_not_found),
                                 "the person is gone, or was signed out meanwhile"),
            invalid_grant, INVALID);
    TRY(e);
    return token_check_member(rq, &in->client, code->user_id);
}

/* Without a refresh token a grant need not outlive its access token, nor its code. */
static int64_t life_s(const struct config *config, bool refresh) {
    if (refresh)
        return config->refresh_token_lifetime;
    return config->access_token_lifetime > config->code_lifetime ? config->access_token_lifetime
                                                                 : config->code_lifetime;
}

static err plan_refresh_token(struct request *rq, struct redemption *plan, str *token) {
    int64_t idle_end_ms = rq->now_ms + authz_of(rq)->config->refresh_token_idle * 1000;
    int64_t end_ms = plan->grant->expires_ms;
    TRY(random_token(rq->arena, S("hk_rt_"), REFRESH_TOKEN_BYTES, token));
    struct sha256 hash = sha256(*token);
    plan->refresh_expires_ms = idle_end_ms < end_ms ? idle_end_ms : end_ms;
    return str_dup(rq->arena, sha256_str(&hash), &plan->refresh_hash);
}

static err redeem(struct request *rq, const struct redemption *plan) {
    bool won;
    TRY(grant_redeem(authz_of(rq)->store, rq->arena, plan, &won));
    REQUIRE(client_failures_rule(rq, won, "the code was used before: its grant is revoked"),
            invalid_grant, INVALID);
    return OK;
}

err token_authorization_code(struct request *rq, const struct token_request *in,
                             struct token_answer *out) {
    struct code code;
    REQUIRE(str_present(in->code), invalid_request, "code is missing");
    TRY(authorization_code_open(rq, in->code, &code));
    struct sha256 hash = sha256(code.id);
    TRY(check(rq, in, &code, &hash));
    TRY(read_person(rq, in, &code, &out->person));
    bool refresh = str_has_word(in->client.grant_types, S("refresh_token"));
    TRY(authorization_code_grant(rq, &code, life_s(authz_of(rq)->config, refresh), &out->grant));
    struct audit_entry again = reused(rq, &code), made = again;
    made.event = AUDIT_grant_made;
    made.grant_id = out->grant.id;
    struct redemption plan = {
        .grant = &out->grant, .code = code_use(&code, &hash), .made = &made, .reused = &again};
    if (refresh)
        TRY(plan_refresh_token(rq, &plan, &out->refresh_token));
    TRY(redeem(rq, &plan));
    out->scope = code.scope;
    out->nonce = code.nonce;
    return OK;
}
