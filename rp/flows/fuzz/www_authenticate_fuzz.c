/* Any headers of an API that refuses: what is read of them is told, as JSON, and goes nowhere else;
 * a challenge of ours is read back as it was written. */
#include "rp/engine/session.h"
#include "rp/flows/fuzz/fuzz_client.h"
#include "rp/protocol/challenge_read.h"
#include "rp/protocol/challenge_write.h"
#include "rp/protocol/header_lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_plain(str text) {
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < 0x20 || text.p[i] > 0x7e)
            return false;
    return !str_empty(text);
}

enum { MOST = 64 * 1024 };

static void read_back(struct arena *arena, str text) {
    const struct challenge_params params = {
        .error = text, .error_description = S("so"), .scope = text, .max_age = 7};
    struct buf buf = buf_in(arena, MOST);
    struct challenge challenge;
    bool found;
    challenge_add(&buf, S("Bearer"), &params);
    challenge_add(&buf, S("DPoP"), &params);
    str written;
    err e = buf_str(&buf, &written);
    if (failed(e) || written.n > CHALLENGE_TEXT)
        return;
    for (int i = 0; i < 2; i++) {
        e = challenge_next(arena, &written, &challenge, &found);
        assert(!failed(e) && found && challenge.n == 4);
        assert(str_eq(challenge.scheme, i ? S("DPoP") : S("Bearer")));
        assert(str_eq(challenge_get(&challenge, S("SCOPE")), text));
        assert(str_eq(challenge_get(&challenge, S("max_age")), S("7")));
    }
    e = challenge_next(arena, &written, &challenge, &found);
    assert(!failed(e) && !found);
}

static void read_lines(struct arena *arena, str lines) {
    struct challenge challenge;
    str value;
    bool found = true;
    while (header_next(&lines, S("WWW-Authenticate"), &value)) {
        for (size_t n = 0; found; n++) {
            err e = challenge_next(arena, &value, &challenge, &found);
            assert(!failed(e) && n <= CHALLENGE_TEXT);
            assert(!found || is_http_token(challenge.scheme));
            for (size_t i = 0; found && i < challenge.n; i++)
                assert(is_http_token(challenge.params[i].name) && challenge.params[i].value.p);
        }
        found = true;
    }
}

static void answer(const char *lines) {
    hk_session *session = NULL;
    hk_doc *doc = NULL;
    hk_error e = HK_ERROR_INIT;
    static const int statuses[] = {400, 401, 403, 200};
    err made = session_new(&memory_default, &session);
    assert(!failed(made));
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        int code = hk_api_answer(fuzz_client(), session, "https://api.example/", statuses[i], lines,
                                 &doc, &e);
        assert(statuses[i] != 200 || code == HK_OK);
        assert(statuses[i] != 401 || code != HK_OK);
        assert(!doc || code < 0);
        hk_doc_free(doc);
    }
    hk_session_free(session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new(64 << 20);
    str text = str_of((const char *)data, size), copy;
    err e = str_dup(arena, size ? text : S(""), &copy);
    assert(!failed(e));
    if (is_plain(text))
        read_back(arena, text);
    if (size <= CHALLENGE_TEXT)
        read_lines(arena, text);
    answer(copy.p);
    arena_free(arena);
    return 0;
}
