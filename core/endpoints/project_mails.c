#include "core/endpoints/project_mails.h"

#include "common/base/json_read.h"
#include "core/profile.h"

static err read_locale(struct arena *arena, str profile, str *locale) {
    AUTO(json_ref) doc = NULL;
    TRY(json_read_object(profile, &doc));
    return str_dup(arena, json_read_str(doc, "locale"), locale);
}

static err read_name(struct tx *tx, struct arena *arena, str id, str *name) {
    AUTO(json_ref) doc = NULL;
    struct user user = {0};
    bool found = false;
    *name = STR_ABSENT;
    if (str_present(id))
        TRY(user_by_id(tx, arena, id, &user, &found));
    if (!found)
        return OK;
    TRY(json_read_object(user.profile, &doc));
    TRY(profile_display_name(arena, doc, name));
    return name->n ? str_dup(arena, *name, name) : OK;
}

err project_mail_put(struct tx *tx, struct request *rq, const struct project_mail *mail) {
    struct user to = {0};
    struct outbox_mail out;
    bool found;
    struct mail_values values = {
        .project = mail->project, .address = mail->address, .cause = mail->cause};
    TRY(user_by_id(tx, rq->arena, mail->to, &to, &found));
    if (!found || !str_present(to.email))
        return OK;
    TRY(read_locale(rq->arena, to.profile, &values.locale));
    TRY(read_name(tx, rq->arena, mail->by, &values.person));
    TRY(mails_write(rq, mail->kind, to.email, &values, &out));
    return outbox_put(tx, &out);
}
