/* What the endpoints of permissions share. */
#ifndef CORE_ENDPOINTS_PERMISSIONS_H
#define CORE_ENDPOINTS_PERMISSIONS_H

#include "core/endpoints/projects.h"
#include "core/store/permission.h"

enum { PERMISSION_KEY_MAX = 64 };

/* What POST and PATCH take. */
struct permission_body {
    str key, display_name, description;
    bool is_default;
};
enum {
    PERMISSION_BODY_KEY,
    PERMISSION_BODY_DISPLAY_NAME,
    PERMISSION_BODY_DESCRIPTION,
    PERMISSION_BODY_IS_DEFAULT,
    PERMISSION_BODY_FIELDS
};
/* `required`: the flags of key and display_name. */
#define PERMISSION_FIELDS(required)                                                                \
    {                                                                                              \
        [PERMISSION_BODY_KEY] = {"key", FIELD_TEXT,         required,                              \
                                 1,     PERMISSION_KEY_MAX, offsetof(struct permission_body, key), \
                                 NULL},                                                            \
        [PERMISSION_BODY_DISPLAY_NAME] = {"display_name",                                          \
                                          FIELD_TEXT,                                              \
                                          required,                                                \
                                          1,                                                       \
                                          PROJECT_NAME_MAX,                                        \
                                          offsetof(struct permission_body, display_name),          \
                                          NULL},                                                   \
        [PERMISSION_BODY_DESCRIPTION] = {"description",                                            \
                                         FIELD_TEXT,                                               \
                                         FIELD_NULLABLE,                                           \
                                         0,                                                        \
                                         PROJECT_DESCRIPTION_MAX,                                  \
                                         offsetof(struct permission_body, description),            \
                                         NULL},                                                    \
        [PERMISSION_BODY_IS_DEFAULT] = {"is_default",                                              \
                                        FIELD_BOOL,                                                \
                                        0,                                                         \
                                        0,                                                         \
                                        0,                                                         \
                                        offsetof(struct permission_body, is_default),              \
                                        NULL},                                                     \
    }

/* Reads it by the route's table. E_validation. */
err permissions_read(struct request *rq, struct permission_body *body,
                     enum field_state states[PERMISSION_BODY_FIELDS]) MUST_CHECK;
/* What is missing stays, a null description clears. */
void permissions_merge(const struct permission_body *body,
                       const enum field_state states[PERMISSION_BODY_FIELDS],
                       struct permission *permission);
/* {id,key,display_name,description,is_default,created_at} */
err permissions_put(struct json_put *j, struct arena *arena,
                    const struct permission *permission) MUST_CHECK;
err permissions_answer(struct request *rq, struct response *rs, int status,
                       const struct permission *permission) MUST_CHECK;

#endif
