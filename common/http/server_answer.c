/* A response, handed to libmicrohttpd. */
#include "common/http/server_private.h"

enum { SHORT_VALUE_MAX = 512, SOURCE_BLOCK = 16 * 1024 };

/* Names are C strings (response_header takes them so). Values get their NUL on the stack, so that
 * an exhausted arena can still be told about. */
static bool add_header(struct MHD_Response *response, const struct header *header,
                       struct arena *arena) {
    char copy[SHORT_VALUE_MAX + 1];
    const char *value = copy;
    if (header->value.n == 0)
        return true; /* libmicrohttpd takes no empty values */
    if (header->value.n > SHORT_VALUE_MAX) {
        if (failed(str_to_c(arena, header->value, &value)))
            return false;
    } else {
        memcpy(copy, header->value.p, header->value.n);
        copy[header->value.n] = '\0';
    }
    return MHD_add_response_header(response, header->name.p, value) == MHD_YES;
}

static bool add_headers(struct MHD_Response *response, const struct response *rs,
                        struct arena *arena, bool last) {
    for (size_t i = 0; i < rs->header_count; i++)
        if (!add_header(response, &rs->headers[i], arena))
            return false;
    return !last || MHD_add_response_header(response, "Connection", "close") == MHD_YES;
}

/* The next bytes of a body that comes from elsewhere. A body that breaks off must not look whole:
 * libmicrohttpd closes the connection in the middle of it. */
static ssize_t read_source(void *arg, uint64_t position, char *to, size_t max) {
    struct exchange *x = arg;
    struct transfer *source = x->rs.source;
    (void)position;
    for (;;) {
        long n = source->calls->get(source, to, max);
        if (n > 0)
            return n;
        if (n != TRANSFER_WAIT)
            return n == TRANSFER_END ? MHD_CONTENT_READER_END_OF_STREAM
                                     : MHD_CONTENT_READER_END_WITH_ERROR;
        enum server_wait wait = server_transfer_wait(x);
        if (wait == SERVER_WAITS)
            return 0;
        if (wait == SERVER_GIVES_UP)
            return MHD_CONTENT_READER_END_WITH_ERROR;
    }
}

static struct MHD_Response *from_source(struct exchange *x) {
    uint64_t length = x->rs.length < 0 ? MHD_SIZE_UNKNOWN : (uint64_t)x->rs.length;
    return MHD_create_response_from_callback(length, SOURCE_BLOCK, read_source, x, NULL);
}

static struct MHD_Response *from_body(const struct response *rs) {
    const union {
        const char *ours;
        void *theirs; /* only read */
    } body = {rs->body.p};
    return MHD_create_response_from_buffer(rs->body.n, body.theirs, MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result server_answer_send(struct exchange *x, bool last) {
    struct MHD_Response *response = x->rs.source ? from_source(x) : from_body(&x->rs);
    if (!response)
        return MHD_NO;
    enum MHD_Result sent = MHD_NO;
    if (add_headers(response, &x->rs, x->arena, last))
        sent = MHD_queue_response(x->connection, (unsigned)x->rs.status, response);
    MHD_destroy_response(response);
    return sent;
}
