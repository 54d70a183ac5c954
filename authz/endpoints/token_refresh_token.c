/* grant_type=refresh_token, RFC 6749 6 and OIDC Core 12. */
#include "authz/store/refresh_token.h"

#include "authz/authz.h"
#include "authz/client_failures.h"
#include "authz/config.h"
#include "authz/endpoints/token.h"
#include "authz/person.h"
#include "authz/protocol/scope.h"
#include "common/base/base64url.h"
#include "keys/digest.h"

#define INVALID "Invalid or expired refresh token"

enum { SLIDE_EVERY_MS = 60 * 60 * 1000, SLIDES_IN_WINDOW = 24 };

static err find(struct request *rq, const struct token_request *in, str hash,
                struct refresh_token *out) {
    err e = refresh_token_get(authz_of(rq)->store, rq->arena, hash, out);
    REQUIRE(client_failures_rule(rq, !err_is(e, E_not_found),
                                 "there is no such refresh token, or it was forgotten long ago"),
            invalid_grant, INVALID);
    TRY(e);
    REQUIRE(client_failures_rule(rq, str_eq(out->grant.client_id, in->client.client_id),
                                 "the refresh token was issued to another client"),
            invalid_grant, INVALID);
    REQUIRE(client_failures_rule(rq, grant_alive(&out->grant, rq->now_ms),
                                 "the grant was revoked, or is as old as one may be"),
            invalid_grant, INVALID);
    REQUIRE(client_failures_rule(rq, rq->now_ms < out->expires_ms,
                                 "the refresh token was not used for too long"),
            invalid_grant, INVALID);
    return OK;
}

/* RFC 6749 6: not more than was granted. What the client may have by now counts too. */
static err decide_scope(struct request *rq, const struct token_request *in,
                        const struct grant *grant, str *out) {
    TRY(scope_intersect(rq->arena, grant->scope, in->client.scope, out));
    if (!str_present(in->scope))
        return OK;
    TRY(scope_check(in->scope));
    REQUIRE(scope_within(in->scope, *out), invalid_scope, "scope holds more than was granted");
    return scope_intersect(rq->arena, in->scope, *out, out);
}

static int64_t idle_end_ms(const struct request *rq, const struct grant *grant) {
    int64_t end = rq->now_ms + authz_of(rq)->config->refresh_token_idle * 1000;
    return end < grant->expires_ms ? end : grant->expires_ms;
}

/* A confidential client's token stays the same and its window slides. The new end is written only
 * when it is an hour (or a 24th of a shorter window) later than the stored one, so that nearly
 * every refresh needs no durable write and is answered on the event loop; the price is a window
 * that may be so much shorter than configured. */
static err slide(struct request *rq, const struct refresh_token *token, str hash) {
    int64_t window_ms = authz_of(rq)->config->refresh_token_idle * 1000;
    int64_t step_ms = window_ms / SLIDES_IN_WINDOW;
    int64_t end_ms = idle_end_ms(rq, &token->grant);
    if (end_ms - token->expires_ms < (step_ms < SLIDE_EVERY_MS ? step_ms : SLIDE_EVERY_MS))
        return OK;
    TRY(may_block(rq));
    return refresh_token_slide(authz_of(rq)->store, hash, end_ms);
}

/* Derived, not drawn: a client that lost the answer and tries again gets the same successor. */
static err successor_of(struct request *rq, str token, str *out) {
    const struct authz *authz = authz_of(rq);
    str key = str_of((const char *)authz->successor_key, sizeof authz->successor_key), text;
    TRY(STR_JOIN(rq->arena, &text, S("refresh successor"), token));
    struct sha256 mac = hmac_sha256(secret_of(key), text);
    TRY(base64url_encode(rq->arena, sha256_str(&mac), &text));
    return STR_JOIN(rq->arena, out, S("hk_rt_"), text);
}

/* RFC 9700 2.2.2, 4.14.2: a public client's token is used once. */
static err rotate(struct request *rq, const struct refresh_token *token, str hash, str *successor,
                  str old) {
    const struct authz *authz = authz_of(rq);
    bool reused;
    TRY(may_block(rq));
    TRY(successor_of(rq, old, successor));
    struct sha256 next = sha256(*successor);
    struct audit_entry audit = audit_entry(rq, AUDIT_refresh_reused, token->grant.user_id,
                                           token->grant.client_id, token->grant.id);
    struct rotation rotation = {.hash = hash,
                                .successor_hash = sha256_str(&next),
                                .grant_id = token->grant.id,
                                .now_ms = rq->now_ms,
                                .successor_expires_ms = idle_end_ms(rq, &token->grant),
                                .grace_ms = authz->config->refresh_grace * 1000,
                                .audit = &audit};
    TRY(refresh_token_rotate(authz->store, &rotation, &reused));
    REQUIRE(client_failures_rule(rq, !reused,
                                 "the refresh token was used before: its grant is revoked"),
            invalid_grant, INVALID);
    return OK;
}

/* Another token than the one that came only if it is rotated; one that was rotated while its client
 * was public stays under that rule. */
static err renew(struct request *rq, const struct token_request *in,
                 const struct refresh_token *token, str hash, str *out) {
    *out = in->refresh_token;
    if (in->client.auth == CLIENT_AUTH_NONE || token->rotated)
        return rotate(rq, token, hash, out, in->refresh_token);
    return slide(rq, token, hash);
}

err token_refresh_token(struct request *rq, const struct token_request *in,
                        struct token_answer *out) {
    struct refresh_token token = {0};
    REQUIRE(str_present(in->refresh_token), invalid_request, "refresh_token is missing");
    struct sha256 hash = sha256(in->refresh_token);
    TRY(find(rq, in, sha256_str(&hash), &token));
    TRY(decide_scope(rq, in, &token.grant, &out->scope));
    err e = person_read(rq, token.grant.user_id, token.grant.signed_in_ms, &out->person);
    REQUIRE(client_failures_rule(rq, !err_is(e, E_not_found),
                                 "the person is gone, or was signed out meanwhile"),
            invalid_grant, INVALID);
    TRY(e);
    TRY(token_check_member(rq, &in->client, token.grant.user_id));
    TRY(renew(rq, in, &token, sha256_str(&hash), &out->refresh_token));
    out->grant = token.grant; /* OIDC Core 12.2: the auth_time of the sign-in, and no nonce */
    return OK;
}
