/* Any bytes as ui_locales, as Accept-Language and as a tag: a language of ours comes out, and what
 * ui_locales names goes before what the browser does. */
#include <assert.h>

#include "common/http/language.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const str text = str_of((const char *)data, size);
    const struct header headers[] = {{S("Accept-Language"), text}, {S("accept-language"), text}};
    const struct request browser = {.headers = headers, .header_count = 2};
    const struct request app = {.ui_locales = text};
    const struct request both = {.ui_locales = text, .headers = headers, .header_count = 2};
    enum language language;

    assert(language_of(&browser) < LANGUAGE_COUNT && language_of(&app) < LANGUAGE_COUNT);
    assert(language_of(&both) == language_of(&app) || language_of(&both) == language_of(&browser));
    if (language_find(text, &language))
        assert(language_of(&app) == language && language_of(&browser) == language &&
               language_of(&both) == language);
    return 0;
}
