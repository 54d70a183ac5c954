#include "common/http/address.h"
#include "core/world.h"

enum { SUBSCRIBER = 8 };

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

/* RFC 6177: the /64 is what one subscriber has at least. */
err core_remote_hash(const struct core *core, struct arena *arena, const char *purpose, str remote,
                     str *out) {
    struct address address;
    if (failed(address_parse(remote, &address)))
        return core_keyed_hash(core, arena, purpose, remote, out);
    size_t n = address_is_v4(&address) ? sizeof address.bytes : SUBSCRIBER;
    return core_keyed_hash(core, arena, purpose, str_of((const char *)address.bytes, n), out);
}
