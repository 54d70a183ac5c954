/* The claims of a client's assertion. Whatever they are: what is taken names the client, ends
 * within the time that its jti is remembered for, and has a jti. */
#include <assert.h>

#include "authz/protocol/client_assertion_claims.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW_S = 1700000000 };

static void check(const json_t *claims, enum assertion_audience policy) {
    const struct client_assertion_rules rules = {.client_id = S("app"),
                                                 .audiences = {S("https://id.example"),
                                                               S("https://id.example/oauth/token"),
                                                               S("https://id.example/oauth/token")},
                                                 .policy = policy,
                                                 .now_s = NOW_S};
    struct client_assertion_claims out;
    err e = client_assertion_claims_check(claims, &rules, &out);
    for (const char *p = e.why; p && *p; p++)
        assert(*p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\');
    if (failed(e))
        return;
    assert(out.jti.n > 0);
    assert(out.expires_s > NOW_S && out.expires_s <= NOW_S + CLIENT_ASSERTION_MAX_S + 1);
    assert(str_eq(json_read_str(claims, "sub"), S("app")));
    assert(policy != ASSERTION_AUDIENCE_ISSUER ||
           str_eq(json_read_str(claims, "aud"), S("https://id.example")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO(json_ref) claims = NULL;
    if (failed(json_read_object(str_of((const char *)data, size), &claims)))
        return 0;
    for (int policy = 0; policy < ASSERTION_AUDIENCES; policy++)
        check(claims, (enum assertion_audience)policy);
    return 0;
}
