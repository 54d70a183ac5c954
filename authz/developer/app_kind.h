/* What an app is, in a developer's words, and the metadata that follows from it (RFC 7591 2). */
#ifndef AUTHZ_DEVELOPER_APP_KIND_H
#define AUTHZ_DEVELOPER_APP_KIND_H

#include "authz/developer/developer_page.h"

enum { APP_KIND_FIELDS = 5 };

extern const struct developer_field app_kind_web[APP_KIND_FIELDS];     /* keeps a secret */
extern const struct developer_field app_kind_browser[APP_KIND_FIELDS]; /* runs in a browser */
extern const struct developer_field app_kind_native[APP_KIND_FIELDS];  /* on a device */

/* Rows of a table of actions: POST `path` makes one; the page then shows what was `made`. */
#define APP_KIND_ACTIONS(path)                                                                     \
    {"web", HTTP_POST, path, DEVELOPER_FIELDS(app_kind_web), NULL, TEXT_NONE, "made"},             \
        {"browser", HTTP_POST, path, DEVELOPER_FIELDS(app_kind_browser), NULL, TEXT_NONE, "made"}, \
    {                                                                                              \
        "native", HTTP_POST, path, DEVELOPER_FIELDS(app_kind_native), NULL, TEXT_NONE, "made"      \
    }

#endif
