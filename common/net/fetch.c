#include "common/net/fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/scope.h"
#include "common/net/curl_trust.h"
#include "common/net/private_address.h"

enum {
    CONNECT_TIMEOUT_MS = 5000,
    TIMEOUT_MS = 10000,
    MAX_BODY = 256 * 1024,
    MAX_HEADERS = 64,
    MAX_HEADER_BYTES = 32 * 1024,
    IDLE_MAX = 32
};

/* A handle keeps its connections; handles that nobody uses wait here. */
struct fetcher {
    bool allow_private;
    struct curl_trust trust;
    pthread_mutex_t lock;
    CURL *idle[IDLE_MAX];
    size_t n;
};

typedef struct curl_slist *slist_ref;
static void slist_ref_drop(slist_ref *list) {
    curl_slist_free_all(*list);
}

err fetcher_new(const struct fetch_options *options, struct fetcher **out) {
    struct fetcher *fetcher = calloc(1, sizeof *fetcher);
    REQUIRE(fetcher, no_memory, "there is no memory for outbound requests");
    pthread_mutex_init(&fetcher->lock, NULL);
    fetcher->allow_private = options->allow_private;
    err e = curl_trust_load(options->ca_file, &fetcher->trust);
    if (failed(e))
        fetcher_free(fetcher);
    else
        *out = fetcher;
    return e;
}

void fetcher_free(struct fetcher *fetcher) {
    if (!fetcher)
        return;
    for (size_t i = 0; i < fetcher->n; i++)
        curl_easy_cleanup(fetcher->idle[i]);
    curl_trust_free(&fetcher->trust);
    pthread_mutex_destroy(&fetcher->lock);
    free(fetcher);
}

static CURL *take(struct fetcher *fetcher) {
    pthread_mutex_lock(&fetcher->lock);
    CURL *curl = fetcher->n ? fetcher->idle[--fetcher->n] : NULL;
    pthread_mutex_unlock(&fetcher->lock);
    return curl ? curl : curl_easy_init();
}

static void give(struct fetcher *fetcher, CURL *curl) {
    curl_easy_reset(curl); /* keeps live connections */
    pthread_mutex_lock(&fetcher->lock);
    bool kept = fetcher->n < IDLE_MAX;
    if (kept)
        fetcher->idle[fetcher->n++] = curl;
    pthread_mutex_unlock(&fetcher->lock);
    if (!kept)
        curl_easy_cleanup(curl);
}

/* What one exchange gathers. */
struct gathered {
    struct arena *arena;
    struct buf body;
    struct fetch_response *response;
    size_t header_bytes;
    err problem;
};

static size_t on_body(char *bytes, size_t size, size_t n, void *user) {
    struct gathered *gathered = user;
    buf_add(&gathered->body, str_of(bytes, size * n));
    return gathered->body.failed ? 0 : size * n;
}

static err add_header(struct gathered *gathered, str line) {
    struct fetch_response *response = gathered->response;
    size_t colon = str_find(line, ':');
    gathered->header_bytes += line.n;
    REQUIRE(gathered->header_bytes <= MAX_HEADER_BYTES && response->header_count < MAX_HEADERS,
            bad_gateway, "the answer has too many headers");
    if (str_starts(line, S("HTTP/"))) /* the final answer begins anew after a 1xx */
        response->header_count = 0;
    if (colon == line.n)
        return OK;
    while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
        line.n--;
    struct fetch_header *header = &response->headers[response->header_count];
    TRY(str_dup(gathered->arena, str_head(line, colon), &header->name));
    TRY(str_dup(gathered->arena, str_trim(str_from_pos(line, colon + 1)), &header->value));
    response->header_count++;
    return OK;
}

static size_t on_header(char *bytes, size_t size, size_t n, void *user) {
    struct gathered *gathered = user;
    gathered->problem = add_header(gathered, str_of(bytes, size * n));
    return failed(gathered->problem) ? 0 : size * n;
}

