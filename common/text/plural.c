#include "common/text/plural.h"

size_t plural_one_other(int64_t n) {
    return n != 1;
}

size_t plural_one_few_many(int64_t n) {
    int64_t last = n % 10;
    if (n % 100 >= 11 && n % 100 <= 14)
        return 2;
    if (last == 1)
        return 0;
    return last >= 2 && last <= 4 ? 1 : 2;
}

size_t plural_other(int64_t n) {
    (void)n;
    return 0;
}
