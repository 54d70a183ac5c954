#include "authz/protocol/scope.h"

#include "common/base/buf.h"

static const str words[] = {
#define SCOPE(id, name, doc) S_INIT(name),
#include "authz/protocol/scopes.def"
#undef SCOPE
};

str scope_all(void) {
    static const char all[] =
#define SCOPE(id, name, doc) name " "
#include "authz/protocol/scopes.def"
#undef SCOPE
        ;
    return str_of(all, sizeof all - 2); /* neither the last space nor the NUL */
}

bool scope_known(str word) {
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_eq(word, words[i]))
            return true;
    return false;
}

/* RFC 6749 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ) */
static bool token_char(char c) {
    return c > ' ' && c <= '~' && c != '"' && c != '\\';
}

err scope_check(str scope) {
    REQUIRE(!str_empty(scope), invalid_scope, "scope is empty");
    REQUIRE(scope.n <= SCOPE_MAX, invalid_scope, "scope is too long");
    char before = ' ';
    for (size_t i = 0; i < scope.n; i++) {
        char c = scope.p[i];
        REQUIRE(token_char(c) || (c == ' ' && before != ' '), invalid_scope,
                "scope is not a list of words separated by single spaces");
        before = c;
    }
    REQUIRE(before != ' ', invalid_scope, "scope ends in a space");
    return OK;
}

bool scope_within(str narrow, str wide) {
    str rest = narrow, word;
    while (str_next(&rest, ' ', &word))
        if (!str_empty(word) && !str_has_word(wide, word))
            return false;
    return true;
}

/* Adds the words of `scope` that are in `allowed` (absent: all) and not yet in `out`. */
static void add_words(struct buf *out, str scope, str allowed) {
    str rest = scope, word;
    while (str_next(&rest, ' ', &word)) {
        if (str_empty(word) || str_has_word(str_of(out->p, out->n), word))
            continue;
        if (str_present(allowed) && !str_has_word(allowed, word))
            continue;
        if (out->n)
            buf_add_c(out, ' ');
        buf_add(out, word);
    }
}

err scope_intersect(struct arena *arena, str scope, str allowed, str *out) {
    struct buf list = buf_in(arena, scope.n);
    add_words(&list, scope, str_present(allowed) ? allowed : S(""));
    return buf_str(&list, out);
}

err scope_union(struct arena *arena, str a, str b, str *out) {
    struct buf list = buf_in(arena, a.n + b.n + 1);
    add_words(&list, a, STR_ABSENT);
    add_words(&list, b, STR_ABSENT);
    return buf_str(&list, out);
}
