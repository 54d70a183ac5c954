/* A saved session: text that was not sealed never loads; what was sealed, whatever it is, loads as
 * a session of this client or not at all, and saved again it is the same. */
#include "rp/engine/sealed.h"
#include "rp/flows/fuzz/fuzz_client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void assert_same_again(const hk_session *session) {
    static char text[4 << 20];
    size_t len = sizeof text;
    hk_session *again;
    int code = hk_session_save(fuzz_client(), session, text, &len, NULL);
    assert(code == HK_OK);
    code = hk_session_load(fuzz_client(), text, len, &again, NULL);
    assert(code == HK_OK);
    const hk_str one = hk_claims_json(session), two = hk_claims_json(again);
    assert(one.n == two.n && memcmp(one.p, two.p, one.n) == 0);
    assert(hk_access_expires(session) == hk_access_expires(again));
    hk_session_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(32 << 20);
    hk_session *session;
    int code = hk_session_load(fuzz_client(), (const char *)data, size, &session, NULL);
    assert(code < 0 && !session);
    str text;
    err e = sealed_write(&fuzz_client()->settings, S("hk_session v1"),
                         str_of((const char *)data, size), arena, &text);
    assert(!failed(e) || err_is(e, E_internal));
    if (!failed(e))
        code = hk_session_load(fuzz_client(), text.p, text.n, &session, NULL);
    assert((code == HK_OK) == (session != NULL));
    if (session) {
        assert(strcmp(hk_iss(session).p, FUZZ_ISSUER) == 0);
        assert_same_again(session);
    }
    hk_session_free(session);
    arena_free(arena);
    return 0;
}
