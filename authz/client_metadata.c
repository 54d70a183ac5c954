#include "authz/client_metadata.h"

#include <assert.h>

#include "authz/client_metadata_rules.h"
#include "authz/client_metadata_types.h"
#include "authz/protocol/scope.h"
#include "keys/jwk.h"

enum { METADATA_MAX = 64 * 1024, LOCALIZED_MAX = 32 };

/* What the table's choices are written with. */
#define GRANT_TYPE(id, name, waits) name " "
static const char GRANT_TYPES[] =
#include "authz/protocol/grant_types.def"
    "implicit"; /* the authorization endpoint's own */
#undef GRANT_TYPE
#define JOSE_ALG(id, name, kty, bits, crv, size) name " "
static const char SIGNING_ALGS[] =
#include "keys/jose_alg.def"
    ;
#undef JOSE_ALG
#define JOSE_ALG(id, name, kty, bits, crv, size) name " "
static const char REQUEST_OBJECT_ALGS[] =
#include "keys/jose_alg.def"
    "none"; /* with --allow-unsigned-request-objects */
#undef JOSE_ALG

#define JWE_ALG(id, name, kty, bits) name " "
static const char JWE_ALGS[] =
#include "keys/jwe_alg.def"
    ;
#undef JWE_ALG
#define JWE_ENC(id, name, key, iv, tag, hash) name " "
static const char JWE_ENCS[] =
#include "keys/jwe_enc.def"
    ;
#undef JWE_ENC
/* Request objects: the RSA keys of the ring are for RSA-OAEP-256 alone. */
static const char OWN_JWE_ALGS[] = "RSA-OAEP-256 ECDH-ES ECDH-ES+A128KW ECDH-ES+A192KW "
                                   "ECDH-ES+A256KW dir A128KW A192KW A256KW";
/* ID tokens and userinfo answers: our own keys, or the secret of the client. */
static const char ANSWER_ALGS[] = "RS256 PS256 ES256 EdDSA HS256 HS384 HS512";

static const struct metadata_row rows[] = {
#define CLIENT_METADATA(name, type, fallback, max, choices)                                        \
    {name, metadata_##type, fallback, max, choices},
#include "authz/client_metadata.def"
#undef CLIENT_METADATA
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

/* --- defaults ------------------------------------------------------------------------------- */

static err put_default(struct metadata_check *c, const struct metadata_row *row) {
    REQUIRE(row->type != metadata_REDIRECT_URIS, invalid_redirect_uri, "redirect_uris is missing");
    if (row->type == metadata_SCOPES)
        json_put_str(&c->j, row->name, scope_all());
    if (row->choices == GRANT_TYPES)
        json_put_words(&c->j, row->name,
                       client_metadata_grant_types(json_object_get(c->given, "response_types")));
    if (!row->fallback)
        return OK;
    if (row->type == metadata_CHOICE ||
        (row->type == metadata_CONTENT && metadata_has_alg(c, row))) /* OIDC Registration 2 */
        json_put_str(&c->j, row->name, str_from(row->fallback));
    if (row->type == metadata_RESPONSE_TYPES)
        json_put_words(&c->j, row->name, str_from(row->fallback));
    if (row->type == metadata_BOOL)
        json_put_bool(&c->j, row->name, strcmp(row->fallback, "true") == 0);
    return OK;
}

/* --- languages: "client_name#es" (OIDC Registration 2.1, RFC 7591 2.2) ----------------------- */

/* The tag behind the row's name; absent if the member is another. */
static str tag_of(const struct metadata_row *row, const char *member) {
    str name = str_from(member);
    size_t hash = str_find(name, '#');
    bool ours = hash < name.n && str_eq(str_head(name, hash), str_from(row->name));
    return ours ? str_from_pos(name, hash + 1) : STR_ABSENT;
}

static err check_localized(struct metadata_check *c, const struct metadata_row *row) {
    const char *member;
    json_t *value;
    int n = 0;
    json_object_foreach(json_read_members(c->given), member, value) {
        str tag = tag_of(row, member);
        if (!str_present(tag) || json_is_null(value))
            continue;
        struct metadata_row localized = *row;
        localized.name = member;
        REQUIRE(metadata_language_tag(tag), invalid_client_metadata,
                "the language tag behind a name is malformed");
        REQUIRE(++n <= LOCALIZED_MAX, invalid_client_metadata, "a name has too many languages");
        TRY(row->type(c, &localized, value));
    }
    return OK;
}

/* --- checking ------------------------------------------------------------------------------- */

static err check_rows(struct metadata_check *c) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const json_t *value = json_object_get(c->given, rows[i].name);
        TRY(value && !json_is_null(value) ? rows[i].type(c, &rows[i], value)
                                          : put_default(c, &rows[i]));
        if (metadata_is_localized(&rows[i]))
            TRY(check_localized(c, &rows[i]));
    }
    return OK;
}

err client_metadata_check(struct arena *arena, const json_t *given, bool development, str *json) {
    struct metadata_check c = {arena, given, development, json_put_begin(arena, METADATA_MAX)};
    AUTO(json_ref) checked = NULL;
    json_put_open(&c.j, '{');
    TRY(check_rows(&c));
    json_put_close(&c.j, '}');
    TRY(json_put_done(&c.j, json));
    TRY(json_read_object(*json, &checked));
    return client_metadata_rules(checked, development);
}

/* --- changing and echoing ------------------------------------------------------------------- */

/* The row that a member belongs to, in whatever language; NULL: none. */
static const struct metadata_row *row_of(const char *member) {
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (strcmp(rows[i].name, member) == 0 ||
            (metadata_is_localized(&rows[i]) && str_present(tag_of(&rows[i], member))))
            return &rows[i];
    return NULL;
}

bool client_metadata_has(const json_t *given) {
    const char *member;
    json_t *value;
    json_object_foreach(json_read_members(given), member, value) {
        if (row_of(member))
            return true;
    }
    return false;
}

err client_metadata_merge(json_t *stored, const json_t *changes) {
    const char *member;
    json_t *value;
    json_object_foreach(json_read_members(changes), member, value) {
        if (row_of(member))
            REQUIRE(json_object_set(stored, member, value) == 0, no_memory,
                    "no memory for metadata");
    }
    return OK;
}

err client_metadata_put(struct json_put *j, struct arena *arena, const json_t *stored) {
    const char *member;
    json_t *value;
    json_object_foreach(json_read_members(stored), member, value) {
        str text, name;
        TRY(str_dup(arena, str_from(member), &name));
        TRY(json_read_dump(arena, value, &text));
        json_put_raw(j, name.p, text);
    }
    return OK;
}

str client_metadata_choices(const char *name) {
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (strcmp(rows[i].name, name) == 0)
            return str_trim(str_from(rows[i].choices));
    assert(false);
    return STR_ABSENT;
}
