#include "rp/flows/param_list.h"

#include <assert.h>

enum { MOST_WORDS = 16 };

void param_add(struct param_list *params, const char *name, str value) {
    if (str_empty(value))
        return;
    assert(params->n < PARAM_LIST_MAX);
    params->list[params->n++] = (struct form_param){str_from(name), value, false};
}

err param_add_copy(struct hk_op *op, struct param_list *params, const char *name,
                   const char *value) {
    str copy;
    TRY(op_copy(op, value, &copy));
    param_add(params, name, copy);
    return OK;
}

err param_add_words(struct hk_op *op, struct param_list *params, const char *name,
                    const char *words) {
    str rest, word;
    size_t n = 0;
    TRY(op_copy(op, words, &rest));
    while (str_next(&rest, ' ', &word)) {
        n += word.n > 0;
        HOLD(&op->failure, list_is_short, n <= MOST_WORDS);
        param_add(params, name, word);
    }
    return OK;
}
