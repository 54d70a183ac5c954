#include "core/endpoints/page.h"

#include "common/base/form.h"

/* A row of a list is shorter than ROW_MAX. */
enum { ROWS = 100, BYTES = 128 * 1024, ROW_MAX = 32 * 1024, SCRATCH = 256 * 1024 };

err page_begin(struct request *rq, struct page *out) {
    struct form form = {0};
    *out = (struct page){.j = json_put_begin(rq->arena, BYTES + ROW_MAX), .now_ms = rq->now_ms};
    TRY(form_parse(rq->arena, str_present(rq->query) ? rq->query : S(""), &form));
    TRY(form_unique(&form, S("")));
    out->after = form_get(&form, S("after"));
    out->scratch = arena_new(SCRATCH);
    REQUIRE(out->scratch, no_memory, "the request needs more memory than it may have");
    json_put_open(&out->j, '[');
    return OK;
}

err page_fill(struct request *rq, struct page *page, struct db_rows *rows, page_put_fn *put) {
    str id;
    TRY(db_next(rows, &page->more));
    for (size_t n = 0; page->more && n < ROWS && page->j.buf.n < BYTES; n++) {
        TRY(put(page, rows, &id));
        TRY(str_dup(rq->arena, id, &page->last));
        arena_reset(page->scratch);
        TRY(db_next(rows, &page->more));
    }
    return OK;
}

err page_end(struct request *rq, struct response *rs, struct page *page) {
    str json, link;
    json_put_close(&page->j, ']');
    TRY(json_put_done(&page->j, &json));
    if (page->more) {
        TRY(STR_JOIN(rq->arena, &link, S("<?after="), page->last, S(">; rel=\"next\"")));
        response_header(rs, "Link", link);
    }
    response_json(rs, 200, json);
    return OK;
}

void page_ref_drop(page_ref *page) {
    arena_free(page->scratch);
}
