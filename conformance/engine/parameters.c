#include "conformance/engine/parameters.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/memory.h"

static char *decode(const char *p, size_t n) {
    char *plain = memory_copy(p, n);
    for (char *c = plain; *c; c++)
        *c = *c == '+' ? ' ' : *c;
    char *decoded = curl_easy_unescape(NULL, plain, (int)n, NULL);
    char *copy = memory_copy(decoded ? decoded : "", decoded ? strlen(decoded) : 0);
    curl_free(decoded);
    free(plain);
    return copy;
}

static void add(json_t *parameters, const char *name, const char *value) {
    json_t *text = text_json(value);
    json_t *there = json_object_get(parameters, name);
    if (!there)
        json_object_set_new(parameters, name, text);
    else if (json_is_array(there))
        json_array_append_new(there, text);
    else
        json_object_set_new(parameters, name, json_pack("[O, o]", there, text));
}

json_t *parameters_parse(const char *text) {
    json_t *parameters = json_object();
    while (*text) {
        size_t n = strcspn(text, "&"), name_n = strcspn(text, "=&");
        char *name = decode(text, name_n);
        char *value = name_n < n ? decode(text + name_n + 1, n - name_n - 1) : decode("", 0);
        if (n)
            add(parameters, name, value);
        free(name);
        free(value);
        text += n + (text[n] ? 1 : 0);
    }
    return parameters;
}

char *parameters_encode(json_t *parameters) {
    char *text = memory_copy("", 0);
    const char *name;
    json_t *member;
    json_object_foreach(parameters, name, member) {
        const char *string = json_string_value(member);
        char *value = curl_easy_escape(NULL, string ? string : "", 0);
        char *longer = memory_format("%s%s%s=%s", text, text[0] ? "&" : "", name, value);
        curl_free(value);
        free(text);
        text = longer;
    }
    return text;
}

char *parameters_url(const char *url, json_t *parameters) {
    char *query = parameters_encode(parameters);
    size_t n = strcspn(url, "#");
    char *longer = memory_format("%.*s%s%s", (int)n, url, memchr(url, '?', n) ? "&" : "?", query);
    free(query);
    return longer;
}

char *parameters_query(const char *url) {
    const char *mark = strchr(url, '?');
    if (!mark || (strchr(url, '#') && strchr(url, '#') < mark))
        return memory_copy("", 0);
    return memory_copy(mark + 1, strcspn(mark + 1, "#"));
}

char *parameters_fragment(const char *url) {
    const char *mark = strchr(url, '#');
    return memory_copy(mark ? mark + 1 : "", mark ? strlen(mark + 1) : 0);
}

const char *text_of(const json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

bool text_is(const char *text, const char *other) {
    return strcmp(text, other) == 0;
}

json_t *text_json(const char *text) {
    json_t *string = json_string(text);
    return string ? string : json_string("(not UTF-8)");
}

bool word_among(const char *word, const char *words) {
    size_t n = strlen(word);
    for (const char *p = words; n && *p; p += strcspn(p, "|"), p += *p == '|')
        if (strcspn(p, "|") == n && strncmp(p, word, n) == 0)
            return true;
    return false;
}
