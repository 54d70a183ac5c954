#include "conformance/engine/plan.h"

#include <string.h>

#include "conformance/modules/modules.h"

const struct plan plans[] = {
#define PLAN(name, profile, list, response_types, mode, auth)                                      \
    {name, profile, list, response_types, {"", mode, auth, NULL}},
#include "conformance/engine/plans.def"
#undef PLAN
};
const size_t plans_n = sizeof plans / sizeof plans[0];

const struct module modules[] = {
#define MODULE(name, function, lists, when, spec, demand)                                          \
    {name, function, lists, when, spec, demand, NULL},
#include "conformance/modules/modules.def"
#undef MODULE
};
const size_t modules_n = sizeof modules / sizeof modules[0];

bool plan_next_response_type(const char **rest, char *out, size_t room) {
    size_t n = strcspn(*rest, "|");
    if (n == 0 || n >= room)
        return false;
    memcpy(out, *rest, n);
    out[n] = '\0';
    *rest += n + ((*rest)[n] == '|');
    return true;
}

bool response_type_has(const char *response_type, const char *word) {
    size_t n = strlen(word);
    for (const char *p = response_type; *p; p += strcspn(p, " "), p += *p == ' ')
        if (strcspn(p, " ") == n && strncmp(p, word, n) == 0)
            return true;
    return false;
}

bool plan_has(const struct plan *plan, const struct module *module, const char *response_type) {
    if (!(module->lists & plan->list))
        return false;
    switch (module->when) {
    case WHEN_ALWAYS:
        return true;
    case WHEN_ACCESS_TOKEN:
        return strcmp(response_type, "id_token") != 0;
    case WHEN_NONCE_OPTIONAL:
        return !response_type_has(response_type, "id_token");
    case WHEN_NONCE_MANDATORY:
        return response_type_has(response_type, "id_token");
    case WHEN_CODE:
        return response_type_has(response_type, "code");
    case WHEN_C_HASH:
        return response_type_has(response_type, "code") &&
               response_type_has(response_type, "id_token");
    case WHEN_AT_HASH:
        return response_type_has(response_type, "token") &&
               response_type_has(response_type, "id_token");
    }
    return false;
}
