/* A tokenizer for tags and attributes, and the few tags that make a form or lead on. */
#include "conformance/engine/html_form.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conformance/engine/memory.h"

enum { SOON = 10 /* seconds */ };

struct tag {
    char *name; /* lower case; "/form" for the end of a form */
    const char *attributes, *end;
};

static const struct {
    const char *entity;
    char character;
} entities[] = {{"&amp;", '&'},  {"&lt;", '<'},    {"&gt;", '>'},  {"&quot;", '"'},
                {"&#39;", '\''}, {"&#x27;", '\''}, {"&#34;", '"'}, {"&apos;", '\''}};

static char *decode(const char *p, size_t n) {
    char *out = memory_new(n + 1, 1);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        out[at] = p[i];
        for (size_t k = 0; p[i] == '&' && k < sizeof entities / sizeof entities[0]; k++) {
            size_t length = strlen(entities[k].entity);
            if (n - i < length || strncasecmp(p + i, entities[k].entity, length) != 0)
                continue;
            out[at] = entities[k].character;
            i += length - 1;
            break;
        }
        at++;
    }
    return out;
}

/* Where the tag that starts at p ends: behind its '>', quotes respected. */
static const char *tag_end(const char *p) {
    char quote = '\0';
    for (; *p; p++) {
        if (quote)
            quote = *p == quote ? '\0' : quote;
        else if (*p == '"' || *p == '\'')
            quote = *p;
        else if (*p == '>')
            return p + 1;
    }
    return p;
}

/* The next tag at or behind *p; moves *p behind it. False at the end. */
static bool next_tag(const char **p, struct tag *tag) {
    const char *start = strchr(*p, '<');
    if (!start)
        return false;
    if (strncmp(start, "<!--", 4) == 0) {
        const char *end = strstr(start + 4, "-->");
        *p = end ? end + 3 : start + strlen(start);
        return next_tag(p, tag);
    }
    const char *name = start + 1;
    size_t n = strcspn(name, " \t\r\n>");
    tag->name = memory_copy_lower(name, n);
    tag->attributes = name + n;
    tag->end = *p = tag_end(name);
    return true;
}

/* Reads one name[=value] at *p; false at the end of the tag. */
static bool next_attribute(const char **p, const char *end, char **name, char **value) {
    *p += strspn(*p, " \t\r\n/");
    if (*p >= end || **p == '>')
        return false;
    size_t n = strcspn(*p, " \t\r\n=>/");
    *name = memory_copy_lower(*p, n);
    *p += n ? n : 1;
    *value = memory_copy("", 0);
    if (**p != '=')
        return true;
    ++*p;
    char quote = **p == '"' || **p == '\'' ? **p : '\0';
    if (quote)
        ++*p;
    size_t length = quote ? strcspn(*p, quote == '"' ? "\"" : "'") : strcspn(*p, " \t\r\n>");
    free(*value);
    *value = decode(*p, length);
    *p += length + (quote && (*p)[length] ? 1 : 0);
    return true;
}

/* The attribute's value, "" if it is not there. The caller frees. */
static char *attribute(const struct tag *tag, const char *wanted) {
    const char *p = tag->attributes;
    char *name, *value, *found = NULL;
    while (!found && next_attribute(&p, tag->end, &name, &value)) {
        bool hit = strcmp(name, wanted) == 0;
        free(name);
        if (hit)
            found = value;
        else
            free(value);
    }
    return found ? found : memory_copy("", 0);
}

static bool has_attribute(const struct tag *tag, const char *wanted) {
    const char *p = tag->attributes;
    char *name, *value;
    bool found = false;
    while (!found && next_attribute(&p, tag->end, &name, &value)) {
        found = strcmp(name, wanted) == 0;
        free(name);
        free(value);
    }
    return found;
}

/* The words between a button's tags, white space at the ends cut. */
static char *words(const struct tag *tag) {
    const char *p = tag->end;
    p += strspn(p, " \t\r\n");
    size_t n = strcspn(p, "<");
    while (n && strchr(" \t\r\n", p[n - 1]))
        n--;
    return decode(p, n);
}

static void add_form(struct html_page *page, const struct tag *tag) {
    page->forms = memory_grow(page->forms, page->n + 1, sizeof *page->forms);
    page->forms[page->n++] = (struct html_form){.id = attribute(tag, "id"),
                                                .action = attribute(tag, "action"),
                                                .method = attribute(tag, "method")};
}

