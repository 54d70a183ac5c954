#include "rp/protocol/bearer.h"

bool bearer_is_sendable(str token) {
    for (size_t i = 0; i < token.n; i++)
        if (token.p[i] <= 0x20 || token.p[i] > 0x7e)
            return false;
    return !str_empty(token);
}
