#include "conformance/provider/grants.h"

#include <stdlib.h>

#include "conformance/engine/parameters.h"
#include "conformance/jose/base64url.h"

static const char last[] = "the last";

void grants_remember(struct provider *provider, json_t *grant) {
    json_object_set(provider->grants, last, grant);
}

const char *grants_issue(struct provider *provider, const json_t *grant, const char *kind) {
    char *secret = base64url_random(32);
    json_t *copy = json_deep_copy(grant);
    json_object_set_new(copy, "kind", json_string(kind));
    json_object_set_new(copy, "secret", json_string(secret));
    json_object_set_new(provider->grants, secret, copy);
    grants_remember(provider, copy);
    free(secret);
    return text_of(copy, "secret");
}

json_t *grants_take(struct provider *provider, const char *secret, const char *kind) {
    json_t *grant = json_object_get(provider->grants, secret);
    if (!text_is(text_of(grant, "kind"), kind))
        return NULL;
    json_incref(grant);
    json_object_del(provider->grants, secret);
    return grant;
}

const json_t *grants_last(const struct provider *provider) {
    return json_object_get(provider->grants, last);
}
