#include "rp/engine/clock_skew.h"

#include <stdio.h>

#include "rp/protocol/http_date.h"

void clock_skew_note(struct hk_op *op) {
    int64_t date;
    if (http_date_read(op_answer_header(&op->answer, S("Date")), &date))
        op->server_ahead_s = date - op_now(op);
}

void clock_skew_tell(const struct hk_op *op, hk_error *e) {
    int64_t ahead = op->server_ahead_s, apart = ahead < 0 ? -ahead : ahead;
    bool has_room = e->size == 0 || e->size >= offsetof(hk_error, fix);
    if (e->code != HK_E_EXPIRED || !has_room || apart <= op->rp->settings.options.skew_s)
        return;
    size_t n = strnlen(e->msg, sizeof e->msg);
    snprintf(e->msg + n, sizeof e->msg - n, "; the provider's clock is %lld s %s ours",
             (long long)apart, ahead > 0 ? "ahead of" : "behind");
}
