#include "common/base/clock.h"

#include <time.h>

int64_t clock_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_monotonic_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static err broken_down(int64_t time_ms, struct tm *out) {
    time_t seconds = (time_t)(time_ms / 1000);
    REQUIRE(time_ms >= 0 && gmtime_r(&seconds, out), internal, "a time is out of range");
    return OK;
}

err clock_iso8601(struct arena *arena, int64_t time_ms, str *out) {
    struct tm t;
    TRY(broken_down(time_ms, &t));
    return str_printf(arena, out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900,
                      t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec,
                      (int)(time_ms % 1000));
}

err clock_http_date(struct arena *arena, int64_t time_ms, str *out) {
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm t;
    TRY(broken_down(time_ms, &t));
    return str_printf(arena, out, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[t.tm_wday], t.tm_mday,
                      months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}
