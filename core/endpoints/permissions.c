#include "core/endpoints/permissions.h"

#include "common/base/clock.h"

/* Words of a claim: no spaces, and nothing to escape. */
static bool is_key(str key) {
    for (size_t i = 0; i < key.n; i++) {
        char c = key.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (i == 0 || str_find(S("._:/-"), c) == 5))
            return false;
    }
    return key.n > 0;
}

err permissions_read(struct request *rq, struct permission_body *body,
                     enum field_state states[PERMISSION_BODY_FIELDS]) {
    TRY(fields_read_body_states(rq, body, states));
    if (states[PERMISSION_BODY_KEY] == FIELD_SET && !is_key(body->key))
        TRY(request_field_error(rq, "key", "regex", "The key field format is invalid"));
    if (states[PERMISSION_BODY_DISPLAY_NAME] == FIELD_SET)
        TRY(projects_text(rq, "display_name", &body->display_name));
    if (states[PERMISSION_BODY_DESCRIPTION] == FIELD_SET)
        TRY(projects_description(rq, &body->description, &states[PERMISSION_BODY_DESCRIPTION]));
    return OK;
}

void permissions_merge(const struct permission_body *body,
                       const enum field_state states[PERMISSION_BODY_FIELDS],
                       struct permission *permission) {
    if (states[PERMISSION_BODY_KEY] == FIELD_SET)
        permission->key = body->key;
    if (states[PERMISSION_BODY_DISPLAY_NAME] == FIELD_SET)
        permission->display_name = body->display_name;
    if (states[PERMISSION_BODY_DESCRIPTION] != FIELD_MISSING)
        permission->description = body->description;
    if (states[PERMISSION_BODY_IS_DEFAULT] == FIELD_SET)
        permission->is_default = body->is_default;
}

err permissions_put(struct json_put *j, struct arena *arena, const struct permission *permission) {
    str created;
    TRY(clock_iso8601(arena, permission->created_ms, &created));
    json_put_open(j, '{');
    json_put_str(j, "id", permission->id);
    json_put_str(j, "key", permission->key);
    json_put_str(j, "display_name", permission->display_name);
    json_put_str_or_null(j, "description", permission->description);
    json_put_bool(j, "is_default", permission->is_default);
    json_put_str(j, "created_at", created);
    json_put_close(j, '}');
    return OK;
}

err permissions_answer(struct request *rq, struct response *rs, int status,
                       const struct permission *permission) {
    struct json_put j = json_put_begin(rq->arena, PROJECT_JSON_MAX);
    str json;
    TRY(permissions_put(&j, rq->arena, permission));
    TRY(json_put_done(&j, &json));
    response_json(rs, status, json);
    return OK;
}
