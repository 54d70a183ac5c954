#include "rp/protocol/http_date.h"

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
enum { LENGTH = 29, MONTHS = 12 };

/* `n` digits at `at`; -1 if they are not. */
static int64_t digits(str text, size_t at, size_t n) {
    int64_t value;
    str part = str_of(text.p + at, n);
    return failed(str_to_int(part, INT32_MAX, &value)) ? -1 : value;
}

static int64_t month_of(str text) {
    for (int64_t i = 0; i < MONTHS; i++)
        if (memcmp(months + 3 * i, text.p + 8, 3) == 0)
            return i + 1;
    return -1;
}

/* Everything that is no name and no number; '*' stands for those. */
static bool is_shaped(str text) {
    static const char shape[LENGTH + 1] = "***, ** *** **** **:**:** GMT";
    for (size_t i = 0; text.n == LENGTH && i < LENGTH; i++)
        if (shape[i] != '*' && shape[i] != text.p[i])
            return false;
    return text.n == LENGTH;
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar; March is the first month of its year,
 * so that the leap day is the last. */
static int64_t days_of(int64_t year, int64_t month, int64_t day) {
    int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

bool http_date_read(str text, int64_t *out) {
    if (!is_shaped(text))
        return false;
    int64_t day = digits(text, 5, 2), month = month_of(text), year = digits(text, 12, 4);
    int64_t hour = digits(text, 17, 2), minute = digits(text, 20, 2), second = digits(text, 23, 2);
    bool good = day >= 1 && day <= 31 && month >= 1 && year >= 1970 && hour >= 0 && hour <= 23 &&
                minute >= 0 && minute <= 59 && second >= 0 && second <= 60;
    if (good)
        *out = days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    return good;
}
