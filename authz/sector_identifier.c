#include "authz/sector_identifier.h"

#include "authz/client_documents.h"
#include "common/base/json_read.h"

enum { DOCUMENT_MAX = 64 * 1024 };

static bool lists(const json_t *document, str uri) {
    size_t i;
    json_t *item;
    json_array_foreach(document, i, item) {
        if (str_eq(str_of(json_string_value(item), json_string_length(item)), uri))
            return true;
    }
    return false;
}

static err fetch_document(struct request *rq, str uri, json_t **out) {
    const struct client_document what = {
        .url = uri, .accept = S("application/json"), .max_body = DOCUMENT_MAX};
    str body;
    err e = client_documents_get(authz_of(rq)->client_documents, rq->arena, &what, &body);
    if (err_is(e, E_overloaded) || err_is(e, E_no_memory))
        return e;
    REQUIRE(!failed(e), invalid_client_metadata,
            "the document at sector_identifier_uri cannot be fetched");
    REQUIRE(!failed(json_read(body, out)) && json_is_array(*out), invalid_client_metadata,
            "the document at sector_identifier_uri is not a JSON array");
    return OK;
}

err sector_identifier_check(struct request *rq, const struct client *client) {
    AUTO(json_ref) document = NULL;
    if (!str_present(client->sector_identifier_uri))
        return OK;
    TRY(fetch_document(rq, client->sector_identifier_uri, &document));
    for (size_t i = 0; i < client->redirect_uri_count; i++)
        REQUIRE(lists(document, client->redirect_uris[i]), invalid_client_metadata,
                "the document at sector_identifier_uri does not list every redirect URI");
    return OK;
}
