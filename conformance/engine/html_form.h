/* What a browser without JavaScript does with a page: its forms (HTML 4.10.21), its frames, and
 * where a <meta http-equiv=refresh> leads (HTML 4.2.5.3). */
#ifndef CONFORMANCE_ENGINE_HTML_FORM_H
#define CONFORMANCE_ENGINE_HTML_FORM_H

#include <stdbool.h>
#include <stddef.h>

struct html_control {
    char *name, *value, *id; /* "" where there is none */
    char *type;              /* "hidden", "text", "password", "submit"… lower case */
    char *formaction;        /* of a button, or "" */
    char *text;              /* of a <button>: its words; or "" */
    bool checked, disabled;
};

struct html_form {
    char *id, *action, *method; /* as written; "" where there is none */
    struct html_control *controls;
    size_t n;
};

struct html_page {
    struct html_form *forms;
    size_t n;
    char **frames; /* the src of each iframe, as written */
    size_t frames_n;
    char *refresh; /* the URL of one that comes within ten seconds, as written; or NULL */
};

/* Takes any bytes. */
struct html_page html_page_read(const char *html);
void html_page_free(struct html_page *page);
/* The first form that has such a control; NULL if none has. */
const struct html_form *html_form_with(const struct html_page *page, const char *control);
/* By id or name, or a button by its words; NULL if there is none. */
const struct html_control *html_control_find(const struct html_form *form, const char *wanted);

#endif
