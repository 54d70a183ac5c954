#include "conformance/engine/shots.h"

#include <stdio.h>
#include <stdlib.h>

#include "conformance/engine/chromium_page.h"
#include "conformance/engine/parameters.h"

static void take(struct chromium *chromium, json_t *shot) {
    char *png = chromium_picture(chromium, text_of(shot, "html"), text_of(shot, "url"));
    if (png)
        json_object_set_new(shot, "png", json_string(png));
    free(png);
}

void shots_take(const struct settings *settings, const json_t *records) {
    size_t i, k;
    json_t *record, *shot;
    if (!settings->chromium || settings->fast)
        return;
    struct chromium *chromium = chromium_new(settings->chromium);
    if (!chromium)
        fprintf(stderr, "hitkey-conformance op: %s cannot take pictures\n", settings->chromium);
    json_array_foreach(records, i, record) {
        json_array_foreach(json_object_get(record, "shots"), k, shot) {
            if (chromium)
                take(chromium, shot);
        }
    }
    chromium_free(chromium);
}
