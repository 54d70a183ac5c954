/* The mails there are (mails.def), and what they say.
 *
 *     struct outbox_mail mail;
 *     TRY(mails_write(rq, MAIL_invite, address, &(struct mail_values){.link = link, …}, &mail));
 *     … inside the transaction: TRY(outbox_put(tx, &mail));
 *     … after it: outbox_wake(core->outbox);
 *
 * What waits is the values, sealed; the words are put around them when the mail goes out. */
#ifndef CORE_MAILS_H
#define CORE_MAILS_H

#include "common/http/language.h"
#include "core/outbox.h"

enum mail_kind {
#define MAIL(kind, class, life_ms, button, hint, note) MAIL_##kind,
#include "core/mails.def"
#undef MAIL
    MAIL_KINDS
};

struct mail_values {
    str code;    /* digits */
    str link;    /* of our issuer */
    str address; /* an e-mail address that the mail tells of */
    /* What a person wrote. It is set apart from our words, tamed (person_text.h) and escaped. */
    str project, person;
    /* The mail is caused by somebody else than whom it goes to: the `locale` of the recipient's
     * profile, if there is one. Absent: the language of the request. */
    str locale;
    /* One mail, however often it is asked for: a text that stays the same (an id). Absent:
     * each call is a cause of its own. */
    str cause;
    int64_t cause_ms; /* how long that holds; 0: as long as delivery is tried */
};

/* Best before the transaction, as it seals; inside it where the values are read there. `values` may
 * be NULL: the kind tells it all. */
err mails_write(struct request *rq, enum mail_kind kind, str to, const struct mail_values *values,
                struct outbox_mail *out) MUST_CHECK;
/* A waiting mail in full: subject, text and HTML in its language. E_seal_broken, E_bad_request: it
 * is none of ours. */
err mails_open(const struct core *core, struct arena *arena, str sealed,
               struct mail *out) MUST_CHECK;

#endif
