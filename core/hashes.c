#include "core/world.h"

err core_token_hash(struct arena *arena, str token, str *out) {
    struct sha256 digest = sha256(token);
    return str_dup(arena, sha256_str(&digest), out);
}

err core_keyed_hash(const struct core *core, struct arena *arena, const char *purpose, str text,
                    str *out) {
    str message;
    TRY(STR_JOIN(arena, &message, str_from(purpose), S(":"), text));
    struct sha256 mac = hmac_sha256((secret){core->pepper, sizeof core->pepper}, message);
    return str_dup(arena, sha256_str(&mac), out);
}
