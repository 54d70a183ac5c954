#include "rp/protocol/id_token_claims.h"

#include "common/base/json_read.h"
#include "common/base/secret.h"
#include "keys/half_hash.h"
#include "rp/protocol/hash_claim.h"

enum { MAX_SUB = 255 };

static bool is_printable_ascii(str s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 0x20 || s.p[i] > 0x7e)
            return false;
    return true;
}

err id_token_sub(const struct jwt_check *check, const json_t *claims) {
    str sub = json_read_str(claims, "sub");
    HOLD(check->failure, token_sub_valid, sub.n > 0 && sub.n <= MAX_SUB && is_printable_ascii(sub));
    return OK;
}

/* 3.1.3.7, 4 and 5. More than one audience without azp: nobody says for whom it was made. */
static err azp(const struct jwt_check *check, const json_t *claims) {
    const json_t *value = json_object_get(claims, "azp");
    bool needed = json_array_size(json_object_get(claims, "aud")) > 1;
    HOLD(check->failure, token_azp_present, value || !needed);
    HOLD(check->failure, token_azp_matches,
         !value || str_eq(json_read_str(claims, "azp"), check->client_id));
    return OK;
}

/* 3.1.3.7, 11. A nonce that nobody asked for is another sign-in's; a refreshed token may have that
 * of its first (12.2). */
static err nonce(const struct jwt_check *check, const json_t *claims,
                 const struct id_token_expected *expected) {
    const json_t *value = json_object_get(claims, "nonce");
    bool equal = secret_eq(secret_of(json_read_str(claims, "nonce")), secret_of(expected->nonce));
    bool unasked = value && !str_present(expected->nonce);
    HOLD(check->failure, nonce_present, value || !expected->nonce_required);
    HOLD(check->failure, nonce_was_sent, !unasked || str_present(expected->same_sub));
    HOLD(check->failure, nonce_matches, !value || unasked || equal);
    return OK;
}

/* 3.1.3.8, 3.3.2.10 and 11: fail closed. */
static err hashes(const struct jwt_check *check, const struct jws *jws, const json_t *claims,
                  const struct id_token_expected *expected) {
    const enum jose_alg alg = half_hash_alg(jws);
    bool good;
    TRY(hash_claim_holds(check->arena, alg, expected->access_token,
                         json_object_get(claims, "at_hash"), &good));
    HOLD(check->failure, at_hash_present,
         !expected->at_hash_required || json_object_get(claims, "at_hash"));
    HOLD(check->failure, at_hash_matches, good);
    TRY(hash_claim_holds(check->arena, alg, expected->code, json_object_get(claims, "c_hash"),
                         &good));
    HOLD(check->failure, c_hash_present,
         !expected->c_hash_required || json_object_get(claims, "c_hash"));
    HOLD(check->failure, c_hash_matches, good);
    TRY(hash_claim_holds(check->arena, alg, expected->state, json_object_get(claims, "s_hash"),
                         &good));
    HOLD(check->failure, s_hash_matches, good);
    return OK;
}

/* 3.1.3.7, 12 and 13. */
static err authentication(const struct jwt_check *check, const json_t *claims,
                          const struct id_token_expected *expected) {
    int64_t auth_time;
    TRY(jwt_time(check, claims, "auth_time", &auth_time));
    bool asked = expected->max_age >= 0, known = auth_time != JWT_TIME_ABSENT;
    HOLD(check->failure, auth_time_present, !asked || known);
    HOLD(check->failure, auth_time_is_past, auth_time <= check->now + check->skew);
    HOLD(check->failure, auth_is_recent,
         !asked || !known || check->now - auth_time <= expected->max_age + check->skew);
    HOLD(check->failure, acr_is_asked_for,
         !str_present(expected->acr) || str_has_word(expected->acr, json_read_str(claims, "acr")));
    return OK;
}

/* 3.1.3.7, 2; and 12.2, which says the same where the first token's issuer is the configured one.
 */
static err iss(const struct jwt_check *check, const json_t *claims,
               const struct id_token_expected *expected) {
    if (!str_eq(expected->same_iss, check->issuer))
        TRY(jwt_iss(check, claims));
    HOLD(check->failure, refresh_keeps_iss,
         !str_present(expected->same_iss) ||
             str_eq(expected->same_iss, json_read_str(claims, "iss")));
    return OK;
}

static bool list_has(const json_t *aud, str word) {
    const json_t *item;
    size_t i;
    json_array_foreach(aud, i, item) {
        if (str_eq(str_from(json_string_value(item)), word))
            return true;
    }
    return str_eq(str_from(json_string_value(aud)), word);
}

/* 12.2 */
static err unchanged(const struct jwt_check *check, const json_t *claims,
                     const struct id_token_expected *expected) {
    int64_t auth_time;
    TRY(jwt_time(check, claims, "auth_time", &auth_time));
    HOLD(check->failure, refresh_keeps_sub,
         !str_present(expected->same_sub) ||
             str_eq(expected->same_sub, json_read_str(claims, "sub")));
    HOLD(check->failure, refresh_keeps_aud,
         !str_present(expected->same_aud_client) ||
             list_has(json_object_get(claims, "aud"), expected->same_aud_client));
    HOLD(check->failure, refresh_keeps_auth_time,
         !expected->same_auth_time || auth_time == JWT_TIME_ABSENT ||
             auth_time == expected->same_auth_time);
    return OK;
}

err id_token_claims(const struct jwt_check *check, const struct jws *jws, const json_t *claims,
                    const struct id_token_expected *expected) {
    TRY(jwt_typ(check, jws->header, STR_ABSENT));
    TRY(iss(check, claims, expected));
    TRY(jwt_aud(check, claims));
    TRY(azp(check, claims));
    TRY(jwt_times(check, claims, true));
    TRY(id_token_sub(check, claims));
    TRY(nonce(check, claims, expected));
    TRY(hashes(check, jws, claims, expected));
    TRY(authentication(check, claims, expected));
    return unchanged(check, claims, expected);
}
