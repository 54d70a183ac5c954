/* What the endpoints of projects and invites share. */
#ifndef CORE_ENDPOINTS_PROJECTS_H
#define CORE_ENDPOINTS_PROJECTS_H

#include "common/base/json_put.h"
#include "core/endpoints/endpoints.h"
#include "core/store/project.h"

enum { PROJECT_NAME_MAX = 100, PROJECT_DESCRIPTION_MAX = 500, PROJECT_JSON_MAX = 8 * 1024 };

/* What POST and PATCH take. */
struct project_body {
    str name, description;
    bool is_public;
};
enum { PROJECT_BODY_NAME, PROJECT_BODY_DESCRIPTION, PROJECT_BODY_IS_PUBLIC, PROJECT_BODY_FIELDS };

/* Reads it by the route's table; texts are trimmed, a blank description is null. E_validation. */
err projects_read(struct request *rq, struct project_body *body,
                  enum field_state states[PROJECT_BODY_FIELDS]) MUST_CHECK;
/* Trims a text of one line. E_validation: blank, or with control characters. */
err projects_text(struct request *rq, const char *field, str *text) MUST_CHECK;
/* Trims a text of several lines; a blank one is null, and absent. E_validation. */
err projects_description(struct request *rq, str *text, enum field_state *state) MUST_CHECK;
/* id, name, slug, description, is_public, owner_id, created_at, inside an open object. */
err projects_put(struct json_put *j, struct arena *arena, const struct project *project) MUST_CHECK;
err projects_answer(struct request *rq, struct response *rs, int status,
                    const struct project *project) MUST_CHECK;

#endif
