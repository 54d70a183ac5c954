#include "authz/device.h"

/* The first word that is there tells: most browsers also name those they are like. */
static const struct {
    const char *word, *name;
} browsers[] =
    {{"Edg", "Edge"},         {"OPR", "Opera"},       {"SamsungBrowser", "Samsung Internet"},
     {"YaBrowser", "Yandex"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"},
     {"CriOS", "Chrome"},     {"Chrome", "Chrome"},   {"Safari", "Safari"},
     {"curl", "curl"}},
  systems[] = {{"Android", "Android"}, {"iPhone", "iPhone"},  {"iPad", "iPad"},
               {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"},
               {"Linux", "Linux"}};

#define FIND(table, text, out)                                                                     \
    for (size_t i = 0; i < sizeof(table) / sizeof((table)[0]) && !(out); i++)                      \
        if (str_find_str((text), str_from((table)[i].word)) < (text).n)                            \
            (out) = (table)[i].name;

err device_name(struct arena *arena, str user_agent, str *out) {
    const char *browser = NULL, *system = NULL;
    *out = STR_ABSENT;
    FIND(browsers, user_agent, browser)
    FIND(systems, user_agent, system)
    if (!browser && !system)
        return OK;
    return STR_JOIN(arena, out, browser ? str_from(browser) : S(""),
                    browser && system ? S(" · ") : S(""), system ? str_from(system) : S(""));
}
