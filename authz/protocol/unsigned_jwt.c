#include "authz/protocol/unsigned_jwt.h"

#include "common/base/base64url.h"
#include "common/base/json_read.h"

static err read_header(struct arena *arena, str token, json_t **header) {
    str text;
    REQUIRE(!failed(base64url_decode(arena, str_head(token, str_find(token, '.')), &text)),
            jose_malformed, "the header of the token is not base64url");
    REQUIRE(!failed(json_read_object(text, header)), jose_malformed,
            "the header of the token is not a JSON object with unique members");
    return OK;
}

bool unsigned_jwt_is(struct arena *arena, str token) {
    AUTO(json_ref) header = NULL;
    return !failed(read_header(arena, token, &header)) &&
           str_eq(json_read_str(header, "alg"), S("none"));
}

err unsigned_jwt_payload(struct arena *arena, str token, str *payload) {
    AUTO(json_ref) header = NULL;
    str rest = str_from_pos(token, str_find(token, '.') + 1);
    size_t dot = str_find(rest, '.');
    TRY(read_header(arena, token, &header));
    REQUIRE(str_eq(json_read_str(header, "alg"), S("none")) && !json_object_get(header, "crit"),
            jose_malformed, "the header of an unsigned token must have alg none and no crit");
    REQUIRE(dot + 1 == rest.n, jose_malformed,
            "an unsigned token has three parts, and the last one is empty");
    REQUIRE(!failed(base64url_decode(arena, str_head(rest, dot), payload)), jose_malformed,
            "a part of the token is not base64url");
    return OK;
}
