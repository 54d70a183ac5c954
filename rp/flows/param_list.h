/* The parameters of a request while it is put together. */
#ifndef RP_FLOWS_PARAM_LIST_H
#define RP_FLOWS_PARAM_LIST_H

#include "common/base/form.h"
#include "rp/engine/op.h"

enum { PARAM_LIST_MAX = 48 };

struct param_list {
    struct form_param list[PARAM_LIST_MAX];
    size_t n;
};

/* `name` is a literal; an absent or empty value adds nothing. Asserts that there is room. */
void param_add(struct param_list *params, const char *name, str value);
/* What a caller handed in, copied; NULL and "" add nothing. */
err param_add_copy(struct hk_op *op, struct param_list *params, const char *name,
                   const char *value) MUST_CHECK;
/* One parameter for each of the words (resource, audience: RFC 8707 2, RFC 8693 2.1), copied; 16 at
 * most. */
err param_add_words(struct hk_op *op, struct param_list *params, const char *name,
                    const char *words) MUST_CHECK;

#endif
