/* E-mail addresses that mail can be sent to: the dot-atom form of RFC 5321 4.1.2, ASCII, within
 * its limits (4.5.3.1). Quoted local parts, comments and address literals are refused. */
#ifndef COMMON_HTTP_EMAIL_H
#define COMMON_HTTP_EMAIL_H

#include "common/base/str.h"

enum { EMAIL_MAX = 254 };

bool email_valid(str address);
/* Such an address, or somebody@localhost: the sender of mails that may stay on this machine. */
bool email_valid_sender(str address);

#endif
