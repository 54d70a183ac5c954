/* How each blocking call is its op, run to its end: the op is freed, the result handed out. */
#ifndef RP_ENGINE_RUN_H
#define RP_ENGINE_RUN_H

#include "rp/engine/op.h"

int run_for_login(hk_op *op, hk_login **out, hk_error *e);
int run_for_session(hk_op *op, hk_session **out, hk_error *e);
int run_for_doc(hk_op *op, hk_doc **out, hk_error *e);
/* op->text and its NUL go into `buf`. */
int run_for_text(hk_op *op, char *buf, size_t cap, hk_error *e);
int run_for_nothing(hk_op *op, hk_error *e);

#endif
