/* GET /docs: a page to read the OpenAPI document with, and its files. */
#include "authz/endpoints/endpoints.h"
#include "authz/openapi/docs_page.h"
#include "common/http/accept_encoding.h"

err docs(struct request *rq, struct response *rs) {
    return docs_page(rq, rs);
}

static const struct {
    str ending, type;
} types[] = {
    {S_INIT(".css"), S_INIT("text/css; charset=utf-8")},
    {S_INIT(".js"), S_INIT("text/javascript; charset=utf-8")},
};

static err find(str name, const struct embedded_file **file, str *type) {
    *file = embedded_file_find(docs_files, docs_file_count, name);
    for (size_t i = 0; *file && i < sizeof types / sizeof types[0]; i++) {
        *type = types[i].type;
        if (str_ends(str_from((*file)->name), types[i].ending))
            return OK;
    }
    return FAIL(not_found, "there is no such file");
}

/* Swagger UI is kept compressed and sent as it is kept. */
err docs_asset(struct request *rq, struct response *rs) {
    const struct embedded_file *file;
    str type;
    TRY(find(rq->args[0], &file, &type));
    REQUIRE(!file->gzip || accept_encoding(request_header(rq, S("Accept-Encoding")), S("gzip")),
            not_acceptable, "this file is sent compressed: accept the encoding gzip");
    response_header_set(rs, "Content-Type", type);
    if (file->gzip) {
        response_header_set(rs, "Content-Encoding", S("gzip"));
        response_header_set(rs, "Vary", S("Accept-Encoding"));
    }
    rs->body = embedded_file_text(file);
    return OK;
}
