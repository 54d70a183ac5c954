#include "common/http/fields.h"

#include <assert.h>

#include "common/base/json_read.h"
#include "common/base/url.h"
#include "common/base/utf8.h"
#include "common/http/email.h"

/* What one row reads: the member, and where its value goes. */
struct member {
    struct request *rq;
    const struct field *field;
    const json_t *value;
    void *to;
};

enum { NO_LIMIT = 0 };

/* Sentences in the words of the API's own validator; %s is the field, %zu a limit. */
static err refuse(const struct member *m, const char *rule, const char *rest) {
    str text;
    TRY(str_printf(m->rq->arena, &text, "The %s field %s", m->field->name, rest));
    return request_field_error(m->rq, m->field->name, rule, text.p);
}

static err refuse_length(const struct member *m, const char *rule, const char *limit, size_t n) {
    str text;
    TRY(str_printf(m->rq->arena, &text, "The %s field must %s %zu characters", m->field->name,
                   limit, n));
    return request_field_error(m->rq, m->field->name, rule, text.p);
}

static err check_length(const struct member *m, size_t length) {
    const struct field *field = m->field;
    if (length < field->min)
        return refuse_length(m, "minLength", "have at least", field->min);
    if (field->max != NO_LIMIT && length > field->max)
        return refuse_length(m, "maxLength", "not be greater than", field->max);
    return OK;
}

static err read_text(const struct member *m, str *out) {
    if (!json_is_string(m->value))
        return refuse(m, "string", "must be a string");
    str text = {json_string_value(m->value), json_string_length(m->value)};
    TRY(check_length(m, utf8_length(text)));
    return str_dup(m->rq->arena, text, out);
}

static err field_text(const struct member *m) {
    return read_text(m, m->to);
}

static err field_email(const struct member *m) {
    str text;
    TRY(read_text(m, &text));
    text = str_trim(text);
    if (!email_valid(text))
        return refuse(m, "email", "must be a valid email address");
    return str_lower(m->rq->arena, text, m->to);
}

static err field_url(const struct member *m) {
    str text;
    struct url url;
    TRY(read_text(m, &text));
    if (failed(url_parse(text, &url)))
        return refuse(m, "url", "must be a valid URL");
    *(str *)m->to = text;
    return OK;
}

static err field_digits(const struct member *m) {
    str text;
    TRY(read_text(m, &text));
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return refuse(m, "regex", "format is invalid");
    *(str *)m->to = text;
    return OK;
}

static err field_bool(const struct member *m) {
    if (!json_is_boolean(m->value))
        return refuse(m, "boolean", "must be a boolean");
    *(bool *)m->to = json_is_true(m->value);
    return OK;
}

static err field_word(const struct member *m) {
    str text;
    TRY(read_text(m, &text));
    if (str_find(text, ' ') < text.n || !str_has_word(str_from(m->field->choices), text))
        return refuse(m, "enum", "is not one of the allowed values");
    *(str *)m->to = text;
    return OK;
}

static err read_json(const struct member *m) {
    str text;
    TRY(json_read_dump(m->rq->arena, m->value, &text));
    TRY(check_length(m, text.n));
    *(str *)m->to = text;
    return OK;
}

static err field_object(const struct member *m) {
    if (!json_is_object(m->value))
        return refuse(m, "object", "must be an object");
    return read_json(m);
}

static err field_list(const struct member *m) {
    if (!json_is_array(m->value))
        return refuse(m, "array", "must be an array");
    for (size_t i = 0; i < json_array_size(m->value); i++)
        if (!json_is_string(json_array_get(m->value, i)))
            return refuse(m, "string", "must hold only strings");
    return read_json(m);
}

static err (*const readers[])(const struct member *) = {
    [FIELD_TEXT] = field_text,     [FIELD_EMAIL] = field_email, [FIELD_URL] = field_url,
    [FIELD_DIGITS] = field_digits, [FIELD_BOOL] = field_bool,   [FIELD_WORD] = field_word,
    [FIELD_OBJECT] = field_object, [FIELD_LIST] = field_list,
};

/* The API treats an empty text as null, as its forms always did. */
static bool is_null(const json_t *value) {
    return json_is_null(value) || (json_is_string(value) && json_string_length(value) == 0);
}

static err read_member(const struct member *m, enum field_state *state) {
    *state = FIELD_MISSING;
    if (m->value && is_null(m->value) && m->field->flags & FIELD_NULLABLE) {
        *state = FIELD_NULL;
        return OK;
    }
    if (!m->value || is_null(m->value)) {
        if (m->field->flags & FIELD_REQUIRED)
            return refuse(m, "required", "must be defined");
        return OK;
    }
    *state = FIELD_SET;
    return readers[m->field->type](m);
}

static err read_body(const struct request *rq, json_t **doc) {
    if (rq->body.n == 0)
        return json_read_object(S("{}"), doc);
    return json_read_object(rq->body, doc);
}

err fields_read_states(struct request *rq, const struct field *table, size_t n, void *out,
                       enum field_state *states) {
    assert(n <= FIELDS_MAX);
    AUTO(json_ref) doc = NULL;
    TRY(read_body(rq, &doc));
    err first = OK;
    for (size_t i = 0; i < n; i++) {
        const struct member member = {rq, &table[i], json_object_get(doc, table[i].name),
                                      (char *)out + table[i].offset};
        err e = read_member(&member, &states[i]);
        if (failed(e) && !err_is(e, E_validation))
            return e;
        first = failed(first) ? first : e;
    }
    return first;
}

err fields_read(struct request *rq, const struct field *table, size_t n, void *out) {
    enum field_state states[FIELDS_MAX];
    return fields_read_states(rq, table, n, out, states);
}

err fields_read_body(struct request *rq, void *out) {
    const struct field_table *takes = rq->route->takes;
    return fields_read(rq, takes->rows, takes->n, out);
}

err fields_read_body_states(struct request *rq, void *out, enum field_state *states) {
    const struct field_table *takes = rq->route->takes;
    return fields_read_states(rq, takes->rows, takes->n, out, states);
}
