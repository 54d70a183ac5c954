#include "authz/render.h"

#include "authz/client_failures.h"
#include "authz/pages/pages.h"
#include "common/http/render.h"

static const struct row {
    enum err_code code;
    struct page_notice notice;
} rows[] = {
#define RENDER_TEXT(code, title, text, hint) {E_##code, {TEXT_##title, TEXT_##text, TEXT_##hint}},
#include "authz/render_texts.def"
#undef RENDER_TEXT
};

static const struct page_notice *find(enum err_code code) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].code == code)
            return &rows[i].notice;
    return NULL;
}

/* An error without a text of its own: whose fault it is, its status tells. */
static const struct page_notice *notice_for(enum err_code code) {
    const struct page_notice *notice = find(code);
    if (notice)
        return notice;
    return find(err_status(code) < 500 ? E_bad_request : E_internal);
}

static bool wants_page(const struct request *rq) {
    if (rq->route)
        return rq->route->dialect == DIALECT_PAGE;
    str accept = request_header(rq, S("Accept"));
    return str_find_str(accept, S("text/html")) < accept.n;
}

/* The HitKey dialect of the OAuth endpoints that take forms (docs/api.md, "Two dialects"). */
static bool speaks_oauth(const struct request *rq) {
    if (!rq->route || rq->route->dialect != DIALECT_OAUTH)
        return false;
    return !(rq->route->body & BODY_FORM) ||
           !str_eq_nocase(request_media_type(rq), S("application/json"));
}

void render(struct request *rq, err e, struct response *rs) {
    client_failures_note(rq, e);
    if (wants_page(rq)) {
        int status = e.code == E_seal_broken ? 400 : err_status(e.code);
        if (failed(page_notice(rq, rs, status, notice_for(e.code))))
            rs->status = status; /* no memory for a page: the status says it */
        render_retry_after(rq, rs);
        return;
    }
    if (speaks_oauth(rq))
        render_oauth_error(rq, e, rs);
    else
        render_api_error(rq, e, rs);
}
