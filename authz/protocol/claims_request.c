#include "authz/protocol/claims_request.h"

#include "authz/protocol/claims.h"
#include "authz/protocol/scope.h"
#include "common/base/buf.h"
#include "common/base/json_read.h"

static str text_of(const json_t *value) {
    return str_of(json_string_value(value), json_string_length(value));
}

/* --- the shape (OIDC Core 5.5.1) ------------------------------------------------------------ */

static err check_claim(const json_t *claim) {
    const json_t *essential = json_object_get(claim, "essential"),
                 *values = json_object_get(claim, "values");
    REQUIRE(json_is_null(claim) || json_is_object(claim), invalid_request,
            "claims: each claim must be null or an object");
    REQUIRE(!essential || json_is_boolean(essential), invalid_request,
            "claims: essential must be true or false");
    REQUIRE(!values || (json_is_array(values) && json_array_size(values) > 0 &&
                        json_array_size(values) <= CLAIMS_REQUEST_VALUES),
            invalid_request, "claims: values must be a list of some values");
    return OK;
}

static err check_place(json_t *place) {
    const char *name;
    json_t *claim;
    REQUIRE(!place || json_is_object(place), invalid_request,
            "claims: userinfo and id_token must be objects");
    json_object_foreach(place, name, claim) {
        TRY(check_claim(claim));
    }
    return OK;
}

/* The names that are ours, as words. */
static err read_names(struct arena *arena, json_t *place, str *out) {
    const char *name;
    json_t *claim;
    struct buf words = buf_in(arena, CLAIMS_REQUEST_MAX);
    *out = STR_ABSENT;
    json_object_foreach(place, name, claim) {
        if (!str_present(claims_scope_of(str_from(name))))
            continue;
        if (words.n)
            buf_add_c(&words, ' ');
        buf_add(&words, str_from(name));
    }
    return words.n ? buf_str(&words, out) : OK;
}

/* --- sub and acr ---------------------------------------------------------------------------- */

struct values {
    str list[CLAIMS_REQUEST_VALUES];
    size_t n;
};

/* `value`, or else `values`. */
static err read_values(struct arena *arena, const json_t *claim, struct values *out) {
    const json_t *value = json_object_get(claim, "value"),
                 *values = json_object_get(claim, "values");
    size_t n = value ? 1 : json_array_size(values);
    out->n = 0;
    for (size_t i = 0; i < n; i++) {
        const json_t *item = value ? value : json_array_get(values, i);
        REQUIRE(json_is_string(item), invalid_request, "claims: sub and acr are texts");
        TRY(str_dup(arena, text_of(item), &out->list[out->n++]));
    }
    return OK;
}

/* OIDC Core 5.5.1: as the value of either place; both together could name two people. */
static err read_sub(struct arena *arena, const json_t *userinfo, const json_t *id_token,
                    struct claims_request *out) {
    struct values in_userinfo, in_id_token;
    TRY(read_values(arena, json_object_get(userinfo, "sub"), &in_userinfo));
    TRY(read_values(arena, json_object_get(id_token, "sub"), &in_id_token));
    REQUIRE(!in_userinfo.n || !in_id_token.n ||
                (in_userinfo.n == 1 && in_id_token.n == 1 &&
                 str_eq(in_userinfo.list[0], in_id_token.list[0])),
            invalid_request, "claims: userinfo and id_token name different people");
    const struct values *given = in_id_token.n ? &in_id_token : &in_userinfo;
    for (size_t i = 0; i < given->n; i++)
        out->subs[i] = given->list[i];
    out->sub_count = given->n;
    return OK;
}

/* A value with a space in it is no class of ours, and would be two words. */
static err read_acr(struct arena *arena, const json_t *claim, struct claims_request *out) {
    struct values values;
    struct buf words = buf_in(arena, CLAIMS_REQUEST_MAX);
    TRY(read_values(arena, claim, &values));
    if (!values.n)
        return OK;
    for (size_t i = 0; i < values.n; i++) {
        if (str_find(values.list[i], ' ') < values.list[i].n)
            continue;
        if (words.n)
            buf_add_c(&words, ' ');
        buf_add(&words, values.list[i]);
    }
    out->acr_essential = json_read_true(claim, "essential");
    if (!words.n)
        out->acr = S("");
    return words.n ? buf_str(&words, &out->acr) : OK;
}

/* --- all of it ------------------------------------------------------------------------------ */

err claims_request_parse(struct arena *arena, str text, struct claims_request *out) {
    AUTO(json_ref) json = NULL;
    *out = (struct claims_request){.sub_count = 0};
    REQUIRE(text.n <= CLAIMS_REQUEST_MAX, invalid_request, "claims is too large");
    err e = json_read_object(text, &json);
    if (err_is(e, E_no_memory))
        return e;
    REQUIRE(!failed(e), invalid_request, "claims is not a JSON object");
    json_t *userinfo = json_object_get(json, "userinfo"),
           *id_token = json_object_get(json, "id_token");
    TRY(check_place(userinfo));
    TRY(check_place(id_token));
    TRY(read_names(arena, userinfo, &out->userinfo));
    TRY(read_names(arena, id_token, &out->id_token));
    TRY(read_sub(arena, userinfo, id_token, out));
    return read_acr(arena, json_object_get(id_token, "acr"), out);
}

err claims_request_consent(struct arena *arena, const struct claims_request *claims, str scope,
                           str *words) {
    str rest, name;
    struct buf out = buf_in(arena, CLAIMS_REQUEST_MAX);
    TRY(scope_union(arena, claims->userinfo, claims->id_token, &rest));
    *words = STR_ABSENT;
    while (str_next(&rest, ' ', &name)) {
        if (str_empty(name) || str_has_word(scope, claims_scope_of(name)))
            continue;
        if (out.n)
            buf_add_c(&out, ' ');
        buf_add(&out, S("claim:"));
        buf_add(&out, name);
    }
    return out.n ? buf_str(&out, words) : OK;
}
