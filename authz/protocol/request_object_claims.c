#include "authz/protocol/request_object_claims.h"

#include "authz/protocol/jwt_claims.h"
#include "authz/protocol/response_type.h"

/* RFC 7519 4.1: about the object, not in the request. */
static const str registered[] = {S_INIT("iss"), S_INIT("sub"), S_INIT("aud"), S_INIT("exp"),
                                 S_INIT("nbf"), S_INIT("iat"), S_INIT("jti")};

static bool is_registered(str name) {
    bool found = false;
    for (size_t i = 0; i < sizeof registered / sizeof registered[0]; i++)
        found |= str_eq(name, registered[i]);
    return found;
}

/* --- the object as a JWT -------------------------------------------------------------------- */

/* Not there, or this text. */
static bool is_if_there(const json_t *claims, const char *name, str text) {
    return !json_object_get(claims, name) || str_eq(json_read_str(claims, name), text);
}

/* RFC 9101 4, 6.3 and 10.8: another JWT of the client, such as an assertion, is no request object.
 */
static err check_parties(const json_t *claims, const struct request_object_rules *rules) {
    bool has_aud = json_object_get(claims, "aud") != NULL;
    REQUIRE(is_if_there(claims, "iss", rules->client_id), invalid_request_object,
            "iss of the request object must be the client_id");
    REQUIRE(!str_eq(json_read_str(claims, "sub"), rules->client_id), invalid_request_object,
            "sub of a request object must not be the client_id: that would be an assertion");
    REQUIRE(!has_aud || jwt_claims_audience(claims, &rules->issuer, 1, false),
            invalid_request_object, "aud of the request object does not name this issuer");
    return OK;
}

static err check_times(const json_t *claims, const struct request_object_rules *rules) {
    const char *why;
    if (!jwt_claims_times(claims, rules->now_s, &why))
        return (err){E_invalid_request_object, why, ERR_AT};
    return OK;
}

/* OIDC Core 6.1: "MUST match". The order of words says nothing (RFC 6749 3.1.1). */
static bool same_response_type(str inside, str outside) {
    const struct response_type *type = response_type_find(inside);
    return str_eq(inside, outside) || (type && type == response_type_find(outside));
}

static err check_request(const json_t *claims, const struct request_object_rules *rules,
                         const struct form *outside) {
    str inside = json_read_str(claims, "response_type");
    str type = form_get(outside, S("response_type"));
    REQUIRE(!json_object_get(claims, "request") && !json_object_get(claims, "request_uri"),
            invalid_request_object, "a request object must not hold request or request_uri");
    REQUIRE(is_if_there(claims, "client_id", rules->client_id), invalid_request_object,
            "client_id of the request object is not the one beside it");
    REQUIRE(!str_present(inside) || !str_present(type) || same_response_type(inside, type),
            invalid_request_object, "response_type of the request object is not the one beside it");
    return OK;
}

/* --- its claims as parameters --------------------------------------------------------------- */

/* OIDC Core 6.1: "represented as JSON strings … max_age as a number … claims as an object". */
static err value_of(struct arena *arena, const json_t *value, str *out) {
    str text = str_of(json_string_value(value), json_string_length(value));
    REQUIRE(!json_is_real(value), invalid_request_object,
            "a number in the request object has a fraction");
    if (!json_is_string(value))
        return json_read_dump(arena, value, out);
    *out = STR_ABSENT; /* RFC 6749 3.1: an empty one counts as not sent */
    return str_empty(text) ? OK : str_dup(arena, text, out);
}

static err put_inside(struct arena *arena, const char *name, const json_t *value,
                      struct form *out) {
    struct form_param *param = &out->list[out->n];
    *param = (struct form_param){0};
    if (json_is_null(value) || is_registered(str_from(name)))
        return OK;
    TRY(value_of(arena, value, &param->value));
    TRY(str_dup(arena, str_from(name), &param->name));
    out->n += str_present(param->value);
    return OK;
}

static void put_outside(const struct form *outside, struct form *out) {
    size_t inside = out->n;
    for (size_t i = 0; i < outside->n; i++) {
        const struct form_param *param = &outside->list[i];
        bool laid_over = str_eq(param->name, S("request")) || str_eq(param->name, S("request_uri"));
        for (size_t k = 0; k < inside; k++)
            laid_over |= str_eq(param->name, out->list[k].name);
        if (!laid_over)
            out->list[out->n++] = *param;
    }
}

static err merge(struct arena *arena, const json_t *claims, const struct form *outside,
                 struct form *out) {
    const char *name;
    json_t *value;
    size_t inside = json_object_size(claims);
    REQUIRE(inside <= FORM_MAX_PARAMS, invalid_request_object,
            "the request object has too many members");
    *out = (struct form){arena_array(arena, inside + outside->n + 1, sizeof *out->list), 0};
    REQUIRE(out->list, no_memory, "the request needs more memory than it may have");
    json_object_foreach(json_read_members(claims), name, value) {
        TRY(put_inside(arena, name, value, out));
    }
    put_outside(outside, out);
    return OK;
}

err request_object_claims_merge(struct arena *arena, const json_t *claims,
                                const struct request_object_rules *rules,
                                const struct form *outside, struct form *out) {
    TRY(form_unique(outside, S("resource")));
    TRY(check_parties(claims, rules));
    TRY(check_times(claims, rules));
    TRY(check_request(claims, rules, outside));
    return merge(arena, claims, outside, out);
}
