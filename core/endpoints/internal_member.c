/* GET /internal/projects/:project/members/:user_id: a project, by id or slug, and what a person is
 * in it. No slug looks like an id (core/slug.h). */
#include "core/endpoints/projects.h"

enum { ANSWER_MAX = 32 * 1024 };

struct asking {
    struct request *rq;
    str json;
};

static err put_permissions(struct tx *tx, struct json_put *j, struct arena *arena, str member_id) {
    AUTO(db_rows_ref) rows = NULL;
    bool row;
    str key;
    TRY(DB_QUERY(tx, &rows,
                 "SELECT p.key FROM member_permissions m JOIN project_permissions p"
                 " ON p.id = m.permission_id WHERE m.member_id = ?1 ORDER BY p.key",
                 DB_T(member_id)));
    json_put_open_at(j, "permissions", '[');
    TRY(db_next(rows, &row));
    while (row) {
        TRY(db_get_str(rows, 0, arena, &key));
        json_put_item_str(j, key);
        TRY(db_next(rows, &row));
    }
    json_put_close(j, ']');
    return OK;
}

static err answer(struct tx *tx, void *arg) {
    struct asking *in = arg;
    struct request *rq = in->rq;
    struct standing standing = {0};
    bool found;
    TRY(project_find(tx, rq->arena, rq->args[0], rq->args[1], &standing, &found));
    REQUIRE(found, PROJECT_NOT_FOUND, "There is no such project");
    struct json_put j = json_put_begin(rq->arena, ANSWER_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "project_id", standing.project.id);
    json_put_str(&j, "project_name", standing.project.name);
    json_put_str(&j, "project_slug", standing.project.slug);
    json_put_bool(&j, "is_public", standing.project.is_public);
    json_put_str_or_null(&j, "role", member_role_name(standing.role));
    TRY(put_permissions(tx, &j, rq->arena, standing.member_id));
    json_put_close(&j, '}');
    return json_put_done(&j, &in->json);
}

err internal_member(struct request *rq, struct response *rs) {
    struct asking in = {.rq = rq};
    TRY(db_read(core_of(rq)->db, answer, &in));
    response_json(rs, 200, in.json);
    return OK;
}
