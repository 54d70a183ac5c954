/* GET /users/search?q=&project_slug=: at most ten people. */
#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/base/utf8.h"
#include "core/endpoints/endpoints.h"
#include "core/fold.h"
#include "core/profile.h"
#include "core/store/project.h"
#include "core/store/user_search.h"

enum {
    ANSWER_MAX = 64 * 1024,
    TEXT_MIN = 2 /* characters */,
    SEARCHES = 100 /* an hour, outside of projects */
};

struct searching {
    struct request *rq;
    str project; /* slug or id, or absent */
    struct user_search search;
    struct user_found found[USER_SEARCH_MOST];
    size_t n;
    struct throttle_budget budget;
};

static err check_text(struct request *rq, str text) {
    if (!str_present(text))
        return request_field_error(rq, "q", "required", "The q parameter must be defined");
    if (!utf8_valid(text) || utf8_has_control(text))
        return request_field_error(rq, "q", "string", "The q parameter must be plain text");
    if (utf8_length(str_trim(text)) < TEXT_MIN)
        return request_field_error(rq, "q", "minLength",
                                   "The q parameter must have at least 2 characters");
    if (str_trim(text).n > EMAIL_MAX)
        return request_field_error(rq, "q", "maxLength",
                                   "The q parameter must not be longer than 254 bytes");
    return OK;
}

static err read_query(struct request *rq, struct searching *out) {
    struct form query = {0};
    if (str_present(rq->query))
        TRY(form_parse(rq->arena, rq->query, &query));
    TRY(form_unique(&query, STR_ABSENT));
    str text = form_get(&query, S("q"));
    TRY(check_text(rq, text));
    out->project = form_get(&query, S("project_slug"));
    return fold(rq->arena, text, &out->search.text);
}

/* Only members see who the members are; of a public project everybody knows that it is there. */
static err enter(struct tx *tx, struct searching *in) {
    struct standing standing = {0};
    bool found;
    TRY(project_find(tx, in->rq->arena, in->project, endpoints_bearer(in->rq)->user_id, &standing,
                     &found));
    REQUIRE(found && (standing.role != ROLE_NONE || standing.project.is_public), PROJECT_NOT_FOUND,
            "There is no such project");
    REQUIRE(standing.role != ROLE_NONE, NOT_PROJECT_MEMBER, "You are not a member of this project");
    in->search.project_id = standing.project.id;
    return OK;
}

/* Everywhere, each search is one of a budget: somebody who guesses addresses gets not far. */
static err run(struct tx *tx, void *arg) {
    struct searching *in = arg;
    if (str_present(in->project)) {
        TRY(enter(tx, in));
    } else {
        TRY(throttle_open(tx, in->rq, &in->budget.throttle));
        TRY(throttle_spend(tx, &in->budget, in->rq->now_ms));
    }
    return user_search(tx, in->rq->arena, &in->search, in->found, &in->n);
}

static err put_found(struct json_put *j, struct arena *arena, const struct user_found *found) {
    AUTO(json_ref) profile = NULL;
    str name;
    TRY(json_read_object(found->profile, &profile));
    TRY(profile_display_name(arena, profile, &name));
    json_put_open(j, '{');
    json_put_str(j, "id", found->id);
    json_put_str_or_null(j, "email", found->email);
    json_put_str_or_null(j, "display_name", name.n ? name : STR_ABSENT);
    TRY(str_dup(arena, json_read_str(profile, "username"), &name));
    json_put_str_or_null(j, "username", name);
    json_put_close(j, '}');
    return OK;
}

err users_search(struct request *rq, struct response *rs) {
    struct searching in = {
        .rq = rq, .budget = {.allowed = SEARCHES, .address_allowed = INT64_C(5) * SEARCHES}};
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    struct db *db = core_of(rq)->db;
    str json;
    TRY(read_query(rq, &in));
    TRY(throttle_budget_for(rq, "throttle searches", endpoints_bearer(rq)->user_id, &in.budget));
    TRY(str_present(in.project) ? db_read(db, run, &in) : db_write(db, run, &in));
    json_put_open(&j, '[');
    for (size_t i = 0; i < in.n; i++)
        TRY(put_found(&j, rq->arena, &in.found[i]));
    json_put_close(&j, ']');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}
