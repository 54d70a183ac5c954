#include "authz/developer/snippets.h"

#include "authz/pages/embedded.h"
#include "common/base/json_read.h"
#include "common/base/percent.h"

static err put(json_t *snippet, const char *name, str text) {
    return developer_set(snippet, name, json_stringn(text.p, text.n));
}

/* RFC 3986 2.2 without what quotes, ends or substitutes in a shell or a string literal. */
static bool is_harmless(str uri) {
    static const str marks = S_INIT("-._~:/?&=%+@,[]");
    for (size_t i = 0; i < uri.n; i++) {
        char c = uri.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && str_find(marks, c) == marks.n)
            return false;
    }
    return uri.n > 0;
}

static str choose_uri(const json_t *app) {
    const json_t *list = json_object_get(app, "redirect_uris"), *item;
    size_t i;
    json_array_foreach(list, i, item) {
        str uri = str_of(json_string_value(item), json_string_length(item));
        if (is_harmless(uri))
            return uri;
    }
    return S("REDIRECT_URI");
}

/* Their templates are rendered where they stand: with snippet_client_id and the others. */
static const struct {
    const char *id, *name, *file;
} languages[] = {
    {"curl", "curl", "snippet_curl.txt"},    {"c", "C", "snippet_c.txt"},
    {"node", "Node.js", "snippet_node.txt"}, {"python", "Python", "snippet_python.txt"},
    {"go", "Go", "snippet_go.txt"},          {"php", "PHP", "snippet_php.txt"},
};

static err put_languages(json_t *doc) {
    json_t *list = json_array();
    TRY(developer_set(doc, "snippets", list));
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++) {
        json_t *row = json_object();
        REQUIRE(row && json_array_append_new(list, row) == 0, no_memory, "no memory for snippets");
        TRY(put(row, "id", str_from(languages[i].id)));
        TRY(put(row, "language_name", str_from(languages[i].name)));
        TRY(put(row, "code", embedded_text(languages[i].file)));
    }
    return OK;
}

err snippets_add(struct request *rq, const json_t *app, json_t *doc) {
    str uri = choose_uri(app), encoded;
    str auth = json_read_str(app, "token_endpoint_auth_method");
    json_t *snippet = json_object();
    TRY(developer_set(doc, "snippet", snippet));
    TRY(percent_encode(rq->arena, uri, &encoded));
    TRY(put(snippet, "issuer", authz_of(rq)->issuer));
    TRY(put(snippet, "client_id", json_read_str(app, "client_id")));
    TRY(put(snippet, "redirect_uri", uri));
    TRY(put(snippet, "redirect_uri_encoded", encoded));
    TRY(developer_set(snippet, "basic", json_boolean(str_ends(auth, S("_basic")))));
    TRY(developer_set(snippet, "post", json_boolean(str_ends(auth, S("_post")))));
    TRY(developer_set(snippet, "public", json_boolean(str_eq(auth, S("none")))));
    return put_languages(doc);
}
