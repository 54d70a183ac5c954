#include "authz/request_uri.h"

#include "authz/client_documents.h"
#include "common/ops/log.h"
#include "common/ops/metrics.h"

static str without_fragment(str uri) {
    return str_head(uri, str_find(uri, '#'));
}

/* OIDC Core 6.2: the fragment may be a hash of the object; it tells that the object has changed,
 * not where it is. */
static bool is_registered(const struct client *client, str uri) {
    bool found = false;
    for (size_t i = 0; i < client->request_uri_count; i++)
        found |= str_eq(without_fragment(client->request_uris[i]), without_fragment(uri));
    return found;
}

/* A file that a person wrote may end with a new line. */
static str trim_end(str text) {
    while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    return text;
}

err request_uri_fetch(struct request *rq, const struct client *client, str uri, str *text) {
    struct client_document what = {
        .url = uri,
        .accept = S("application/oauth-authz-req+jwt, application/jwt, */*;q=0.5"),
        .max_body = REQUEST_URI_MAX_BODY};
    REQUIRE(is_registered(client, uri), invalid_request_uri,
            "request_uri is not among the registered request_uris of the client");
    TRY(may_block(rq));
    err e = client_documents_get(authz_of(rq)->client_documents, rq->arena, &what, text);
    metrics_add(M_request_uri_fetches, failed(e) ? S("failed") : S("ok"), 1);
    if (err_is(e, E_overloaded) || err_is(e, E_no_memory))
        return e;
    if (failed(e))
        log_err(LOG_WARN, "a request_uri", e);
    REQUIRE(!failed(e), invalid_request_uri, "no request object could be fetched from request_uri");
    *text = str_trim(trim_end(*text));
    return OK;
}
