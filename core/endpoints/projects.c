#include "core/endpoints/projects.h"

#include "common/base/clock.h"
#include "common/base/utf8.h"

err projects_text(struct request *rq, const char *field, str *text) {
    str message;
    *text = str_trim(*text);
    if (text->n > 0 && !utf8_has_control(*text))
        return OK;
    bool blank = text->n == 0;
    TRY(str_printf(rq->arena, &message, "The %s field %s", field,
                   blank ? "must be defined" : "format is invalid"));
    return request_field_error(rq, field, blank ? "required" : "regex", message.p);
}

/* Several lines: only other controls are refused. */
static bool is_description(str text) {
    str line;
    while (str_next(&text, '\n', &line)) {
        line = str_ends(line, S("\r")) ? str_head(line, line.n - 1) : line;
        if (utf8_has_control(line))
            return false;
    }
    return true;
}

err projects_description(struct request *rq, str *text, enum field_state *state) {
    *text = str_trim(*text);
    if (text->n == 0)
        *state = FIELD_NULL;
    if (*state == FIELD_NULL)
        *text = STR_ABSENT;
    if (is_description(*text))
        return OK;
    return request_field_error(rq, "description", "regex",
                               "The description field format is invalid");
}

err projects_read(struct request *rq, struct project_body *body,
                  enum field_state states[PROJECT_BODY_FIELDS]) {
    TRY(fields_read_body_states(rq, body, states));
    if (states[PROJECT_BODY_NAME] == FIELD_SET)
        TRY(projects_text(rq, "name", &body->name));
    if (states[PROJECT_BODY_DESCRIPTION] == FIELD_SET)
        TRY(projects_description(rq, &body->description, &states[PROJECT_BODY_DESCRIPTION]));
    return OK;
}

err projects_put(struct json_put *j, struct arena *arena, const struct project *project) {
    str created;
    TRY(clock_iso8601(arena, project->created_ms, &created));
    json_put_str(j, "id", project->id);
    json_put_str(j, "name", project->name);
    json_put_str(j, "slug", project->slug);
    json_put_str_or_null(j, "description", project->description);
    json_put_bool(j, "is_public", project->is_public);
    json_put_str(j, "owner_id", project->owner_id);
    json_put_str(j, "created_at", created);
    return OK;
}

err projects_answer(struct request *rq, struct response *rs, int status,
                    const struct project *project) {
    struct json_put j = json_put_begin(rq->arena, PROJECT_JSON_MAX);
    str json;
    json_put_open(&j, '{');
    TRY(projects_put(&j, rq->arena, project));
    json_put_close(&j, '}');
    TRY(json_put_done(&j, &json));
    response_json(rs, status, json);
    return OK;
}
