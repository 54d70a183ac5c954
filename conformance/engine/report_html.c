#include "conformance/engine/parameters.h"
#include "conformance/engine/report.h"

#include <string.h>

/* The page's own style: no script, no other file. */
static const char *const head[] = {
    "<!doctype html><html lang=en><meta charset=utf-8>",
    "<meta name=viewport content='width=device-width,initial-scale=1'>",
    "<title>Conformance report</title><style>",
    ":root{color-scheme:light dark;--line:#8884;--soft:#8881}",
    "body{font:15px/1.5 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem}",
    "h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}",
    "p.about{color:GrayText;margin:.2rem 0 1.5rem}",
    "table{border-collapse:collapse;width:100%}",
    "td,th{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:left;",
    "vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}",
    "details{border-bottom:1px solid var(--line)}",
    "summary{padding:.35rem 0;cursor:pointer;display:flex;gap:1rem;align-items:baseline}",
    "summary .name{flex:1}summary .why{flex:2;color:GrayText;overflow-wrap:anywhere}",
    ".r{display:inline-block;min-width:5.5rem;text-align:center;border-radius:.4rem;",
    "font-weight:600;font-size:.8rem;padding:.05rem .4rem;color:#fff}",
    ".PASSED{background:#1a7f37}.REVIEW{background:#0969da}.WARNING{background:#9a6700}",
    ".SKIPPED{background:#6e7781}.FAILED{background:#cf222e}",
    ".in{padding:.2rem 0 1rem 1.2rem}pre{white-space:pre-wrap;overflow-wrap:anywhere;",
    "background:var(--soft);padding:.6rem;border-radius:.4rem;max-height:24rem;overflow:auto;",
    "font-size:.82rem;margin:.3rem 0}.no{color:#cf222e;font-weight:600}.yes{color:#1a7f37}",
    "iframe{width:100%;height:26rem;border:1px solid var(--line);background:#fff}",
    "img{max-width:100%;border:1px solid var(--line)}",
    "</style>",
};

static void escaped(FILE *to, const char *text) {
    for (; *text; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", to);
            break;
        case '<':
            fputs("&lt;", to);
            break;
        case '"':
            fputs("&quot;", to);
            break;
        default:
            fputc(*text, to);
        }
}

static void tagged(FILE *to, const char *open, const char *text, const char *close) {
    fputs(open, to);
    escaped(to, text);
    fputs(close, to);
}

/* Those that hold, or those that do not: the latter stand first, with what was found. */
static void conditions_that(FILE *to, const json_t *module, bool hold) {
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(module, "conditions"), i, one) {
        if (json_is_true(json_object_get(one, "ok")) != hold)
            continue;
        fputs(hold ? "<tr><td class=yes>holds" : "<tr><td class=no>", to);
        fputs(hold ? "" : text_of(one, "level"), to);
        tagged(to, "<td>", text_of(one, "name"), "");
        tagged(to, "<td>", text_of(one, "spec"), "");
        tagged(to, "<td>", hold ? "" : text_of(one, "detail"), "");
    }
}

static void conditions(FILE *to, const json_t *module) {
    fputs("<table>", to);
    conditions_that(to, module, false);
    conditions_that(to, module, true);
    fputs("</table>", to);
}

static void optional(FILE *to, const char *text) {
    if (text[0])
        tagged(to, "<pre>", text, "</pre>");
}

static void exchanges(FILE *to, const json_t *module) {
    size_t i, k;
    json_t *one, *header;
    json_array_foreach(json_object_get(module, "exchanges"), i, one) {
        fprintf(to, "<details><summary>%s %s <span class=why>", text_of(one, "who"),
                text_of(one, "method"));
        escaped(to, text_of(one, "url"));
        fprintf(to, "</span>%d</summary><div class=in>",
                (int)json_integer_value(json_object_get(one, "status")));
        optional(to, text_of(one, "authorization"));
        optional(to, text_of(one, "sent"));
        fputs("<pre>", to);
        json_array_foreach(json_object_get(one, "headers"), k, header) {
            tagged(to, "", json_string_value(header), "\n");
        }
        fputs("</pre>", to);
        optional(to, text_of(one, "received"));
        optional(to, text_of(one, "problem"));
        fputs("</div></details>", to);
    }
}

