/* What the endpoints of members share. */
#ifndef CORE_ENDPOINTS_MEMBERS_H
#define CORE_ENDPOINTS_MEMBERS_H

#include "core/endpoints/projects.h"
#include "core/store/member.h"

enum { MEMBER_KEYS_MAX = 16 * 1024 }; /* bytes of a list of permissions */

/* Fields that several calls take; the struct has members of that name. */
#define FIELD_ROW_ROLE(type)                                                                       \
    { "role", FIELD_WORD, 0, 0, 0, offsetof(type, role), "member admin" }
#define FIELD_ROW_PERMISSIONS(type)                                                                \
    { "permissions", FIELD_LIST, 0, 0, MEMBER_KEYS_MAX, offsetof(type, permissions), NULL }

/* {id,user_id,role,user{id,email,display_name},permissions[],created_at} */
err members_put(struct json_put *j, struct arena *arena, const struct member *member) MUST_CHECK;
/* The same of one. E_MEMBER_NOT_FOUND. */
err members_json(struct tx *tx, struct request *rq, str project_id, str member_id,
                 str *json) MUST_CHECK;

#endif
