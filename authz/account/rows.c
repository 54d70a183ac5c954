#include "authz/account/rows.h"

#include <assert.h>

#include "common/base/clock.h"

struct rows rows_begin(struct request *rq, size_t max) {
    struct rows rows = {.rq = rq, .max = max};
    rows.list = arena_array(rq->arena, max, sizeof *rows.list);
    rows.failed = !rows.list;
    return rows;
}

void rows_next(struct rows *rows) {
    if (rows->failed)
        return;
    assert(rows->n < rows->max);
    rows->values = arena_array(rows->rq->arena, ROW_VALUES, sizeof *rows->values);
    rows->failed = !rows->values;
    if (!rows->failed)
        rows->list[rows->n++] = (struct template_scope){.values = rows->values};
}

/* The last row's next value; NULL: there is no memory. */
static struct template_value *add(struct rows *rows, const char *name) {
    if (rows->failed)
        return NULL;
    assert(rows->n > 0);
    struct template_scope *row = &rows->list[rows->n - 1];
    assert(row->n < ROW_VALUES);
    rows->values[row->n].name = name;
    return &rows->values[row->n++];
}

void rows_put(struct rows *rows, const char *name, str value) {
    struct template_value *to = add(rows, name);
    if (to)
        to->text = value;
}

void rows_put_text(struct rows *rows, const char *name, enum text text) {
    struct template_value *to = add(rows, name);
    if (to)
        *to = texts_value(name, language_of(rows->rq), text);
}

void rows_put_flag(struct rows *rows, const char *name, bool on) {
    rows_put(rows, name, on ? S("yes") : STR_ABSENT);
}

err rows_iso(struct request *rq, str iso, str *out) {
    *out = STR_ABSENT;
    if (!str_present(iso))
        return OK;
    return STR_JOIN(rq->arena, out, str_head(iso, 10), S(" "), str_head(str_from_pos(iso, 11), 5),
                    S(" UTC"));
}

err rows_put_iso(struct rows *rows, const char *name, str iso) {
    str text;
    TRY(rows_iso(rows->rq, iso, &text));
    rows_put(rows, name, text);
    return OK;
}

void rows_put_time(struct rows *rows, const char *name, int64_t time_ms) {
    str iso;
    err e = clock_iso8601(rows->rq->arena, time_ms, &iso);
    if (!failed(e))
        e = rows_put_iso(rows, name, iso);
    rows->failed |= failed(e);
}

void rows_put_list(struct rows *rows, const char *name, const struct rows *inner) {
    rows->failed |= inner->failed;
    struct template_value *to = add(rows, name);
    if (!to)
        return;
    to->rows = inner->list;
    to->row_count = inner->n;
}

err rows_done(const struct rows *rows, const char *name, struct template_value *out) {
    REQUIRE(!rows->failed, no_memory, "the page needs more memory than it may have");
    *out = (struct template_value){.name = name, .rows = rows->list, .row_count = rows->n};
    return OK;
}
