#include "authz/account/account_sees.h"

#include <assert.h>

#include "common/base/json_read.h"

enum type { STRING, STRING_OR_NULL, INTEGER, BOOLEAN, OBJECT };

static const struct {
    str scope;
    enum text title;
} scopes[] = {
#define CONSENT_TEXT(id, scope) {S_INIT(scope), TEXT_scope_##id},
#include "authz/pages/consent_texts.def"
#undef CONSENT_TEXT
};

static const struct claim {
    const char *name;
    str word, text, scope;
    enum type type;
} claims[] = {
#define CLAIM(name, scope, type)                                                                   \
    {name, S_INIT("claim:" name), S_INIT("t.claim_" name), S_INIT(scope), type},
#include "authz/protocol/claims.def"
#undef CLAIM
};

enum {
    SCOPES = sizeof scopes / sizeof scopes[0],
    CLAIMS = sizeof claims / sizeof claims[0],
    VALUE_MAX = 4096,
    SHOWN_MAX = 80 /* bytes */
};

static const char *const address_parts[] = {"formatted", "street_address", "postal_code",
                                            "locality",  "region",         "country"};

static err join_address(struct request *rq, const json_t *address, str *out) {
    struct buf text = buf_in(rq->arena, VALUE_MAX);
    for (size_t i = 0; i < sizeof address_parts / sizeof address_parts[0]; i++) {
        str part = json_read_str(address, address_parts[i]);
        if (part.n && text.n)
            buf_add(&text, S(", "));
        buf_add(&text, part);
    }
    return buf_str(&text, out);
}

/* What people read of it: texts, and the address. Whether something is verified, and when it
 * changed, the title of the scope tells. */
static err value_of(struct request *rq, const struct claim *claim, const json_t *person, str *out) {
    *out = STR_ABSENT;
    if (claim->type == STRING)
        return str_dup(rq->arena, json_read_str(person, claim->name), out);
    if (claim->type == OBJECT)
        return join_address(rq, json_object_get(person, claim->name), out);
    return OK;
}

/* Enough to know it by, on a page with many apps; whole characters (RFC 3629 3). */
static err shorten(struct request *rq, str value, str *out) {
    size_t n = SHOWN_MAX;
    *out = value;
    if (value.n <= SHOWN_MAX)
        return OK;
    while (n > 0 && ((unsigned char)value.p[n] & 0xc0) == 0x80)
        n--;
    return STR_JOIN(rq->arena, out, str_head(value, n), S("…"));
}

static err put_fact(struct request *rq, const struct claim *claim, const json_t *person,
                    struct rows *facts) {
    const struct template_scope sentences = texts_scope(language_of(rq));
    const struct template_value *label = template_lookup(&sentences, claim->text);
    str value;
    assert(label && "a claim has no text");
    TRY(value_of(rq, claim, person, &value));
    if (str_empty(value))
        return OK;
    TRY(shorten(rq, value, &value));
    rows_next(facts);
    rows_put(facts, "label", label->text);
    rows_put(facts, "value", value);
    return OK;
}

/* Of one scope: all its claims, or those that were asked for alone. */
static err list_facts(struct request *rq, str words, str scope, const json_t *person,
                      struct rows *facts, bool *any) {
    *any = str_has_word(words, scope);
    *facts = rows_begin(rq, CLAIMS);
    bool whole = *any;
    for (size_t i = 0; i < CLAIMS; i++) {
        bool shown = whole || str_has_word(words, claims[i].word);
        if (!shown || !str_eq(claims[i].scope, scope))
            continue;
        *any = true;
        TRY(put_fact(rq, &claims[i], person, facts));
    }
    return OK;
}

err account_sees(struct request *rq, str scope, const json_t *person, struct rows *out) {
    *out = rows_begin(rq, SCOPES);
    for (size_t i = 0; i < SCOPES; i++) {
        struct rows facts;
        bool any;
        TRY(list_facts(rq, scope, scopes[i].scope, person, &facts, &any));
        if (!any)
            continue;
        rows_next(out);
        rows_put_text(out, "title", scopes[i].title);
        rows_put_list(out, "facts", &facts);
    }
    return OK;
}
