#include "rp/flows/token_request.h"

#include <math.h>

#include "common/base/json_read.h"
#include "rp/engine/session.h"
#include "rp/protocol/token_text.h"

enum { TEN_YEARS_S = 315360000 };

struct token_call {
    struct token_response *out;
};

static err read_tokens(struct hk_op *op, struct token_response *out) {
    out->access_token = json_read_str(out->json, "access_token");
    out->refresh_token = json_read_str(out->json, "refresh_token");
    HOLD(&op->failure, access_token_is_text, token_text_is_plain(out->access_token));
    HOLD(&op->failure, refresh_token_is_text,
         !json_read_has(out->json, "refresh_token") || token_text_is_plain(out->refresh_token));
    return OK;
}

/* Absent, or a string. */
static err read_text(struct hk_op *op, const json_t *json, const char *member, str *out) {
    *out = json_read_str(json, member);
    HOLD(&op->failure, token_members_are_text, str_present(*out) || !json_read_has(json, member));
    return OK;
}

static err read_texts(struct hk_op *op, struct token_response *out) {
    TRY(read_text(op, out->json, "id_token", &out->id_token));
    TRY(read_text(op, out->json, "issued_token_type", &out->issued_token_type));
    TRY(read_text(op, out->json, "scope", &out->scope));
    if (!str_present(out->scope)) /* RFC 6749 5.1: it is what was asked for */
        out->scope = endpoint_sent(op, S("scope"));
    return OK;
}

/* RFC 6749 5.1: the case does not count. */
static err read_type(struct hk_op *op, struct token_response *out) {
    bool asked = endpoint_sent_proof(op);
    str type = json_read_str(out->json, "token_type");
    bool exchanged = str_eq(endpoint_sent(op, S("grant_type")),
                            S("urn:ietf:params:oauth:grant-type:token-exchange"));
    bool dpop = str_eq_nocase(type, S("DPoP")), none = str_eq_nocase(type, S("N_A"));
    out->token_type = dpop ? S("DPoP") : none ? S("N_A") : S("Bearer");
    HOLD(&op->failure, token_type_is_known,
         dpop || str_eq_nocase(type, S("Bearer")) || (none && exchanged));
    HOLD(&op->failure, token_is_bound, dpop || none || !asked);
    HOLD(&op->failure, token_is_unbound, !dpop || asked);
    return OK;
}

/* Some providers write the number as a string. */
static bool lifetime_of(const json_t *value, int64_t *out) {
    int64_t seconds = 0;
    if (json_is_string(value))
        return !failed(str_to_int(str_from(json_string_value(value)), INT64_MAX, out));
    if (!json_is_number(value))
        return false;
    double number = json_number_value(value);
    if (!(number >= 0))
        return false;
    seconds = number > TEN_YEARS_S ? TEN_YEARS_S : (int64_t)number;
    *out = seconds;
    return true;
}

static err read_lifetime(struct hk_op *op, struct token_response *out) {
    int64_t seconds = 0;
    if (!json_read_has(out->json, "expires_in"))
        return OK;
    HOLD(&op->failure, expires_in_is_number,
         lifetime_of(json_object_get(out->json, "expires_in"), &seconds));
    out->expires_at = op_now(op) + (seconds > TEN_YEARS_S ? TEN_YEARS_S : seconds);
    return OK;
}

static bool is_list_of_objects(const json_t *list) {
    size_t i;
    const json_t *item;
    json_array_foreach(list, i, item) {
        if (!json_is_object(item))
            return false;
    }
    return json_is_array(list);
}

static err read_details(struct hk_op *op, struct token_response *out) {
    if (!json_read_has(out->json, "authorization_details"))
        return OK;
    out->authorization_details = json_object_get(out->json, "authorization_details");
    HOLD(&op->failure, details_are_a_list, is_list_of_objects(out->authorization_details));
    return OK;
}

err token_read(struct hk_op *op, struct token_response *out) {
    *out = (struct token_response){0};
    TRY(op_answer_came(op));
    if (op->answer.status >= 400)
        TRY(endpoint_error(op));
    TRY(op_answer_json(op, &out->json));
    HOLD(&op->failure, token_answer_is_200, op->answer.status == 200);
    TRY(read_tokens(op, out));
    TRY(read_texts(op, out));
    TRY(read_type(op, out));
    TRY(read_lifetime(op, out));
    return read_details(op, out);
}

static err read_answer(struct hk_op *op) {
    return token_read(op, op->token->out);
}

err token_push(struct hk_op *op, const struct endpoint_request *request,
               struct token_response *out) {
    op->token = ARENA_NEW(op->arena, struct token_call);
    REQUIRE(op->token, no_memory, "the call needs more memory than it may have");
    op->token->out = out;
    op_push(op, read_answer);
    return endpoint_push(op, request);
}

static void drop_key(void *key) {
    jwk_free(key);
}

err token_key_make(struct hk_op *op, struct jwk **out) {
    const struct options *options = &op->rp->settings.options;
    *out = NULL;
    if (options->dpop == SWITCH_OFF)
        return OK;
    TRY(jwk_generate_in(&op->rp->memory, options->dpop_alg, out));
    return op_defer(op, drop_key, *out);
}

static err copy_key(struct hk_op *op, const struct jwk *key, struct jwk **out) {
    str text;
    json_t *json;
    if (!key)
        return OK;
    TRY(jwk_private_json(key, op->arena, &text));
    TRY(op_json_object(op, text, &json));
    return jwk_import_in(&op->rp->memory, json, out);
}

static err fill(struct hk_op *op, const struct token_response *response, const struct jwk *dpop_key,
                hk_session *session) {
    TRY(session_text(session, op->rp->settings.issuer, &session->iss));
    TRY(session_text(session, op->rp->settings.client_id, &session->client_id));
    TRY(session_text(session, response->access_token, &session->access_token));
    TRY(session_text(session, response->token_type, &session->token_type));
    TRY(session_text(session, response->refresh_token, &session->refresh_token));
    TRY(session_text(session, response->id_token, &session->id_token));
    TRY(session_text(session, response->scope, &session->scope));
    session->access_expires = response->expires_at;
    if (response->authorization_details)
        TRY(json_read_dump(session->arena, response->authorization_details,
                           &session->authorization_details));
    TRY(session_claims_done(session));
    return copy_key(op, dpop_key, &session->dpop_key);
}

err token_session(struct hk_op *op, const struct token_response *response,
                  const struct jwk *dpop_key, hk_session **out) {
    hk_session *session = NULL;
    TRY(session_new(&op->rp->memory, &session));
    err e = fill(op, response, dpop_key, session);
    if (failed(e))
        hk_session_free(session);
    else
        *out = session;
    return e;
}

err token_session_is_ours(struct hk_op *op, const hk_session *session) {
    const struct settings *settings = &op->rp->settings;
    HOLD(&op->failure, session_is_of_this_issuer, str_eq(session->iss, settings->issuer));
    HOLD(&op->failure, session_is_of_this_client, str_eq(session->client_id, settings->client_id));
    return OK;
}

err token_told(struct hk_op *op, const hk_session *session, str old_refresh_token) {
    const struct settings *settings = &op->rp->settings;
    HOLD(&op->failure, tokens_were_kept,
         !settings->on_tokens || settings->on_tokens(settings->on_tokens_context, session,
                                                     hk_str_of(old_refresh_token)) == 0);
    return OK;
}
