/* The Authorization header: a token that is given out is plain. */
#include <assert.h>

#include "common/http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct header header = {S("Authorization"), str_of((const char *)data, size)};
    struct request rq = {.headers = &header, .header_count = 1};
    static const str schemes[] = {S_INIT("Bearer"), S_INIT("Basic"), S_INIT("DPoP")};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        str token = request_authorization(&rq, schemes[i]);
        for (size_t at = 0; at < token.n; at++)
            assert(token.p[at] > ' ' && token.p[at] < 0x7f);
        assert(!str_present(token) || token.n > 0);
    }
    return 0;
}
