#include "rp/protocol/claim_sources.h"

#include "common/base/json_read.h"
#include "rp/protocol/claims_merge.h"

#define NAMES   "_claim_names"
#define SOURCES "_claim_sources"

static bool is_read(const struct claim_sources *sources, str name) {
    for (size_t i = 0; i < sources->n; i++)
        if (str_eq(sources->list[i].name, name))
            return true;
    return false;
}

static err read_source(struct failure *failure, const json_t *all, str name,
                       struct claim_sources *out) {
    const json_t *source = json_object_getn(all, name.p, name.n);
    HOLD(failure, claim_sources_are_few, out->n < CLAIM_SOURCES);
    if (out->n == CLAIM_SOURCES)
        return OK;
    out->list[out->n++] = (struct claim_source){
        .name = name,
        .jwt = json_read_str(source, "JWT"),
        .endpoint = json_read_str(source, "endpoint"),
        .access_token = json_read_str(source, "access_token"),
    };
    return OK;
}

err claim_sources_read(struct failure *failure, const json_t *claims, struct claim_sources *out) {
    const json_t *names = json_object_get(claims, NAMES), *all = json_object_get(claims, SOURCES);
    const char *claim;
    json_t *source;
    *out = (struct claim_sources){0};
    json_object_foreach(json_read_members(names), claim, source) {
        str name = str_of(json_string_value(source), json_string_length(source));
        if (str_present(name) && !is_read(out, name))
            TRY(read_source(failure, all, name, out));
    }
    return OK;
}

err claim_sources_add(json_t *claims, str source, const json_t *from) {
    const json_t *names = json_object_get(claims, NAMES);
    const char *claim;
    json_t *named;
    json_object_foreach(json_read_members(names), claim, named) {
        json_t *value = json_object_get(from, claim);
        bool ours = str_eq(str_of(json_string_value(named), json_string_length(named)), source);
        if (!ours || !value || claim_is_protected(str_from(claim)) ||
            json_object_get(claims, claim))
            continue;
        REQUIRE(json_object_set(claims, claim, value) == 0, no_memory,
                "there is no memory for the claims");
    }
    return OK;
}

void claim_sources_forget(json_t *claims) {
    json_object_del(claims, NAMES);
    json_object_del(claims, SOURCES);
}

bool claim_sources_trusted(str setting, str issuer, str *jwks_uri) {
    str word;
    *jwks_uri = STR_ABSENT;
    while (str_next(&setting, ' ', &word)) {
        size_t end = str_find(word, '=');
        if (str_empty(word) || !str_eq(str_head(word, end), issuer))
            continue;
        if (end < word.n)
            *jwks_uri = str_from_pos(word, end + 1);
        return true;
    }
    return false;
}
