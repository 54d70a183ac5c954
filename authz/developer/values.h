/* JSON of the account API as values of a template. */
#ifndef AUTHZ_DEVELOPER_VALUES_H
#define AUTHZ_DEVELOPER_VALUES_H

#include <jansson.h>

#include "common/text/template.h"

/* Members of an object under their names: texts and numbers; "yes" for true, nothing for false and
 * null; those of an object inside as "object_member"; a list of objects as rows, one of texts as
 * rows whose value is `item`. Times of the API are shown as "2024-01-01 12:00 UTC". */
err values_of(struct arena *arena, const json_t *object, struct template_scope *out) MUST_CHECK;

#endif
