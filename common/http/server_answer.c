/* A response, handed to libmicrohttpd. */
#include "common/http/server_private.h"

enum { SHORT_VALUE_MAX = 512 };

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

enum MHD_Result server_answer_send(struct MHD_Connection *connection, const struct response *rs,
                                   struct arena *arena, bool last) {
    const union {
        const char *ours;
        void *theirs; /* only read */
    } body = {rs->body.p};
    struct MHD_Response *response =
        MHD_create_response_from_buffer(rs->body.n, body.theirs, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    enum MHD_Result sent = MHD_NO;
    if (add_headers(response, rs, arena, last))
        sent = MHD_queue_response(connection, (unsigned)rs->status, response);
    MHD_destroy_response(response);
    return sent;
}
