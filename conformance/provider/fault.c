#include "conformance/provider/fault.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"
#include "conformance/provider/external_claims.h"
#include "conformance/provider/provider.h"

static void fault_nothing(struct provider *provider, json_t *document, const struct fault *fault) {
    (void)provider;
    (void)document;
    (void)fault;
}

static void fault_set(struct provider *provider, json_t *document, const struct fault *fault) {
    (void)provider;
    json_object_set_new(document, fault->member, json_string(fault->value));
}

static void fault_set_json(struct provider *provider, json_t *document, const struct fault *fault) {
    (void)provider;
    json_object_set_new(document, fault->member, json_loads(fault->value, JSON_DECODE_ANY, NULL));
}

static void fault_drop(struct provider *provider, json_t *document, const struct fault *fault) {
    (void)provider;
    json_object_del(document, fault->member);
}

/* More than five minutes ago, which no clock excuses. */
static void fault_expire(struct provider *provider, json_t *document, const struct fault *fault) {
    enum { AGO_S = 600 };
    (void)provider;
    json_object_set_new(document, fault->member, json_integer((json_int_t)time(NULL) - AGO_S));
}

/* A text becomes a list of it, and of the fault's value if there is one. */
static void fault_list(struct provider *provider, json_t *document, const struct fault *fault) {
    (void)provider;
    json_t *list = json_pack("[O]", json_object_get(document, fault->member));
    if (fault->value[0])
        json_array_append_new(list, json_string(fault->value));
    json_object_set_new(document, fault->member, list);
}

static char swapped(char c) {
    enum { CASE = 'a' ^ 'A' };
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter ? (char)(c ^ CASE) : c;
}

static void fault_swap_case(struct provider *provider, json_t *document,
                            const struct fault *fault) {
    (void)provider;
    const char *text = text_of(document, fault->member);
    char *copy = memory_copy(text, strlen(text));
    for (char *c = copy; *c; c++)
        *c = swapped(*c);
    json_object_set_new(document, fault->member, json_string(copy));
    free(copy);
}

/* The set of the one RSA key; a token without kid. */
static void fault_one_key(struct provider *provider, json_t *document, const struct fault *fault) {
    (void)fault;
    json_object_del(document, "kid");
    if (json_object_get(document, "keys"))
        json_object_set_new(document, "keys",
                            json_pack("[o]", signing_keys_jwk(provider->keys, KEY_OF_RING)));
}

/* The set of two RSA keys among others; a token without kid, signed with the second of them or with
 * one that is not there. */
static void fault_two_keys(struct provider *provider, json_t *document, const struct fault *fault) {
    json_t *keys = json_object_get(document, "keys");
    json_object_del(document, "kid");
    if (keys)
        json_array_append_new(keys, signing_keys_jwk(provider->keys, KEY_SECOND));
    else
        json_object_set_new(document, "key", json_string(fault->value));
}

static void fault_aggregate(struct provider *provider, json_t *document,
                            const struct fault *fault) {
    (void)fault;
    external_claims_aggregate(provider, document);
}

static void fault_distribute(struct provider *provider, json_t *document,
                             const struct fault *fault) {
    (void)fault;
    external_claims_distribute(provider, document);
}

/* Of what the response had, state and iss stay (OIDC Core 3.1.2.6, RFC 9207 2). */
static void fault_login_required(struct provider *provider, json_t *document,
                                 const struct fault *fault) {
    static const char *const stays[] = {"state", "iss"};
    (void)provider;
    (void)fault;
    json_t *before = json_copy(document);
    json_object_clear(document);
    json_object_set_new(document, "error", json_string("login_required"));
    for (size_t i = 0; i < sizeof stays / sizeof stays[0]; i++)
        if (json_object_get(before, stays[i]))
            json_object_set(document, stays[i], json_object_get(before, stays[i]));
    json_decref(before);
}

static const struct fault faults[] = {
#define FAULT(id, place, bend, member, value) {#id, place, bend, member, value},
#include "conformance/provider/faults.def"
#undef FAULT
};

const struct fault *fault_get(enum fault_id id) {
    return &faults[id];
}

void fault_bend(struct provider *provider, enum place place, json_t *document) {
    if (provider->fault->places & place)
        provider->fault->bend(provider, document, provider->fault);
}
