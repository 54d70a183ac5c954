/* What the person may do to whom in a project: which buttons a page offers. It only mirrors the
 * rules of the core store (docs/api.md, "Projects"), which decide. */
#ifndef AUTHZ_DEVELOPER_MEMBER_MARKS_H
#define AUTHZ_DEVELOPER_MEMBER_MARKS_H

#include "authz/developer/developer_page.h"

/* Adds to a member of GET /projects/:slug/members: self, is_owner, is_admin or is_member, and
 * may_edit (permissions), may_role, may_remove. `doc` has owns and manages of the person. */
err member_marks_add(const struct area *area, const json_t *doc, json_t *member) MUST_CHECK;
/* is_admin or is_member of an invite. */
err member_marks_role(json_t *object) MUST_CHECK;

#endif
