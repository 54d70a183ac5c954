/* Mails that must go: stored with what they speak of, in one transaction, and delivered by threads
 * that try again with growing pauses; see docs/architecture.md, "Mail".
 *
 * A mail that a server refuses for good (SMTP 5yz for this recipient or text) is given up; all
 * others are tried until their time is over. After a crash a mail may go twice, with the same
 * Message-ID; none is lost. */
#ifndef CORE_OUTBOX_H
#define CORE_OUTBOX_H

#include "common/net/mail.h"
#include "core/world.h"

struct outbox;

err outbox_start(struct core *core, const struct mailer_options *options,
                 struct outbox **out) MUST_CHECK;
/* NULL is allowed. */
void outbox_stop(struct outbox *outbox);

/* Who may cause a mail (mails.def): each class has its bounds. */
enum outbox_class { OUTBOX_ASKED, OUTBOX_TOLD, OUTBOX_NOTICE, OUTBOX_CLASSES };

/* Made by mails_write. */
struct outbox_mail {
    str sealed;
    str recipient, cause; /* keyed hashes; cause may be absent */
    enum outbox_class class;
    int64_t now_ms, expires_ms, cause_until_ms;
    /* What outbox_put found: */
    bool put;        /* it goes out, unless the transaction is undone */
    int64_t wait_ms; /* too many to this recipient, or in all: how long until one may again */
};

/* Inside the transaction. OK also when the mail does not go, since a change that it only tells of
 * is made all the same; where the mail is the point, look at mail->put: it was put before for the
 * same cause (wait_ms is 0), or there are too many (wait_ms says how long). */
err outbox_put(struct tx *tx, struct outbox_mail *mail) MUST_CHECK;
/* The same where the mail is the point: E_COOLDOWN with rq->retry_after_s when it does not go. */
err outbox_put_or_wait(struct tx *tx, struct request *rq, struct outbox_mail *mail) MUST_CHECK;
/* After it has committed: deliver now. */
void outbox_wake(struct outbox *outbox);
/* Whether mail has not gone out for a while, and some waits. */
bool outbox_is_failing(struct outbox *outbox);

#endif
