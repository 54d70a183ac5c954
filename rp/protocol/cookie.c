#include "rp/protocol/cookie.h"

bool cookie_next(str *rest, struct cookie *out) {
    str pair;
    while (str_next(rest, ';', &pair)) {
        size_t equals = str_find(pair, '=');
        if (equals == pair.n)
            continue;
        out->name = str_trim(str_head(pair, equals));
        out->value = str_trim(str_from_pos(pair, equals + 1));
        return true;
    }
    return false;
}