static void add_control(struct html_form *form, const struct tag *tag) {
    form->controls = memory_grow(form->controls, form->n + 1, sizeof *form->controls);
    struct html_control *control = &form->controls[form->n++];
    bool button = strcmp(tag->name, "button") == 0;
    *control = (struct html_control){.name = attribute(tag, "name"),
                                     .value = attribute(tag, "value"),
                                     .id = attribute(tag, "id"),
                                     .type = attribute(tag, "type"),
                                     .formaction = attribute(tag, "formaction"),
                                     .text = button ? words(tag) : memory_copy("", 0),
                                     .checked = has_attribute(tag, "checked"),
                                     .disabled = has_attribute(tag, "disabled")};
    if (control->type[0] == '\0') {
        free(control->type);
        control->type = button ? memory_copy("submit", 6) : memory_copy("text", 4);
    }
}

static void add_frame(struct html_page *page, const struct tag *tag) {
    page->frames = memory_grow(page->frames, page->frames_n + 1, sizeof *page->frames);
    page->frames[page->frames_n++] = attribute(tag, "src");
}

/* "4;url=https://..." */
static char *refresh_of(const char *content) {
    char *end;
    bool soon = strtod(content, &end) <= SOON;
    end += strspn(end, " ;,\t");
    if (!soon || strncasecmp(end, "url", 3) != 0)
        return NULL;
    end += 3 + strspn(end + 3, " \t");
    if (*end != '=')
        return NULL;
    end += 1 + strspn(end + 1, " \t'\"");
    return memory_copy(end, strcspn(end, "'\""));
}

static void read_meta(struct html_page *page, const struct tag *tag) {
    char *kind = attribute(tag, "http-equiv"), *content = attribute(tag, "content");
    if (!page->refresh && strcasecmp(kind, "refresh") == 0)
        page->refresh = refresh_of(content);
    free(kind);
    free(content);
}

/* Of a control: the form that its `form` names, else the one it stands in; NULL if there is none
 * (HTML 4.10.17.3). */
static struct html_form *owner(struct html_page *page, const struct tag *tag,
                               struct html_form *around) {
    if (!has_attribute(tag, "form"))
        return around;
    char *id = attribute(tag, "form");
    struct html_form *found = NULL;
    for (size_t i = 0; i < page->n && !found; i++)
        if (id[0] && strcmp(page->forms[i].id, id) == 0)
            found = &page->forms[i];
    free(id);
    return found;
}

static void read_controls(struct html_page *page, const char *html) {
    struct html_form *around = NULL, *next = page->forms;
    struct tag tag;
    while (next_tag(&html, &tag)) {
        if (strcmp(tag.name, "form") == 0)
            around = next++;
        if (strcmp(tag.name, "/form") == 0)
            around = NULL;
        bool control = strcmp(tag.name, "input") == 0 || strcmp(tag.name, "button") == 0;
        struct html_form *form = control ? owner(page, &tag, around) : NULL;
        if (form)
            add_control(form, &tag);
        free(tag.name);
    }
}

struct html_page html_page_read(const char *html) {
    struct html_page page = {0};
    struct tag tag;
    for (const char *p = html; next_tag(&p, &tag); free(tag.name)) {
        if (strcmp(tag.name, "form") == 0)
            add_form(&page, &tag);
        if (strcmp(tag.name, "iframe") == 0)
            add_frame(&page, &tag);
        if (strcmp(tag.name, "meta") == 0)
            read_meta(&page, &tag);
    }
    read_controls(&page, html);
    return page;
}

static void form_free(struct html_form *form) {
    for (size_t i = 0; i < form->n; i++) {
        struct html_control *control = &form->controls[i];
        char *texts[] = {control->name, control->value,      control->id,
                         control->type, control->formaction, control->text};
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
            free(texts[k]);
    }
    free(form->controls);
    free(form->id);
    free(form->action);
    free(form->method);
}

void html_page_free(struct html_page *page) {
    for (size_t i = 0; i < page->n; i++)
        form_free(&page->forms[i]);
    for (size_t i = 0; i < page->frames_n; i++)
        free(page->frames[i]);
    free(page->forms);
    free(page->frames);
    free(page->refresh);
    *page = (struct html_page){0};
}

static bool shows(const struct html_control *control, const char *words_wanted) {
    bool submit = strcmp(control->type, "submit") == 0;
    return submit && (strcmp(control->text, words_wanted) == 0 ||
                      (!control->text[0] && strcmp(control->value, words_wanted) == 0));
}

const struct html_control *html_control_find(const struct html_form *form, const char *wanted) {
    for (size_t i = 0; i < form->n; i++)
        if (strcmp(form->controls[i].id, wanted) == 0 ||
            strcmp(form->controls[i].name, wanted) == 0)
            return &form->controls[i];
    for (size_t i = 0; i < form->n; i++)
        if (shows(&form->controls[i], wanted))
            return &form->controls[i];
    return NULL;
}

const struct html_form *html_form_with(const struct html_page *page, const char *control) {
    for (size_t i = 0; i < page->n; i++)
        if (html_control_find(&page->forms[i], control))
            return &page->forms[i];
    return NULL;
}
