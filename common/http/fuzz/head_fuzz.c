/* A target and header lines: what passes has one meaning only. */
#include <assert.h>

#include "common/http/head_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t split(str text, struct header *headers) {
    size_t n = 0;
    str line;
    while (n < REQUEST_MAX_HEADERS && str_next(&text, '\n', &line)) {
        size_t colon = str_find(line, ':');
        str value = colon < line.n ? str_from_pos(line, colon + 1) : S("");
        headers[n++] = (struct header){str_head(line, colon), str_trim(value)};
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct header headers[REQUEST_MAX_HEADERS];
    str rest = str_of((const char *)data, size), target = S("");
    (void)str_next(&rest, '\n', &target);
    struct request rq = {.headers = headers};
    if (!failed(head_check_target(target, &rq.path, &rq.query)))
        assert(rq.path.n > 0 && str_find(rq.path, '?') == rq.path.n);
    rq.header_count = split(rest, headers);
    if (failed(head_check_headers(&rq, false)))
        return 0;
    bool chunked = str_present(request_header(&rq, S("Transfer-Encoding")));
    assert(!chunked || !str_present(request_header(&rq, S("Content-Length"))));
    assert(!request_header_repeated(&rq, S("Host")));
    for (size_t i = 0; i < rq.header_count; i++)
        assert(str_find(headers[i].value, '\r') == headers[i].value.n);
    return 0;
}
