#include "authz/protocol/acr.h"

static const struct {
    str value, amr;
} classes[] = {
#define ACR(value, amr) {S_INIT(value), S_INIT(amr)},
#include "authz/protocol/acr_values.def"
#undef ACR
};

str acr_of(str amr) {
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (str_has_word(amr, classes[i].amr))
            return classes[i].value;
    return STR_ABSENT;
}
