#include "conformance/engine/http.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"

enum { TIMEOUT_S = 30, MAX_BODY = 4 << 20 };

struct http {
    struct http_options options;
    CURL *curl;
    char problem[CURL_ERROR_SIZE];
};

void http_free(struct http *http) {
    if (!http)
        return;
    curl_easy_cleanup(http->curl);
    free(http);
}

void http_response_free(struct http_response *response) {
    if (!response)
        return;
    for (size_t i = 0; i < response->n; i++) {
        free(response->headers[i].name);
        free(response->headers[i].value);
    }
    free(response->headers);
    free(response->body);
    free(response);
}

const char *http_problem(const struct http *http) {
    return http->problem;
}

const char *http_header(const struct http_response *response, const char *name) {
    for (size_t i = 0; i < response->n; i++)
        if (strcmp(response->headers[i].name, name) == 0)
            return response->headers[i].value;
    return "";
}

static size_t collect(char *bytes, size_t size, size_t n, void *user) {
    struct http_response *response = user;
    size *= n;
    if (size > MAX_BODY - response->size)
        return 0;
    response->body = memory_grow(response->body, response->size + size + 1, 1);
    memcpy(response->body + response->size, bytes, size);
    response->size += size;
    response->body[response->size] = '\0';
    return size;
}

static char *trimmed(const char *p, size_t n) {
    while (n && isspace((unsigned char)p[0])) {
        p++;
        n--;
    }
    while (n && isspace((unsigned char)p[n - 1]))
        n--;
    return memory_copy(p, n);
}

static size_t collect_header(char *bytes, size_t size, size_t n, void *user) {
    struct http_response *response = user;
    size *= n;
    const char *colon = memchr(bytes, ':', size);
    if (!colon)
        return size;
    response->headers = memory_grow(response->headers, response->n + 1, sizeof *response->headers);
    struct http_header *header = &response->headers[response->n++];
    header->name = memory_copy_lower(bytes, (size_t)(colon - bytes));
    header->value = trimmed(colon + 1, size - (size_t)(colon + 1 - bytes));
    return size;
}

/* What stays the same for every exchange; the cookies are kept in memory. */
static void prepare(struct http *http) {
    CURL *curl = http->curl;
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_COOKIEFILE, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, collect_header);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, http->problem);
    if (http->options.ca_file)
        curl_easy_setopt(curl, CURLOPT_CAINFO, http->options.ca_file);
    if (http->options.cookie_jar)
        curl_easy_setopt(curl, CURLOPT_COOKIEJAR, http->options.cookie_jar);
}

struct http *http_new(const struct http_options *options) {
    struct http *http = memory_new(1, sizeof *http);
    http->options = *options;
    http->curl = curl_easy_init();
    if (!http->curl)
        abort();
    prepare(http);
    return http;
}

void http_forget(struct http *http) {
    curl_easy_setopt(http->curl, CURLOPT_COOKIELIST, "ALL");
}

static struct curl_slist *add_header(struct curl_slist *list, const char *name, const char *value) {
    if (!value)
        return list;
    char *line = memory_format("%s: %s", name, value);
    list = curl_slist_append(list, line);
    free(line);
    return list;
}

static struct curl_slist *headers_of(const struct http *http, const struct http_request *request) {
    struct curl_slist *list = add_header(NULL, "Authorization", request->authorization);
    list = add_header(list, "X-Forwarded-For", http->options.forwarded_for);
    list = add_header(list, "Accept", request->accept);
    if (request->body && request->content_type)
        list = add_header(list, "Content-Type", request->content_type);
    return list;
}

static void set_up(struct http *http, const struct http_request *request,
                   struct http_response *response) {
    CURL *curl = http->curl;
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    if (request->body)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, response);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, response);
}

struct http_response *http_send(struct http *http, const struct http_request *request) {
    struct http_response *response = memory_new(1, sizeof *response);
    struct curl_slist *headers = headers_of(http, request);
    response->body = memory_copy("", 0);
    http->problem[0] = '\0';
    set_up(http, request, response);
    curl_easy_setopt(http->curl, CURLOPT_HTTPHEADER, headers);
    CURLcode code = curl_easy_perform(http->curl);
    curl_slist_free_all(headers);
    if (code == CURLE_OK)
        curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &response->status);
    else if (!http->problem[0])
        snprintf(http->problem, sizeof http->problem, "%s", curl_easy_strerror(code));
    if (code != CURLE_OK) {
        http_response_free(response);
        response = NULL;
    }
    if (http->options.observe)
        http->options.observe(http->options.user, request, response, http->problem);
    return response;
}

char *http_resolve(const char *base, const char *reference) {
    CURLU *url = curl_url();
    char *text = NULL, *copy = NULL;
    if (url && !curl_url_set(url, CURLUPART_URL, base, 0) &&
        (!reference[0] || !curl_url_set(url, CURLUPART_URL, reference, CURLU_NON_SUPPORT_SCHEME)) &&
        !curl_url_get(url, CURLUPART_URL, &text, 0))
        copy = memory_copy(text, strlen(text));
    curl_free(text);
    curl_url_cleanup(url);
    return copy;
}
