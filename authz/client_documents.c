#include "authz/client_documents.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "common/base/url.h"

enum { TIMEOUT_MS = 5000 };

struct client_documents {
    struct client_documents_options options;
    _Atomic int inside;
};

err client_documents_new(const struct client_documents_options *options,
                         struct client_documents **out) {
    struct client_documents *documents = calloc(1, sizeof *documents);
    REQUIRE(documents, no_memory, "there is no memory for documents of clients");
    documents->options = *options;
    *out = documents;
    return OK;
}

void client_documents_free(struct client_documents *documents) {
    free(documents);
}

static err check_url(const struct client_documents *documents, str text) {
    struct url url;
    REQUIRE(!failed(url_parse(text, &url)), bad_request, "the address is not a URL");
    bool loopback = documents->options.loopback_http && url_is_loopback(&url);
    REQUIRE(str_eq_nocase(url.scheme, S("https")) || loopback, bad_request,
            "the address is not an https one");
    REQUIRE(!str_present(url.userinfo), bad_request, "the address has user information");
    return OK;
}

static err get(struct client_documents *documents, struct arena *arena,
               const struct client_document *what, str *body) {
    struct fetch_header accept = {S("Accept"), what->accept};
    struct fetch_request request = {.url = str_head(what->url, str_find(what->url, '#')),
                                    .headers = &accept,
                                    .header_count = 1,
                                    .connect_timeout_ms = TIMEOUT_MS,
                                    .timeout_ms = TIMEOUT_MS,
                                    .max_body = what->max_body};
    struct fetch_response answer;
    TRY(fetch(documents->options.fetcher, arena, &request, &answer));
    REQUIRE(answer.status == 200, bad_gateway, "the answer has another status than 200");
    *body = answer.body;
    return OK;
}

err client_documents_get(struct client_documents *documents, struct arena *arena,
                         const struct client_document *what, str *body) {
    TRY(check_url(documents, what->url));
    bool room = atomic_fetch_add(&documents->inside, 1) < documents->options.most;
    err e = room ? get(documents, arena, what, body)
                 : FAIL(overloaded, "too many documents of clients are waited for");
    atomic_fetch_sub(&documents->inside, 1);
    return e;
}