/* The address is judged when the socket is made: after resolving, so DNS cannot lie between. */
static curl_socket_t open_public_only(void *user, curlsocktype purpose, struct curl_sockaddr *to) {
    (void)user;
    (void)purpose;
    if (private_address(&to->addr))
        return CURL_SOCKET_BAD;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static err header_lines(struct arena *arena, const struct fetch_request *request, slist_ref *out) {
    /* Nothing is sent that was not asked for. */
    *out = curl_slist_append(*out, "Expect:");
    for (size_t i = 0; *out && i < request->header_count; i++) {
        str line;
        const struct fetch_header *header = &request->headers[i];
        REQUIRE(str_find(header->value, '\n') == header->value.n &&
                    str_find(header->value, '\r') == header->value.n,
                bad_request, "a header must be one line");
        TRY(STR_JOIN(arena, &line, header->name, S(": "), header->value));
        struct curl_slist *longer = curl_slist_append(*out, line.p);
        REQUIRE(longer, no_memory, "there is no memory for an outbound request");
        *out = longer;
    }
    return OK;
}

static void set_limits(CURL *curl, const struct fetch_request *request) {
    int64_t connect =
        request->connect_timeout_ms ? request->connect_timeout_ms : CONNECT_TIMEOUT_MS;
    int64_t total = request->timeout_ms ? request->timeout_ms : TIMEOUT_MS;
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)connect);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)total);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static err set_up(struct fetcher *fetcher, CURL *curl, struct arena *arena,
                  const struct fetch_request *request, struct gathered *gathered) {
    const char *url, *method;
    TRY(str_to_c(arena, request->url, &url));
    TRY(str_to_c(arena, str_present(request->method) ? request->method : S("GET"), &method));
    set_limits(curl, request);
    curl_trust_apply(&fetcher->trust, curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    if (str_present(request->body)) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.n);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.p);
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_NOBODY, str_eq(request->method, S("HEAD")) ? 1L : 0L);
    if (!fetcher->allow_private)
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_public_only);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, gathered);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, gathered);
    return OK;
}

static err perform(CURL *curl, struct gathered *gathered) {
    CURLcode code = curl_easy_perform(curl);
    TRY(gathered->problem);
    REQUIRE(!gathered->body.failed, bad_gateway, "the answer is larger than it may be");
    REQUIRE(code != CURLE_OPERATION_TIMEDOUT, gateway_timeout, "no answer came in time");
    REQUIRE(code == CURLE_OK, bad_gateway, "no answer could be had");
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    gathered->response->status = (int)status;
    return buf_str(&gathered->body, &gathered->response->body);
}

static err exchange(struct fetcher *fetcher, CURL *curl, struct arena *arena,
                    const struct fetch_request *request, struct fetch_response *out) {
    struct gathered gathered = {
        .arena = arena,
        .body = buf_in(arena, request->max_body ? request->max_body : MAX_BODY),
        .response = out,
        .problem = OK,
    };
    AUTO(slist_ref) headers = NULL;
    TRY(header_lines(arena, request, &headers));
    TRY(set_up(fetcher, curl, arena, request, &gathered));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    return perform(curl, &gathered);
}

err fetch(struct fetcher *fetcher, struct arena *arena, const struct fetch_request *request,
          struct fetch_response *out) {
    *out = (struct fetch_response){0};
    out->headers = arena_array(arena, MAX_HEADERS, sizeof *out->headers);
    CURL *curl = take(fetcher);
    REQUIRE(curl && out->headers, no_memory, "there is no memory for an outbound request");
    err e = exchange(fetcher, curl, arena, request, out);
    give(fetcher, curl);
    return e;
}

str fetch_header(const struct fetch_response *response, str name) {
    for (size_t i = 0; i < response->header_count; i++)
        if (str_eq_nocase(response->headers[i].name, name))
            return response->headers[i].value;
    return STR_ABSENT;
}
