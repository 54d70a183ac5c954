#include "authz/account_event.h"

#include "authz/store/audit.h"

static str name_of(const struct request *rq) {
    return str_head(rq->event, str_find(rq->event, ' '));
}

str account_event_user(const struct request *rq) {
    str name = name_of(rq);
    return name.n < rq->event.n ? str_from_pos(rq->event, name.n + 1) : STR_ABSENT;
}

void account_event_record(struct request *rq) {
    str name = name_of(rq);
    for (int i = 0; str_present(name) && i < AUDIT_count; i++)
        if (str_eq(name, audit_event_name((enum audit_event)i)))
            audit_event(rq, (enum audit_event)i, account_event_user(rq), STR_ABSENT, STR_ABSENT);
}
