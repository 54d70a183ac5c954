#include "conformance/engine/listener_request.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conformance/engine/certificate.h"
#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"

enum { MAX_REQUEST = 256 << 10 };

static json_t *text_json_n(const char *p, size_t n) {
    char *copy = memory_copy(p, n);
    json_t *value = text_json(copy);
    free(copy);
    return value;
}

static void add_header(json_t *headers, const char *line, size_t n) {
    const char *colon = memchr(line, ':', n);
    if (!colon)
        return;
    char *name = memory_copy_lower(line, (size_t)(colon - line));
    const char *value = colon + 1;
    while (value < line + n && *value == ' ')
        value++;
    json_object_set_new(headers, name, text_json_n(value, (size_t)(line + n - value)));
    free(name);
}

json_t *listener_request_parse(const char *text, size_t n) {
    const char *end = strstr(text, "\r\n\r\n"), *line = strstr(text, "\r\n");
    size_t method = strcspn(text, " \r\n");
    if (!end || text[method] != ' ')
        return NULL;
    const char *target = text + method + 1;
    size_t path = strcspn(target, "? \r\n"), whole = strcspn(target, " \r\n");
    bool query = whole > path;
    json_t *headers = json_object();
    while (line < end) {
        const char *next = strstr(line + 2, "\r\n");
        add_header(headers, line + 2, (size_t)(next - line - 2));
        line = next;
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "method", text_json_n(text, method), "path",
                     text_json_n(target, path), "query",
                     text_json_n(target + path + query, query ? whole - path - 1 : 0), "headers",
                     headers, "body", text_json_n(end + 4, (size_t)(text + n - end - 4)));
}

static size_t content_length(const char *head) {
    const char *at = strcasestr(head, "\r\ncontent-length:");
    return at ? strtoul(at + strlen("\r\ncontent-length:"), NULL, 10) : 0;
}

/* Whether head and body are there. */
static bool is_whole(const char *text, size_t n) {
    const char *end = strstr(text, "\r\n\r\n");
    return end && (size_t)(text + n - end - 4) >= content_length(text);
}

static void add_certificate(json_t *request, SSL *ssl) {
    X509 *certificate = SSL_get1_peer_certificate(ssl);
    if (!certificate)
        return;
    char *thumbprint = certificate_thumbprint(certificate);
    char *subject = certificate_subject(certificate);
    json_object_set_new(request, "x5t#S256", json_string(thumbprint));
    json_object_set_new(request, "subject", text_json(subject));
    free(thumbprint);
    free(subject);
    X509_free(certificate);
}

json_t *listener_request_read(SSL *ssl) {
    char *text = memory_new(MAX_REQUEST + 1, 1);
    size_t n = 0;
    while (n < MAX_REQUEST && !is_whole(text, n)) {
        int got = SSL_read(ssl, text + n, (int)(MAX_REQUEST - n));
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    json_t *request = is_whole(text, n) ? listener_request_parse(text, n) : NULL;
    free(text);
    if (!request)
        return NULL;
    json_object_set_new(request, "tls", json_string(SSL_get_version(ssl)));
    add_certificate(request, ssl);
    return request;
}
