/* The Cookie header: a value that is given out has no separator in it. */
#include <assert.h>

#include "common/http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct header header = {S("Cookie"), str_of((const char *)data, size)};
    struct request rq = {.headers = &header, .header_count = 1};
    static const str names[] = {S_INIT("__Host-session"), S_INIT("a"), S_INIT("")};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        str value = request_cookie(&rq, names[i]);
        assert(str_find(value, ';') == value.n);
    }
    return 0;
}