/* A page as it came, without its scripts running, or its picture. */
static void shots(FILE *to, const json_t *module) {
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(module, "shots"), i, one) {
        tagged(to, "<p><b>", text_of(one, "what"), "</b> ");
        tagged(to, "", text_of(one, "url"), "</p>");
        if (text_of(one, "png")[0]) {
            fputs("<img alt='the page' src='data:image/png;base64,", to);
            fputs(text_of(one, "png"), to);
            fputs("'>", to);
        } else {
            tagged(to, "<iframe sandbox srcdoc=\"", text_of(one, "html"), "\"></iframe>");
        }
    }
}

static void module_part(FILE *to, const json_t *module) {
    size_t i;
    json_t *note;
    const char *result = text_of(module, "result");
    bool good = strcmp(result, "PASSED") == 0;
    fprintf(to, "<details><summary><span class='r %s'>%s</span><span class=name>", result, result);
    escaped(to, text_of(module, "module"));
    tagged(to, "</span><span class=why>",
           good ? text_of(module, "demand") : text_of(module, "reason"), "</span>");
    fprintf(to, "%.1f s</summary><div class=in>",
            json_real_value(json_object_get(module, "seconds")));
    tagged(to, "<p>", text_of(module, "demand"), " ");
    tagged(to, "(", text_of(module, "spec"), ")</p>");
    shots(to, module);
    json_array_foreach(json_object_get(module, "notes"), i, note) {
        optional(to, json_string_value(note));
    }
    conditions(to, module);
    exchanges(to, module);
    fputs("</div></details>", to);
}

/* Modules of one plan and variant stand together, as they ran. */
static bool same_group(const json_t *a, const json_t *b) {
    return a && strcmp(text_of(a, "plan"), text_of(b, "plan")) == 0 &&
           json_equal(json_object_get(a, "variant"), json_object_get(b, "variant"));
}

static void group_head(FILE *to, const json_t *module) {
    const json_t *variant = json_object_get(module, "variant");
    tagged(to, "<h2>", text_of(module, "plan"), " <small>");
    tagged(to, "", text_of(variant, "response_type"), ", ");
    tagged(to, "", text_of(variant, "response_mode"), "</small></h2>");
}

static void sums(FILE *to, const json_t *modules_run) {
    static const char *const words[] = {"PASSED", "REVIEW", "WARNING", "SKIPPED", "FAILED"};
    fputs("<p>", to);
    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
        size_t i, n = 0;
        json_t *module;
        json_array_foreach(modules_run, i, module) {
            n += strcmp(text_of(module, "result"), words[w]) == 0;
        }
        fprintf(to, "<span class='r %s'>%zu %s</span> ", words[w], n, words[w]);
    }
    fputs("</p>", to);
}

void report_html(FILE *to, const json_t *report) {
    const json_t *modules_run = json_object_get(report, "modules"), *before = NULL;
    size_t i;
    json_t *module;
    for (size_t k = 0; k < sizeof head / sizeof head[0]; k++)
        fputs(head[k], to);
    tagged(to, "<h1>", text_of(report, json_object_get(report, "rp") ? "rp" : "issuer"), "</h1>");
    tagged(to, "<p class=about>", text_of(report, "about"), " conformance, ");
    tagged(to, "", text_of(report, "when"), "");
    fputs(json_is_true(json_object_get(report, "fast")) ? ", waits cut short (--fast)</p>" : "</p>",
          to);
    sums(to, modules_run);
    json_array_foreach(modules_run, i, module) {
        if (!same_group(before, module))
            group_head(to, module);
        module_part(to, module);
        before = module;
    }
}
