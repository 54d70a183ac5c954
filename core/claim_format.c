#include "core/claim_format.h"

#include "common/base/json_read.h"
#include "common/base/url.h"
#include "common/base/utf8.h"

static bool digit(char c) {
    return c >= '0' && c <= '9';
}

static bool alphanumeric(char c) {
    return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digits(str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!digit(s.p[i]))
            return false;
    return s.n > 0;
}

bool claim_format_web(str value) {
    struct url url;
    return !failed(url_parse(value, &url)) && url.host.n > 0 && !str_present(url.userinfo) &&
           (str_eq_nocase(url.scheme, S("https")) || str_eq_nocase(url.scheme, S("http")));
}

static int64_t number(str s) {
    int64_t n;
    return digits(s) && !failed(str_to_int(s, 9999, &n)) ? n : -1;
}

/* Without a year, the 29th of February is a birthday too. */
static int64_t days_of(int64_t year, int64_t month) {
    static const int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12)
        return 0;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

bool claim_format_birthdate(str value) {
    int64_t year = number(str_head(value, 4));
    if (value.n == 4)
        return year > 0;
    if (value.n != 10 || value.p[4] != '-' || value.p[7] != '-' || year < 0)
        return false;
    int64_t month = number(str_head(str_from_pos(value, 5), 2));
    int64_t day = number(str_from_pos(value, 8));
    return day >= 1 && day <= days_of(year, month);
}

/* Parts between `separator`, each of 1 to `max` letters, digits and `also`. */
static bool parts(str value, char separator, size_t max, const char *also) {
    str part;
    while (str_next(&value, separator, &part)) {
        if (part.n == 0 || part.n > max)
            return false;
        for (size_t i = 0; i < part.n; i++)
            if (!alphanumeric(part.p[i]) && (!part.p[i] || !strchr(also, part.p[i])))
                return false;
    }
    return true;
}

bool claim_format_zoneinfo(str value) {
    return value.n > 0 && parts(value, '/', 32, "_+-");
}

/* RFC 5646 2.1: a language of 2 to 8 letters, then subtags of 1 to 8. */
bool claim_format_locale(str value) {
    char separator = str_find(value, '_') < value.n ? '_' : '-';
    str language = str_head(value, str_find(value, separator));
    for (size_t i = 0; i < language.n; i++)
        if (digit(language.p[i]))
            return false;
    return language.n >= 2 && parts(value, separator, 8, "");
}

bool claim_format_phone(str value) {
    return value.n >= 3 && value.n <= 16 && value.p[0] == '+' && value.p[1] != '0' &&
           digits(str_from_pos(value, 1));
}

/* Lines of the whole address and of the street are separated by line feeds. */
static bool address_text(str text) {
    str line;
    while (str_next(&text, '\n', &line))
        if (utf8_has_control(line))
            return false;
    return true;
}

bool claim_format_address(str value) {
    static const char *const members[] = {"formatted", "street_address", "locality",
                                          "region",    "postal_code",    "country"};
    AUTO(json_ref) address = NULL;
    if (failed(json_read_object(value, &address)))
        return false;
    size_t good = 0;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        str text = json_read_str(address, members[i]);
        good += str_trim(text).n > 0 && address_text(text);
    }
    return good > 0 && good == json_object_size(address);
}
