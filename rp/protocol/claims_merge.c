#include "rp/protocol/claims_merge.h"

#include "common/base/json_read.h"

/* RFC 7519 4.1, OIDC Core 2 and 5.6.2, Back-Channel Logout 2.1, RFC 7800 */
static const str protected_claims[] = {
    S_INIT("iss"),       S_INIT("sub"),          S_INIT("aud"),
    S_INIT("exp"),       S_INIT("nbf"),          S_INIT("iat"),
    S_INIT("jti"),       S_INIT("azp"),          S_INIT("nonce"),
    S_INIT("auth_time"), S_INIT("acr"),          S_INIT("amr"),
    S_INIT("at_hash"),   S_INIT("c_hash"),       S_INIT("s_hash"),
    S_INIT("sid"),       S_INIT("cnf"),          S_INIT("events"),
    S_INIT("sub_jwk"),   S_INIT("_claim_names"), S_INIT("_claim_sources"),
};

bool claim_is_protected(str name) {
    for (size_t i = 0; i < sizeof protected_claims / sizeof protected_claims[0]; i++)
        if (str_eq(protected_claims[i], name))
            return true;
    return false;
}

static bool add(json_t *to, const json_t *userinfo, bool with_sub) {
    const char *name;
    json_t *value;
    json_object_foreach(json_read_members(userinfo), name, value) {
        str key = str_from(name);
        bool may = !claim_is_protected(key) || (with_sub && str_eq(key, S("sub")));
        if (may && json_object_set(to, name, value) != 0)
            return false;
    }
    return true;
}

err claims_merge(const json_t *id_token, const json_t *userinfo, json_t **out) {
    AUTO(json_ref) merged = json_object();
    /* json_copy would not tell that it lost members */
    bool good =
        merged && (!id_token || json_object_update(merged, json_read_members(id_token)) == 0);
    good = good && (!userinfo || add(merged, userinfo, !id_token));
    REQUIRE(good, no_memory, "there is no memory for the claims");
    *out = json_incref(merged);
    return OK;
}
