/* GET /projects/:slug: for members, and for anybody if it is public. `role` is null for others. */
#include "core/endpoints/projects.h"

struct showing {
    struct request *rq;
    struct standing standing;
};

static err find(struct tx *tx, void *arg) {
    struct showing *in = arg;
    return project_enter(tx, in->rq, ROLE_NONE, &in->standing);
}

err project_show(struct request *rq, struct response *rs) {
    struct showing in = {.rq = rq};
    str json;
    TRY(db_read(core_of(rq)->db, find, &in));
    struct json_put j = json_put_begin(rq->arena, PROJECT_JSON_MAX);
    json_put_open(&j, '{');
    TRY(projects_put(&j, rq->arena, &in.standing.project));
    json_put_str_or_null(&j, "role", member_role_name(in.standing.role));
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, 200, json);
    return OK;
}
