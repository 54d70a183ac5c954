#include "authz/pages/embedded.h"
#include "authz/pages/pages.h"

static const struct {
    str ending, type;
} types[] = {
    {S_INIT(".css"), S_INIT("text/css; charset=utf-8")},
    {S_INIT(".js"), S_INIT("text/javascript; charset=utf-8")},
    {S_INIT(".svg"), S_INIT("image/svg+xml")},
};

/* Only assets: a template has no type here and is not found. */
static err serve(const struct embedded_file *file, struct response *rs) {
    for (size_t i = 0; file && i < sizeof types / sizeof types[0]; i++) {
        if (!str_ends(str_from(file->name), types[i].ending))
            continue;
        response_header_set(rs, "Content-Type", types[i].type);
        rs->body = str_of((const char *)file->bytes, file->n);
        return OK;
    }
    return FAIL(not_found, "there is no such file");
}

err page_asset(struct request *rq, struct response *rs) {
    return serve(embedded_find(rq->args[0]), rs);
}

err page_icon(struct request *rq, struct response *rs) {
    (void)rq;
    return serve(embedded_find(S("icon.svg")), rs);
}
