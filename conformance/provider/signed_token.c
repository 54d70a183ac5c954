#include "conformance/provider/signed_token.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/engine/parameters.h"
#include "conformance/jose/jws.h"

static enum which_key which_of(const json_t *how) {
    const char *key = text_of(how, "key");
    return text_is(key, "second")     ? KEY_SECOND
           : text_is(key, "stranger") ? KEY_OF_STRANGER
                                      : KEY_OF_RING;
}

char *signed_token(struct provider *provider, enum place place, const char *alg, const char *typ,
                   json_t *claims, const char *secret) {
    const char *kid = signing_keys_kid(provider->keys, alg);
    json_t *how =
        json_pack("{s:s, s:s*, s:s, s:b}", "alg", alg, "kid", kid, "key", "ring", "broken", 0);
    fault_bend(provider, place, how);
    json_t *header = json_object();
    if (typ)
        json_object_set_new(header, "typ", json_string(typ));
    if (json_object_get(how, "kid"))
        json_object_set(header, "kid", json_object_get(how, "kid"));
    const char *really = text_of(how, "alg");
    char *token = jws_sign(header, claims, really,
                           signing_keys_get(provider->keys, really, which_of(how)), secret);
    char *signature = strrchr(token, '.') + 1;
    if (json_is_true(json_object_get(how, "broken")))
        *signature = *signature == 'A' ? 'B' : 'A';
    json_decref(header);
    json_decref(how);
    json_decref(claims);
    return token;
}
