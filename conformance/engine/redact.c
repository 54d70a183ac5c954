#include "conformance/engine/redact.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "conformance/engine/memory.h"

enum { SHOWN = 6, LONG = 12 };

static const char *const names[] = {
#define REDACT(name) name,
#include "conformance/engine/redact.def"
#undef REDACT
};

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* The length of a secret's name that begins at p; 0: none does. */
static size_t name_at(const char *text, const char *p) {
    if (p > text && is_word(p[-1]))
        return 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t n = strlen(names[i]);
        if (strncasecmp(p, names[i], n) == 0 && !is_word(p[n]))
            return n;
    }
    return 0;
}

/* Where the value behind a name begins, and which characters end it; NULL: there is no value. */
static const char *value_at(const char *p, const char **ends) {
    bool quoted = *p == '"';
    p += quoted;
    if (*p == '=' && !quoted) {
        *ends = "& \r\n\"'<";
        return p + 1;
    }
    if (*p != ':')
        return NULL;
    p += 1 + strspn(p + 1, " \t\r\n");
    if (quoted && *p != '"')
        return NULL;
    *ends = quoted ? "\"" : "\r\n";
    return p + quoted;
}

char *redact(const char *text) {
    char *out = memory_new(strlen(text) + 1, 1);
    size_t at = 0;
    for (const char *p = text; *p;) {
        size_t n = name_at(text, p);
        const char *ends = "", *value = n ? value_at(p + n, &ends) : NULL;
        if (!value) {
            out[at++] = *p++;
            continue;
        }
        size_t length = strcspn(value, ends), shown = length > LONG ? SHOWN : 0;
        memcpy(out + at, p, (size_t)(value - p) + shown);
        at += (size_t)(value - p) + shown;
        for (size_t i = 0; i < 3 && shown + i < length; i++)
            out[at++] = '*';
        p = value + length;
    }
    return out;
}
