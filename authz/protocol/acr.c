#include "authz/protocol/acr.h"

static const struct class {
    str value, amr;
} classes[] = {
#define ACR(value, amr) {S_INIT(value), S_INIT(amr)},
#include "authz/protocol/acr_values.def"
#undef ACR
};

static bool is_of(const struct class *class, str amr) {
    str methods = class->amr, method;
    while (str_next(&methods, ' ', &method))
        if (str_has_word(amr, method))
            return true;
    return false;
}

str acr_of(str amr) {
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (is_of(&classes[i], amr))
            return classes[i].value;
    return STR_ABSENT;
}

static const struct class *find(str value) {
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (str_eq(classes[i].value, value))
            return &classes[i];
    return NULL;
}

bool acr_known(str wanted) {
    str value;
    while (str_next(&wanted, ' ', &value))
        if (find(value))
            return true;
    return false;
}

/* Of the classes wanted the first that is met, or NULL. */
static const struct class *first_met(str amr, str wanted) {
    str value;
    while (str_next(&wanted, ' ', &value)) {
        const struct class *class = find(value);
        if (class && is_of(class, amr))
            return class;
    }
    return NULL;
}

bool acr_meets(str amr, str wanted) {
    return first_met(amr, wanted);
}

str acr_choose(str amr, str wanted) {
    const struct class *class = first_met(amr, wanted);
    return class ? class->value : acr_of(amr);
}
