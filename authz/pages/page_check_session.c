#include "authz/pages/embedded.h"
#include "authz/pages/page.h"

/* Session Management 1.0 3.2: loaded into a hidden frame by the pages of every client, so anybody
 * may frame it. It shows nothing and has nothing to click. */
err page_check_session(struct request *rq, struct response *rs) {
    str script;
    TRY(page_asset_path(rq, "check_session.js", &script));
    const struct template_value values[] = {{.name = "script", .text = script}};
    const struct template_scope scope = {values, 1, NULL};
    struct buf out = buf_in(rq->arena, PAGE_MAX);
    template_render(&out, embedded_text("check_session.html"), &scope);
    TRY(buf_str(&out, &rs->body));
    response_header_set(rs, "Content-Type", S("text/html; charset=utf-8"));
    response_header_set(rs, "Content-Security-Policy",
                        S("default-src 'none'; script-src 'self'; base-uri 'none'; "
                          "form-action 'none'; frame-ancestors https: http:"));
    return OK;
}
