#include "authz/id_token_hint.h"

#include "authz/token_format.h"
#include "common/base/json_read.h"

#define NOT_OURS "id_token_hint is not an ID token that this client got here"

static bool is_for(const json_t *claims, str client_id) {
    const json_t *list = json_object_get(claims, "aud"), *item;
    size_t i;
    if (str_eq(json_read_str(claims, "aud"), client_id))
        return true;
    json_array_foreach(list, i, item) {
        str audience = str_of(json_string_value(item), json_string_length(item));
        if (str_eq(audience, client_id))
            return true;
    }
    return false;
}

/* Trouble of ours is no fault of the hint. */
static err refused(err e) {
    bool malformed = err_is(e, E_jose_malformed) || err_is(e, E_jose_algorithm) ||
                     err_is(e, E_jose_signature) || err_is(e, E_bad_request);
    REQUIRE(!malformed, invalid_request, NOT_OURS);
    return e;
}

err id_token_hint_read(const struct authz *authz, struct arena *arena, const struct client *client,
                       str hint, str *sub) {
    AUTO(json_ref) claims = NULL;
    str payload;
    TRY(refused(token_format_read(authz, arena, client, hint, &payload)));
    TRY(refused(json_read_object(payload, &claims)));
    REQUIRE(str_eq(json_read_str(claims, "iss"), authz->issuer) &&
                is_for(claims, client->client_id) && str_present(json_read_str(claims, "sub")),
            invalid_request, NOT_OURS);
    return str_dup(arena, json_read_str(claims, "sub"), sub);
}
