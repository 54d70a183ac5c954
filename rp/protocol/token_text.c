#include "rp/protocol/token_text.h"

bool token_text_is_plain(str text) {
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < 0x20 || text.p[i] > 0x7e)
            return false;
    return text.n > 0;
}
