#include "authz/interaction.h"

#include "authz/browser_binding.h"
#include "authz/config.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"

#define PURPOSE S("interaction")

/* The string members. */
#define INTERACTION_STRINGS(X)                                                                     \
    X(id)                                                                                          \
    X(params)                                                                                      \
    X(user_id)                                                                                     \
    X(scope)                                                                                       \
    X(challenge_token)                                                                             \
    X(email)

static err read_member(struct request *rq, const json_t *json, const char *name, str *out) {
    return str_dup(rq->arena, json_read_str(json, name), out);
}

static err read_plain(struct request *rq, str plain, struct interaction *out) {
    AUTO(json_ref) json = NULL;
    TRY(json_read_object(plain, &json));
    *out = (struct interaction){.fresh = json_read_true(json, "fresh"),
                                .email_proven = json_read_true(json, "email_proven")};
    REQUIRE(json_read_int(json, "started_ms", &out->started_ms), seal_broken,
            "the interaction has no start");
#define X(member) TRY(read_member(rq, json, #member, &out->member));
    INTERACTION_STRINGS(X)
#undef X
    return OK;
}

err interaction_open(struct request *rq, str sealed, struct interaction *out) {
    const struct authz *authz = authz_of(rq);
    str plain;
    REQUIRE(str_present(sealed), seal_broken, "the form has no interaction");
    TRY(seal_open(&authz->interaction_key, PURPOSE, sealed, rq->arena, &plain));
    TRY(read_plain(rq, plain, out));
    REQUIRE(browser_binding_has(rq, out->id), seal_broken,
            "the interaction is another browser's, or finished");
    REQUIRE(rq->now_ms - out->started_ms < authz->config->interaction_lifetime * 1000, seal_broken,
            "the interaction took too long");
    return OK;
}

static err write_plain(struct request *rq, const struct interaction *interaction, str *out) {
    struct json_put j = json_put_begin(rq->arena, INTERACTION_MAX);
    json_put_open(&j, '{');
    json_put_int(&j, "started_ms", interaction->started_ms);
    json_put_bool(&j, "fresh", interaction->fresh);
    json_put_bool(&j, "email_proven", interaction->email_proven);
#define X(member) json_put_str(&j, #member, interaction->member);
    INTERACTION_STRINGS(X)
#undef X
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

err interaction_seal(struct request *rq, struct response *rs, struct interaction *interaction,
                     str *sealed) {
    str plain;
    if (!str_present(interaction->id))
        TRY(browser_binding_add(rq, rs, &interaction->id));
    TRY(write_plain(rq, interaction, &plain));
    return seal(&authz_of(rq)->interaction_key, PURPOSE, plain, rq->arena, sealed);
}

err interaction_finish(struct request *rq, struct response *rs,
                       const struct interaction *interaction) {
    if (!str_present(interaction->id))
        return OK;
    return browser_binding_remove(rq, rs, interaction->id);
}

void interaction_set_email(struct interaction *interaction, str email) {
    bool fits = email.n <= INTERACTION_EMAIL_MAX;
    interaction->email = fits ? str_trim(email) : STR_ABSENT;
    interaction->email_proven = false;
    interaction->challenge_token = STR_ABSENT;
}
