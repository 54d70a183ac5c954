#include "common/http/accept_encoding.h"

/* ";q=0", "; q=0.000": never. Any other weight will do. */
static bool is_never(str parameters) {
    str part;
    while (str_next(&parameters, ';', &part)) {
        part = str_trim(part);
        if (!str_eq_nocase(str_head(part, 2), S("q=")))
            continue;
        for (size_t i = 2; i < part.n; i++)
            if (part.p[i] != '0' && part.p[i] != '.')
                return false;
        return true;
    }
    return false;
}

bool accept_encoding(str header, str coding) {
    bool others = !str_present(header);
    str item;
    while (str_next(&header, ',', &item)) {
        size_t end = str_find(item, ';');
        str name = str_trim(str_head(item, end));
        str parameters = end < item.n ? str_from_pos(item, end + 1) : STR_ABSENT;
        if (str_eq_nocase(name, coding))
            return !is_never(parameters);
        if (str_eq(name, S("*")))
            others = !is_never(parameters);
    }
    return others;
}
