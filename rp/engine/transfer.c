#include "rp/engine/transfer.h"

#include <stdio.h>
#include <string.h>

#include "common/base/buf.h"

enum { IDLE_MAX = 16, MAX_HEADERS = 32 * 1024, OVERHEAD = 64 * 1024 };

struct connections {
    struct hk_rp *rp;
    pthread_mutex_t lock;
    CURL *idle[IDLE_MAX];
    size_t n;
};

struct transfer {
    struct connections *connections;
    struct arena *arena;
    CURL *curl;
    struct curl_slist *lines;
    struct buf headers, body;
    bool too_large;
};

static err readable(str file, struct failure *failure) {
    if (!str_present(file))
        return OK;
    FILE *f = fopen(file.p, "re");
    HOLD(failure, file_is_readable, f);
    fclose(f);
    return OK;
}

err connections_new(struct hk_rp *rp, struct failure *failure, struct connections **out) {
    const struct settings *settings = &rp->settings;
    TRY(readable(settings->options.ca_file, failure));
    TRY(readable(settings->certificate_file, failure));
    TRY(readable(settings->certificate_key_file, failure));
    *out = memory_zeroed(&rp->memory, sizeof **out);
    REQUIRE(*out, no_memory, "there is no memory for connections");
    (*out)->rp = rp;
    pthread_mutex_init(&(*out)->lock, NULL);
    return OK;
}

void connections_free(struct connections *connections) {
    if (!connections)
        return;
    for (size_t i = 0; i < connections->n; i++)
        curl_easy_cleanup(connections->idle[i]);
    pthread_mutex_destroy(&connections->lock);
    memory_free(&connections->rp->memory, connections);
}

static CURL *take(struct connections *connections) {
    pthread_mutex_lock(&connections->lock);
    CURL *curl = connections->n ? connections->idle[--connections->n] : NULL;
    pthread_mutex_unlock(&connections->lock);
    return curl ? curl : curl_easy_init();
}

static void give(struct connections *connections, CURL *curl) {
    curl_easy_reset(curl); /* keeps live connections */
    pthread_mutex_lock(&connections->lock);
    bool kept = connections->n < IDLE_MAX;
    if (kept)
        connections->idle[connections->n++] = curl;
    pthread_mutex_unlock(&connections->lock);
    if (!kept)
        curl_easy_cleanup(curl);
}

static size_t gather(struct buf *buf, struct transfer *transfer, str bytes) {
    buf_add(buf, bytes);
    transfer->too_large |= buf->failed;
    return buf->failed ? 0 : bytes.n;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *user) {
    struct transfer *transfer = user;
    return gather(&transfer->body, transfer, str_of(bytes, size * n));
}

/* The final answer begins anew after a 1xx. */
static size_t on_header(char *bytes, size_t size, size_t n, void *user) {
    struct transfer *transfer = user;
    str line = str_of(bytes, size * n);
    if (str_starts(line, S("HTTP/")))
        transfer->headers = buf_in(transfer->arena, MAX_HEADERS);
    return gather(&transfer->headers, transfer, line);
}

static bool add_line(struct transfer *transfer, const char *line) {
    struct curl_slist *longer = curl_slist_append(transfer->lines, line);
    if (longer)
        transfer->lines = longer;
    return longer != NULL;
}

static err add_lines(struct transfer *transfer, str headers) {
    str line;
    bool added = add_line(transfer, "Expect:");
    while (added && str_next(&headers, '\n', &line)) {
        const char *text;
        if (str_ends(line, S("\r")))
            line.n--;
        TRY(str_to_c(transfer->arena, line, &text));
        added = str_empty(line) || add_line(transfer, text);
    }
    REQUIRE(added, no_memory, "there is no memory for a request");
    return OK;
}

static void set_text(CURL *curl, CURLoption option, str value) {
    if (str_present(value))
        curl_easy_setopt(curl, option, value.p);
}

