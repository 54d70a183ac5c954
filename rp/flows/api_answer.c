#include "rp/flows/api_answer.h"

#include "common/base/json_read.h"
#include "rp/engine/doc.h"
#include "rp/engine/server_nonce.h"
#include "rp/protocol/challenge_read.h"
#include "rp/protocol/header_lines.h"

enum { CHALLENGES_LOOKED_AT = 16 };

static bool is_for_tokens(const struct challenge *challenge) {
    return str_eq_nocase(challenge->scheme, S("Bearer")) ||
           str_eq_nocase(challenge->scheme, S("DPoP"));
}

/* The challenge that tells an error; of several the first. An API that takes both schemes names
 * both, one of them with what was wrong. */
static err find_in(struct hk_op *op, str value, struct challenge *out) {
    struct challenge challenge;
    bool found = true;
    for (int i = 0; i < CHALLENGES_LOOKED_AT && found; i++) {
        TRY(challenge_next(op->arena, &value, &challenge, &found));
        bool tells = found && is_for_tokens(&challenge);
        if (tells && str_present(challenge_get(&challenge, S("error")))) {
            *out = challenge;
            return OK;
        }
    }
    return OK;
}

static err find_challenge(struct hk_op *op, str headers, struct challenge *out) {
    str value;
    *out = (struct challenge){0};
    while (!str_present(out->scheme) && header_next(&headers, S("WWW-Authenticate"), &value))
        TRY(find_in(op, value, out));
    return OK;
}

/* A text that is not UTF-8 cannot be a member, and is left out. */
static void add_text(json_t *doc, const char *name, str value) {
    if (str_present(value))
        json_object_set_new(doc, name, json_stringn(value.p, value.n));
}

/* What hk_begin_with takes is there under its name; max_age is a number. */
static err tell(struct hk_op *op, const struct challenge *challenge) {
    static const char *const members[] = {"error",      "error_description", "scope",
                                          "acr_values", "resource_metadata", "realm"};
    AUTO(json_ref) doc = json_object();
    int64_t max_age;
    REQUIRE(doc, no_memory, "there is no memory for an answer");
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        add_text(doc, members[i], challenge_get(challenge, str_from(members[i])));
    if (!failed(str_to_int(challenge_get(challenge, S("max_age")), INT32_MAX, &max_age)))
        json_object_set_new(doc, "max_age", json_integer(max_age));
    hk_doc_free(op->refusal);
    op->refusal = NULL;
    return doc_new(&op->rp->memory, doc, STR_ABSENT, &op->refusal);
}

/* RFC 9449 9: the API wants its nonce in the proof, and gives one. */
static err ask_again(struct hk_op *op, str before, str nonce, bool *again) {
    bool usable = !str_empty(nonce) && nonce.n <= SERVER_NONCE_MAX;
    HOLD(&op->failure, api_nonce_is_new, usable && !str_eq(nonce, before));
    client_event(op->rp, &(hk_event){.what = "retry",
                                     .http_status = op->failure.http_status,
                                     .detail = "the API asks for a DPoP nonce"});
    *again = true;
    return OK;
}

static err refuse(struct hk_op *op, int status, str error) {
    struct failure *failure = &op->failure;
    HOLD(failure, api_scope_is_enough, !str_eq(error, S("insufficient_scope")));
    HOLD(failure, api_authentication_is_enough,
         !str_eq(error, S("insufficient_user_authentication")));
    HOLD(failure, api_takes_the_proof, !str_eq(error, S("invalid_dpop_proof")));
    bool no_token = str_eq(error, S("invalid_token")) || (!str_present(error) && status == 401);
    HOLD(failure, api_takes_the_token, !no_token);
    HOLD(failure, api_takes_the_request, !str_present(error));
    return OK;
}

err api_judge(struct hk_op *op, const struct api_answer *answer, bool *again) {
    struct challenge challenge;
    str headers = answer->headers, nonce = STR_ABSENT, before;
    *again = false;
    TRY(server_nonce_get(op, NONCE_OF_API, answer->url, &before));
    if (header_next(&headers, S("DPoP-Nonce"), &nonce))
        TRY(server_nonce_keep(op, NONCE_OF_API, answer->url, nonce));
    if (answer->status < 400 || answer->status > 499)
        return OK;
    TRY(find_challenge(op, answer->headers, &challenge));
    str error = challenge_get(&challenge, S("error"));
    if (!str_present(error) && answer->status != 401)
        return OK;
    op->failure.http_status = answer->status;
    failure_oauth(&op->failure, error);
    if (str_eq(error, S("use_dpop_nonce")))
        return ask_again(op, before, nonce, again);
    TRY(tell(op, &challenge));
    return refuse(op, answer->status, error);
}
