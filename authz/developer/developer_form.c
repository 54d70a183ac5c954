/* From the fields of a form to a call of the account API. */
#include "authz/developer/developer_page.h"

#include "common/base/json_put.h"
#include "common/base/json_read.h"

enum { PATH_MAX_BYTES = 1024, BODY_MAX = 64 * 1024, NAME_MAX_BYTES = 64 };

/* --- its path --------------------------------------------------------------------------------- */

static bool is_plain(str part) {
    bool dots = true;
    for (size_t i = 0; i < part.n; i++) {
        char c = part.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '-' && c != '_' && c != '.')
            return false;
        dots &= c == '.';
    }
    return part.n > 0 && !dots;
}

static str part_of(const struct request *rq, const struct area *area, str name) {
    if (name.n == 1 && name.p[0] >= '0' && name.p[0] < '0' + REQUEST_MAX_ARGS)
        return rq->args[name.p[0] - '0'];
    return area_field(area, name);
}

err developer_path(struct request *rq, const struct area *area, const char *pattern, str *out) {
    struct buf buf = buf_in(rq->arena, PATH_MAX_BYTES);
    str rest = str_from(pattern), text, name;
    while (str_next(&rest, '{', &text)) {
        buf_add(&buf, text);
        if (!str_next(&rest, '}', &name))
            break;
        str part = part_of(rq, area, name);
        REQUIRE(is_plain(part), not_found, "there is nothing at this address");
        buf_add(&buf, part);
    }
    return buf_str(&buf, out);
}

err developer_after(struct request *rq, str *after) {
    struct form query;
    TRY(form_parse(rq->arena, rq->query, &query));
    *after = form_get(&query, S("after"));
    if (!is_plain(*after))
        *after = STR_ABSENT;
    return OK;
}

/* --- its body --------------------------------------------------------------------------------- */

static void put_lines(struct json_put *j, const char *name, str text) {
    str line;
    json_put_open_at(j, name, '[');
    while (text.n && str_next(&text, '\n', &line)) {
        line = str_trim(str_ends(line, S("\r")) ? str_head(line, line.n - 1) : line);
        if (line.n)
            json_put_item_str(j, line);
    }
    json_put_close(j, ']');
}

static void put_checked(struct json_put *j, const char *name, const struct form *form) {
    str prefix = str_from(name);
    json_put_open_at(j, name, '[');
    for (size_t i = 0; i < form->n; i++) {
        str field = form->list[i].name;
        if (str_starts(field, prefix) && field.n > prefix.n + 1 && field.p[prefix.n] == '.')
            json_put_item_str(j, str_from_pos(field, prefix.n + 1));
    }
    json_put_close(j, ']');
}

static void put_field(struct json_put *j, const struct area *area,
                      const struct developer_field *field) {
    str value = area_field(area, str_from(field->name));
    bool empty = str_empty(value);
    switch (field->type) {
    case DEVELOPER_TEXT:
        json_put_str(j, field->name, empty ? STR_ABSENT : value);
        break;
    case DEVELOPER_TEXT_OR_NULL:
        json_put_str_or_null(j, field->name, empty ? STR_ABSENT : value);
        break;
    case DEVELOPER_BOOL:
        json_put_bool(j, field->name, !empty);
        break;
    case DEVELOPER_LINES_OR_NULL:
        if (empty)
            json_put_null(j, field->name);
        else
            put_lines(j, field->name, value);
        break;
    case DEVELOPER_LINES:
        put_lines(j, field->name, value);
        break;
    case DEVELOPER_CHECKED:
        put_checked(j, field->name, &area->form);
        break;
    case DEVELOPER_CONSTANT:
        json_put_raw(j, field->name, str_from(field->json));
        break;
    }
}

err developer_body(struct request *rq, const struct area *area,
                   const struct developer_action *action, str *json) {
    struct json_put j = json_put_begin(rq->arena, BODY_MAX);
    *json = STR_ABSENT;
    if (!action->fields)
        return OK;
    json_put_open(&j, '{');
    for (size_t i = 0; i < action->field_count; i++)
        put_field(&j, area, &action->fields[i]);
    json_put_close(&j, '}');
    return json_put_done(&j, json);
}

/* --- and back --------------------------------------------------------------------------------- */

err developer_set(json_t *object, const char *name, json_t *value) {
    REQUIRE(value && json_object_set_new(object, name, value) == 0, no_memory,
            "the page needs more memory than it may have");
    return OK;
}

/* The names are those of the form's own fields: others are no names of a template's values. */
err developer_keep_typed(const struct area *area, json_t *doc) {
    TRY(developer_set(doc, "typed", json_true()));
    for (size_t i = 0; i < area->form.n; i++) {
        const struct form_param *param = &area->form.list[i];
        char name[NAME_MAX_BYTES + sizeof "typed_"] = "typed_";
        if (param->name.n > NAME_MAX_BYTES || !is_plain(param->name) || !str_present(param->value))
            continue;
        memcpy(name + strlen(name), param->name.p, param->name.n);
        json_t *text = json_stringn(param->value.p, param->value.n);
        if (text) /* NULL: it is no UTF-8 */
            TRY(developer_set(doc, name, text));
    }
    return OK;
}