static void set_trust(CURL *curl, const struct settings *settings, bool client_certificate) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    set_text(curl, CURLOPT_CAINFO, settings->options.ca_file);
    set_text(curl, CURLOPT_PINNEDPUBLICKEY, settings->options.pin_sha256);
    if (!client_certificate)
        return;
    set_text(curl, CURLOPT_SSLCERT, settings->certificate_file);
    set_text(curl, CURLOPT_SSLKEY, settings->certificate_key_file);
}

static void set_limits(CURL *curl, const struct settings *settings, const hk_http *http) {
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)settings->options.connect_timeout_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)http->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP09_ALLOWED, 0L);
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https"); /* op_send has judged the URL */
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    bool proxied = str_present(settings->options.proxy);
    curl_easy_setopt(curl, CURLOPT_PROXY, proxied ? settings->options.proxy.p : "");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, ""); /* or the environment's no_proxy counts */
}

static void set_body(CURL *curl, const hk_http *http) {
    if (http->body.p) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)http->body.n);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, http->body.p);
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, http->method);
    curl_easy_setopt(curl, CURLOPT_NOBODY, strcmp(http->method, "HEAD") == 0 ? 1L : 0L);
}

static err set_up(struct transfer *transfer, const struct settings *settings, const hk_http *http) {
    CURL *curl = transfer->curl;
    TRY(add_lines(transfer, str_of(http->headers.p, http->headers.n)));
    curl_easy_setopt(curl, CURLOPT_URL, http->url.p);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->lines);
    str agent = settings->options.user_agent;
    curl_easy_setopt(curl, CURLOPT_USERAGENT,
                     str_present(agent) ? agent.p : "libhitkey-rp/" HITKEY_RP_VERSION);
    set_limits(curl, settings, http);
    set_trust(curl, settings, http->client_certificate);
    set_body(curl, http);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
    return OK;
}

err transfer_new(struct hk_rp *rp, const hk_http *http, struct transfer **out) {
    struct arena *arena = arena_new_in(&rp->memory, OVERHEAD + 4 * (size_t)http->max_body);
    struct transfer *transfer = arena ? ARENA_NEW(arena, struct transfer) : NULL;
    CURL *curl = transfer ? take(rp->connections) : NULL;
    if (!curl) {
        arena_free(arena);
        return FAIL(no_memory, "there is no memory for a request");
    }
    *transfer = (struct transfer){.connections = rp->connections,
                                  .arena = arena,
                                  .curl = curl,
                                  .headers = buf_in(arena, MAX_HEADERS),
                                  .body = buf_in(arena, http->max_body)};
    err e = set_up(transfer, &rp->settings, http);
    if (failed(e))
        transfer_free(transfer);
    else
        *out = transfer;
    return e;
}

CURL *transfer_handle(struct transfer *transfer) {
    return transfer->curl;
}

/* What libcurl says, in the words of hitkey_rp.h. */
static int net_error(CURLcode code) {
    switch ((int)code) {
    case CURLE_OK:
        return 0;
    case CURLE_OPERATION_TIMEDOUT:
        return HK_E_TIMEOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_USE_SSL_FAILED:
        return HK_E_TLS;
    case CURLE_FILESIZE_EXCEEDED:
        return HK_E_TOO_LARGE;
    default:
        return HK_E_NET;
    }
}

int transfer_feed(struct transfer *transfer, CURLcode code, struct hk_op *op) {
    str headers = STR_ABSENT, body = STR_ABSENT;
    int error = transfer->too_large ? HK_E_TOO_LARGE : net_error(code);
    long status = 0;
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    bool whole =
        !failed(buf_str(&transfer->headers, &headers)) && !failed(buf_str(&transfer->body, &body));
    if (!error && !whole)
        error = HK_E_TOO_LARGE;
    return hk_op_feed(op, (int)status, hk_str_of(headers), hk_str_of(body), error);
}

void transfer_free(void *p) {
    struct transfer *transfer = p;
    if (!transfer)
        return;
    curl_slist_free_all(transfer->lines);
    give(transfer->connections, transfer->curl);
    arena_free(transfer->arena);
}
