/* JWT Secured Authorization Response Mode (JARM): the answer is in a JWT, and nothing beside it. */
#include "common/base/json_read.h"
#include "rp/flows/callback.h"
#include "rp/flows/provider_jwt.h"

static err add_claim(struct hk_op *op, struct form *form, const char *name, const json_t *value) {
    struct form_param param = {.name = str_from(name)};
    if (json_is_integer(value))
        TRY(str_printf(op->arena, &param.value, "%" JSON_INTEGER_FORMAT,
                       json_integer_value(value)));
    else
        param.value = str_of(json_string_value(value), json_string_length(value));
    if (!str_empty(param.value))
        form->list[form->n++] = param;
    return OK;
}

/* What the claims say are the parameters now. */
static err use_claims(struct hk_op *op, const json_t *claims) {
    struct callback *callback = op->flow;
    const char *name;
    json_t *value;
    callback->form.n = 0;
    callback->form.list =
        arena_array(op->arena, json_object_size(claims), sizeof *callback->form.list);
    REQUIRE(callback->form.list, no_memory, "the call needs more memory than it may have");
    json_object_foreach(json_read_members(claims), name, value) {
        TRY(add_claim(op, &callback->form, name, value));
    }
    return OK;
}

/* JARM 2.4: of our provider, for us, not expired; the signature was verified before. */
static err check(struct hk_op *op) {
    const struct callback *callback = op->flow;
    const struct provider_jwt *jwt = &callback->jarm;
    const struct jwt_check rules = provider_jwt_check(op);
    TRY(jwt_typ(&rules, jwt->verified.jws.header, STR_ABSENT));
    TRY(jwt_iss(&rules, jwt->claims));
    TRY(jwt_aud(&rules, jwt->claims));
    HOLD(&op->failure, jarm_has_exp, json_read_has(jwt->claims, "exp"));
    TRY(jwt_times(&rules, jwt->claims, false));
    return use_claims(op, jwt->claims);
}

err jarm_open(struct hk_op *op) {
    const struct options *options = &op->rp->settings.options;
    struct callback *callback = op->flow;
    str response = form_get(&callback->form, S("response"));
    HOLD(&op->failure, jarm_is_there, str_present(response));
    HOLD(&op->failure, jarm_is_alone, callback->form.n == 1);
    callback->jarm = (struct provider_jwt){.token = response,
                                           .alg = options->authorization_alg,
                                           .encryption = options->authorization_encryption};
    op_push(op, check);
    return provider_jwt_push(op, &callback->jarm);
}
