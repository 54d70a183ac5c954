/* What a call answers: those of operations.def, and those that the policy of its route adds. */
#ifndef AUTHZ_OPENAPI_OPENAPI_ANSWERS_H
#define AUTHZ_OPENAPI_OPENAPI_ANSWERS_H

#include "authz/openapi/operation.h"
#include "common/base/json_put.h"

err openapi_put_answers(struct json_put *j, struct arena *arena, const struct operation *operation,
                        const struct route *route) MUST_CHECK;

#endif
