/* Codes out of the mails that a server under test wrote to a folder (*.eml). */
#ifndef CONFORMANCE_MAILBOX_H
#define CONFORMANCE_MAILBOX_H

/* The six digits of the newest mail to `address` that is not older than `since` (Unix seconds),
 * waiting up to ten seconds for it. The caller frees it; NULL: none came. */
char *mailbox_code(const char *folder, const char *address, long since);

#endif
