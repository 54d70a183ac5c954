/* What handlers put into a response. */
#include "common/http/http.h"

#include <assert.h>

/* RFC 9110 5.5: a line break here would be a second header of somebody else's making. */
static bool one_line(str value) {
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] == '\r' || value.p[i] == '\n' || value.p[i] == '\0')
            return false;
    return true;
}

void response_header(struct response *rs, const char *name, str value) {
    assert(one_line(value) && one_line(str_from(name)));
    assert(rs->header_count < RESPONSE_MAX_HEADERS);
    rs->headers[rs->header_count++] = (struct header){str_from(name), value};
}

str response_header_get(const struct response *rs, str name) {
    for (size_t i = 0; i < rs->header_count; i++)
        if (str_eq_nocase(rs->headers[i].name, name))
            return rs->headers[i].value;
    return STR_ABSENT;
}

void response_header_set(struct response *rs, const char *name, str value) {
    size_t kept = 0;
    for (size_t i = 0; i < rs->header_count; i++)
        if (!str_eq_nocase(rs->headers[i].name, str_from(name)))
            rs->headers[kept++] = rs->headers[i];
    rs->header_count = kept;
    response_header(rs, name, value);
}

void response_json(struct response *rs, int status, str json) {
    rs->status = status;
    rs->body = json;
    response_header_set(rs, "Content-Type", S("application/json"));
}

void response_redirect(struct response *rs, str location) {
    rs->status = 303;
    rs->body = STR_ABSENT;
    response_header_set(rs, "Location", location);
}
