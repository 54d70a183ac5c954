#include "authz/pages/page.h"

#include <assert.h>

#include "authz/pages/embedded.h"

err page_asset_path(struct request *rq, const char *name, str *out) {
    return STR_JOIN(rq->arena, out, rq->app->base, S("/assets/"),
                    str_from(embedded_find(str_from(name))->hashed));
}

/* A source expression must not end its directive (CSP Level 3, 2.2.1): such a target gets none. */
static bool plain_source(str target) {
    for (size_t i = 0; i < target.n; i++)
        if (target.p[i] <= ' ' || target.p[i] == ';' || target.p[i] == ',' || target.p[i] == 0x7f)
            return false;
    return target.n > 0;
}

err page_form_target(struct request *rq, str uri, str *out) {
    return STR_JOIN(rq->arena, out, str_head(uri, str_find(uri, ':')), S(":"));
}

/* Nothing but our own style, script and forms. `form-action` also governs the redirect that
 * answers a form, so it names how the client is reached. */
static err content_security_policy(struct request *rq, const struct page *page, str *out) {
    str form_target = page->frame ? page->frame->form_target : STR_ABSENT;
    return STR_JOIN(
        rq->arena, out,
        S("default-src 'none'; style-src 'self'; img-src 'self' https: data:; "
          "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"),
        plain_source(form_target) ? S(" ") : S(""), plain_source(form_target) ? form_target : S(""),
        page->script ? S("; script-src 'self'") : S(""),
        str_present(page->frame_sources) ? S("; frame-src") : S(""), page->frame_sources);
}

static err add_headers(struct request *rq, struct response *rs, const struct page *page,
                       enum language language) {
    str policy;
    TRY(content_security_policy(rq, page, &policy));
    response_header_set(rs, "Content-Type", S("text/html; charset=utf-8"));
    response_header_set(rs, "Content-Language", language_tag(language));
    response_header_set(rs, "Content-Security-Policy", policy);
    response_header_set(rs, "X-Frame-Options", S("DENY"));
    return OK;
}

/* A link or image of a client is shown only if it is https: never javascript: or data:. */
static str https_only(str uri) {
    return str_starts(uri, S("https://")) ? uri : STR_ABSENT;
}

err page_render(struct request *rq, struct response *rs, int status, const struct page *page) {
    static const struct page_frame no_frame;
    const struct page_frame *frame = page->frame ? page->frame : &no_frame;
    const enum language language = language_of(rq);
    str style, icon, script = STR_ABSENT;
    TRY(page_asset_path(rq, "style.css", &style));
    TRY(page_asset_path(rq, "icon.svg", &icon));
    if (page->script)
        TRY(page_asset_path(rq, page->script, &script));

    const struct template_value shared[] = {
        {.name = "base", .text = rq->app->base},
        {.name = "language", .text = language_tag(language)},
        {.name = "direction", .text = language_direction(language)},
        texts_value("title", language, page->title),
        texts_value("heading", language, page->heading ? page->heading : page->title),
        texts_value("lead", language, page->lead),
        {.name = "style", .text = style},
        {.name = "icon", .text = icon},
        {.name = "script", .text = script},
        {.name = "next", .text = page->next},
        {.name = "content", .text = embedded_text(page->template_name)},
        {.name = "interaction", .text = frame->interaction},
        {.name = "client", .text = frame->client_name},
        {.name = "client_uri", .text = https_only(frame->client_uri)},
        {.name = "logo", .text = https_only(frame->logo_uri)},
        {.name = "policy", .text = https_only(frame->policy_uri)},
        {.name = "tos", .text = https_only(frame->tos_uri)},
        {.name = "error", .text = frame->error},
    };
    const struct template_scope texts = texts_scope(language);
    const struct template_scope outer = {shared, sizeof shared / sizeof shared[0], &texts};
    const struct template_scope scope = {page->values, page->n, &outer};
    struct buf out = buf_in(rq->arena, PAGE_MAX);
    template_render(&out, embedded_text(page->layout ? page->layout : "layout.html"), &scope);
    TRY(buf_str(&out, &rs->body));
    rs->status = status;
    return add_headers(rq, rs, page, language);
}
