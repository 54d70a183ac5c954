#include "authz/membership.h"

#include "authz/authz.h"
#include "authz/core_link.h"
#include "common/base/json_read.h"

enum { PROJECT_MAX = 128 };

/* Slugs and ids have no other characters: nothing else may become a part of a path. */
static bool plain(str project) {
    for (size_t i = 0; i < project.n; i++) {
        char c = project.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return project.n > 0 && project.n <= PROJECT_MAX;
}

static err ask(struct request *rq, str project, str user_id, json_t **out) {
    struct core_link *core = authz_of(rq)->core;
    struct core_call call = {.method = HTTP_GET};
    struct response answer = {.status = 200};
    REQUIRE(plain(project), not_found, "no such project");
    if (core_link_is_remote(core))
        TRY(may_block(rq));
    TRY(STR_JOIN(rq->arena, &call.path, S("/internal/projects/"), project, S("/members/"),
                 user_id));
    TRY(core_link_call(core, rq, &call, &answer));
    REQUIRE(answer.status != 404, not_found, "no such project");
    REQUIRE(answer.status == 200 && !failed(json_read_object(answer.body, out)), core_unavailable,
            "the core store gave no answer of use");
    return OK;
}

err membership_read(struct request *rq, str project, str user_id, struct membership *out) {
    AUTO(json_ref) json = NULL;
    *out = (struct membership){0};
    TRY(ask(rq, project, user_id, &json));
    out->is_public = json_read_true(json, "is_public");
    TRY(str_dup(rq->arena, json_read_str(json, "project_id"), &out->project_id));
    return str_dup(rq->arena, json_read_str(json, "role"), &out->role);
}

bool membership_manages(const struct membership *membership) {
    return str_eq(membership->role, S("owner")) || str_eq(membership->role, S("admin"));
}

err membership_check(struct request *rq, const struct client *client, str user_id) {
    struct membership membership;
    if (!str_present(client->project_id))
        return OK;
    err e = membership_read(rq, client->project_id, user_id, &membership);
    REQUIRE(!err_is(e, E_not_found), unauthorized_client, "the project of the client is gone");
    TRY(e);
    REQUIRE(membership.is_public || str_present(membership.role), NOT_PROJECT_MEMBER,
            "only members of its project may sign in to this client");
    return OK;
}

static bool shown(const struct membership_claim *claim) {
    return str_present(claim->client->project_id) &&
           (str_has_word(claim->scope, S("project:read")) ||
            str_has_word(claim->names, S("project")));
}

err membership_add_claim(struct request *rq, const struct membership_claim *claim, json_t *person) {
    AUTO(json_ref) json = NULL;
    if (!shown(claim))
        return OK;
    err e = ask(rq, claim->client->project_id, claim->user_id, &json);
    if (err_is(e, E_not_found))
        return OK;
    TRY(e);
    if (!json_read_has(json, "role"))
        return OK;
    json_object_del(json, "is_public"); /* the rest of the answer is the claim */
    REQUIRE(json_object_set(person, "project", json) == 0, no_memory, "no memory for a claim");
    return OK;
}
