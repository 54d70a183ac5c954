#include "common/http/method.h"

#include "common/base/buf.h"

static const struct {
    enum http_method method;
    const char *name;
} names[] = {
    {HTTP_GET, "GET"},     {HTTP_HEAD, "HEAD"},     {HTTP_POST, "POST"},       {HTTP_PUT, "PUT"},
    {HTTP_PATCH, "PATCH"}, {HTTP_DELETE, "DELETE"}, {HTTP_OPTIONS, "OPTIONS"},
};

enum { NAMES = sizeof names / sizeof *names, LIST_MAX = 64 };

enum http_method method_parse(str name) {
    for (size_t i = 0; i < NAMES; i++)
        if (str_eq(name, str_from(names[i].name)))
            return names[i].method;
    return 0;
}

const char *method_name(enum http_method method) {
    for (size_t i = 0; i < NAMES; i++)
        if (names[i].method == method)
            return names[i].name;
    return "other";
}

err method_list(struct arena *arena, unsigned methods, str *out) {
    struct buf buf = buf_in(arena, LIST_MAX);
    for (size_t i = 0; i < NAMES; i++) {
        if (!(methods & names[i].method))
            continue;
        buf_add(&buf, buf.n ? S(", ") : S(""));
        buf_add(&buf, str_from(names[i].name));
    }
    return buf_str(&buf, out);
}
