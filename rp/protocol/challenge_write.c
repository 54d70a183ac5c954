#include "rp/protocol/challenge_write.h"

/* A quoted-string (RFC 9110 5.6.4) of printable ASCII; another character would end the header, or
 * is none that a parameter may have (RFC 6750 3). */
static void add_quoted(struct buf *buf, str value) {
    buf_add_c(buf, '"');
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (c < 0x20 || c > 0x7e)
            continue;
        if (c == '"' || c == '\\')
            buf_add_c(buf, '\\');
        buf_add_c(buf, c);
    }
    buf_add_c(buf, '"');
}

struct writer {
    struct buf *buf;
    bool comma;
};

static void add_name(struct writer *writer, str name) {
    buf_add(writer->buf, writer->comma ? S(", ") : S(" "));
    writer->comma = true;
    buf_add(writer->buf, name);
    buf_add_c(writer->buf, '=');
}

static void add_param(struct writer *writer, str name, str value) {
    if (str_empty(value))
        return;
    add_name(writer, name);
    add_quoted(writer->buf, value);
}

static void add_seconds(struct writer *writer, str name, int64_t seconds) {
    if (seconds < 0)
        return;
    add_name(writer, name);
    buf_addf(writer->buf, "\"%lld\"", (long long)seconds);
}

void challenge_add(struct buf *buf, str scheme, const struct challenge_params *params) {
    struct writer writer = {buf, false};
    if (buf->n)
        buf_add(buf, S(", "));
    buf_add(buf, scheme);
    add_param(&writer, S("error"), params->error);
    add_param(&writer, S("error_description"), params->error_description);
    add_param(&writer, S("scope"), params->scope);
    add_param(&writer, S("acr_values"), params->acr_values);
    add_seconds(&writer, S("max_age"), params->max_age);
    add_param(&writer, S("resource_metadata"), params->resource_metadata);
    add_param(&writer, S("algs"), params->algs);
}
