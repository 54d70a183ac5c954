#include "authz/person.h"

#include "authz/authz.h"
#include "authz/core_link.h"
#include "common/base/json_read.h"

static err ask(struct request *rq, str user_id, struct response *answer) {
    struct core_link *core = authz_of(rq)->core;
    struct core_call call = {.method = HTTP_GET};
    if (core_link_is_remote(core))
        TRY(may_block(rq));
    TRY(STR_JOIN(rq->arena, &call.path, S("/internal/users/"), user_id));
    TRY(core_link_call(core, rq, &call, answer));
    REQUIRE(answer->status != 404, not_found, "no such user");
    REQUIRE(answer->status == 200, core_unavailable, "the core store gave no answer of use");
    return OK;
}

err person_read(struct request *rq, str user_id, int64_t signed_in_ms, json_t **out) {
    struct response answer = {.status = 200};
    int64_t signed_out_ms = 0;
    TRY(ask(rq, user_id, &answer));
    REQUIRE(!failed(json_read_object(answer.body, out)), core_unavailable,
            "the core store gave no answer of use");
    json_read_int(*out, "signed_out_ms", &signed_out_ms);
    REQUIRE(signed_in_ms > signed_out_ms, not_found, "the sign-in was ended");
    return OK;
}

err person_check(struct request *rq, str user_id, int64_t signed_in_ms) {
    AUTO(json_ref) person = NULL;
    return person_read(rq, user_id, signed_in_ms, &person);
}

err person_signed_out(struct request *rq, str user_id, int64_t *until_ms) {
    AUTO(json_ref) person = NULL;
    TRY(person_read(rq, user_id, INT64_MAX, &person));
    *until_ms = 0;
    json_read_int(person, "signed_out_ms", until_ms);
    return OK;
}
