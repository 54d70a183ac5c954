#include "conformance/engine/report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "conformance/engine/memory.h"
#include "conformance/engine/parameters.h"

static json_t *report_of(const struct settings *settings, const json_t *records) {
    char when[32] = "";
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc))
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return json_pack("{s:s, s:s, s:s, s:b, s:b, s:O}", settings->rp ? "rp" : "issuer",
                     settings->rp ? settings->rp : settings->issuer, "about",
                     settings->rp ? "OpenID Relying Party" : "OpenID Provider", "when", when,
                     "fast", settings->fast, "strict", settings->strict, "modules", records);
}

static FILE *create(const struct settings *settings, const char *name) {
    char *path = memory_format("%s/%s", settings->report_dir, name);
    FILE *file = fopen(path, "wb");
    if (!file)
        fprintf(stderr, "hitkey-conformance: %s cannot be written\n", path);
    free(path);
    return file;
}

bool report_write(const struct settings *settings, const json_t *records) {
    mkdir(settings->report_dir, 0777);
    FILE *json = create(settings, "report.json"), *html = create(settings, "report.html");
    json_t *report = report_of(settings, records);
    bool ok = json && html && json_dumpf(report, json, JSON_INDENT(1)) == 0;
    if (html)
        report_html(html, report);
    json_decref(report);
    if (json && fclose(json) != 0)
        ok = false;
    if (html && fclose(html) != 0)
        ok = false;
    return ok;
}
