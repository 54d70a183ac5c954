/* Mails that must go: stored with what they speak of, in one transaction, and delivered by a thread
 * that tries again with growing pauses. */
#ifndef CORE_OUTBOX_H
#define CORE_OUTBOX_H

#include "common/net/mail.h"
#include "core/world.h"

struct outbox;

err outbox_start(struct core *core, const struct mailer_options *options,
                 struct outbox **out) MUST_CHECK;
/* NULL is allowed. */
void outbox_stop(struct outbox *outbox);
/* Seals the mail: do it before the transaction. */
err outbox_seal(const struct core *core, struct arena *arena, const struct mail *mail,
                str *sealed) MUST_CHECK;
/* Inside the transaction; a mail that could not be delivered by `expires_ms` is dropped. */
err outbox_put(struct tx *tx, str sealed, int64_t expires_ms) MUST_CHECK;
/* After it has committed: deliver now. */
void outbox_wake(struct outbox *outbox);

#endif
