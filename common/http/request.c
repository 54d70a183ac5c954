/* What handlers ask a request. */
#include "common/http/http.h"

#include <assert.h>

str request_header(const struct request *rq, str name) {
    for (size_t i = 0; i < rq->header_count; i++)
        if (str_eq_nocase(rq->headers[i].name, name))
            return rq->headers[i].value;
    return STR_ABSENT;
}

bool request_header_repeated(const struct request *rq, str name) {
    size_t seen = 0;
    for (size_t i = 0; i < rq->header_count; i++)
        seen += str_eq_nocase(rq->headers[i].name, name);
    return seen > 1;
}

/* One Cookie header: "a=1; b=2" (RFC 6265 4.2.1). */
static str cookie_in(str header, str name) {
    str pair;
    while (str_next(&header, ';', &pair)) {
        pair = str_trim(pair);
        size_t equals = str_find(pair, '=');
        if (equals < pair.n && str_eq(str_head(pair, equals), name))
            return str_from_pos(pair, equals + 1);
    }
    return STR_ABSENT;
}

str request_cookie(const struct request *rq, str name) {
    for (size_t i = 0; i < rq->header_count; i++) {
        if (!str_eq_nocase(rq->headers[i].name, S("Cookie")))
            continue;
        str value = cookie_in(rq->headers[i].value, name);
        if (str_present(value))
            return value;
    }
    return STR_ABSENT;
}

/* RFC 9110 11.4: credentials = auth-scheme 1*SP token68. A second Authorization header would let
 * two readers see two callers: then there is none. */
str request_authorization(const struct request *rq, str scheme) {
    str value = str_trim(request_header(rq, S("Authorization")));
    if (value.n <= scheme.n || request_header_repeated(rq, S("Authorization")))
        return STR_ABSENT;
    if (!str_eq_nocase(str_head(value, scheme.n), scheme) || value.p[scheme.n] != ' ')
        return STR_ABSENT;
    str token = str_trim(str_from_pos(value, scheme.n));
    bool plain = token.n > 0;
    for (size_t i = 0; i < token.n; i++)
        plain = plain && token.p[i] > ' ' && token.p[i] < 0x7f;
    return plain ? token : STR_ABSENT;
}

str request_media_type(const struct request *rq) {
    str value = request_header(rq, S("Content-Type"));
    return str_present(value) ? str_trim(str_head(value, str_find(value, ';'))) : value;
}

err request_field_error(struct request *rq, const char *field, const char *rule,
                        const char *message) {
    if (rq->field_error_count < REQUEST_MAX_FIELD_ERRORS)
        rq->field_errors[rq->field_error_count++] = (struct field_error){field, rule, message};
    return FAIL(validation, "some fields are not valid");
}
