/* One mail, delivered over SMTP (libcurl) or written to a spool folder as NAME.eml. */
#ifndef COMMON_NET_MAIL_H
#define COMMON_NET_MAIL_H

#include "common/base/str.h"

struct mail {
    str id; /* of the Message-ID, the same for each try: letters and digits; absent: a new one */
    str to; /* an address: no display name; control characters are refused */
    str subject; /* UTF-8, encoded as RFC 2047 asks */
    str text;    /* UTF-8 */
    str html;    /* may be absent */
};

struct mailer_options {
    str smtp_url;  /* smtp://[user:password@]host[:port] or smtps://; absent: spool */
    str spool_dir; /* where .eml files go, made with mode 0700 */
    str from;      /* the sender's address */
    str from_name; /* "HitKey" */
    str ca_file;   /* extra trusted CAs, or absent */
};

struct mailer;
err mailer_new(const struct mailer_options *options, struct mailer **out) MUST_CHECK;
void mailer_free(struct mailer *mailer);
/* Blocks until the server or the disk has it. STARTTLS is used when offered and required when the
 * URL carries a password. E_io with a reason that names no recipient: try again later.
 * E_bad_request: never, the server refuses this recipient or this mail for good (RFC 5321 4.2.1,
 * 5yz), or no address is like that. What it holds against us (a wrong password, the sender) is
 * E_io. */
err mailer_send(struct mailer *mailer, struct arena *arena, const struct mail *mail) MUST_CHECK;
/* Those under way end soon with E_io, and so do those to come. */
void mailer_interrupt(struct mailer *mailer);
/* The RFC 5322 text alone (multipart/alternative when there is HTML), CRLF lines. */
err mail_compose(struct arena *arena, const struct mailer_options *from, const struct mail *mail,
                 int64_t now_ms, str message_id, str *out) MUST_CHECK;

#endif
