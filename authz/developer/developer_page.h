/* The pages at /developer: a developer's apps and projects. Each is a table of the calls of the
 * account API that it shows and of those that its buttons make; there is no rule of their own in
 * them. What the person may not do is not offered, and if it is asked for all the same the API
 * refuses it.
 *
 * A path is written as "/projects/{0}/members/{id}": {0} is a parameter of the route, {id} a field
 * of the form. Both may hold letters, digits and "-._" alone: anything else is nothing that there
 * is. */
#ifndef AUTHZ_DEVELOPER_DEVELOPER_PAGE_H
#define AUTHZ_DEVELOPER_DEVELOPER_PAGE_H

#include "authz/account/area.h"

/* GET `path`; its answer stands under `name` in the template (values.h). */
struct developer_read {
    const char *name, *path;
    bool managers; /* only for the owner and admins of the project that was read before it */
    bool paged;    /* 100 at a time: `name`_more is where the others begin */
};

enum developer_type {
    DEVELOPER_TEXT,         /* absent if it is empty */
    DEVELOPER_TEXT_OR_NULL, /* null if it is empty */
    DEVELOPER_BOOL,         /* a check box */
    DEVELOPER_LINES,        /* a list, one a line */
    DEVELOPER_LINES_OR_NULL,
    DEVELOPER_CHECKED, /* a list of those whose box "NAME.VALUE" is checked */
    DEVELOPER_CONSTANT /* `json`, whatever the form says */
};

/* A field of the form and the member of the JSON body that it becomes. */
struct developer_field {
    const char *name;
    enum developer_type type;
    const char *json;
};

/* What the button do=`name` does. */
struct developer_action {
    const char *name;
    enum http_method method;
    const char *path;
    const struct developer_field *fields; /* NULL: no body */
    size_t field_count;
    const char *next; /* where it leads on, and what is said there; or NULL: */
    enum text done;
    const char *result; /* the same page shows the answer under this name */
};

struct developer_page {
    enum account_section section;
    const char *template_name;
    const char *tab;                /* "tab_members": of a project's pages; or NULL */
    enum text title, heading, lead; /* heading, lead: or TEXT_NONE */
    const struct developer_read *reads;
    size_t read_count;
    const struct developer_action *actions;
    size_t action_count;
    /* Adds to `doc` what the template needs besides; or NULL. */
    err (*prepare)(struct request *rq, const struct area *area, json_t *doc);
};
#define DEVELOPER_READS(array) .reads = (array), .read_count = sizeof(array) / sizeof((array)[0])
#define DEVELOPER_ACTIONS(array)                                                                   \
    .actions = (array), .action_count = sizeof(array) / sizeof((array)[0])
#define DEVELOPER_FIELDS(array) (array), sizeof(array) / sizeof((array)[0])

/* Answers GET and POST of a page. */
err developer_answer(struct request *rq, struct area *area, const struct developer_page *page,
                     struct response *rs) MUST_CHECK;

/* --- for its own parts and for prepare -------------------------------------------------------- */

/* E_not_found: a part of it is not plain. */
err developer_path(struct request *rq, const struct area *area, const char *pattern,
                   str *out) MUST_CHECK;
/* `after` of the query, where the next part of a list begins; absent: from its front. */
err developer_after(struct request *rq, str *after) MUST_CHECK;
/* The body of an action. */
err developer_body(struct request *rq, const struct area *area,
                   const struct developer_action *action, str *json) MUST_CHECK;
/* What was typed, as "typed_FIELD", and "typed": a form that was refused keeps it. */
err developer_keep_typed(const struct area *area, json_t *doc) MUST_CHECK;
/* A member of an object, moved; E_no_memory. */
err developer_set(json_t *object, const char *name, json_t *value) MUST_CHECK;

#endif
