/* The formats that OpenID Connect Core 5.1 gives some claims. */
#ifndef CORE_CLAIM_FORMAT_H
#define CORE_CLAIM_FORMAT_H

#include "common/base/str.h"

/* An http or https URL without user information: no other scheme may stand behind a link. */
bool claim_format_web(str value);
/* YYYY-MM-DD, 0000-MM-DD without the year, or YYYY alone; a day that there is. */
bool claim_format_birthdate(str value);
/* The shape of a name in the IANA time zone database: Europe/Paris. */
bool claim_format_zoneinfo(str value);
/* The shape of a BCP 47 language tag; en_US is tolerated as Core does. */
bool claim_format_locale(str value);
/* E.164: + and up to 15 digits. */
bool claim_format_phone(str value);
/* A JSON object with one or more of the six members of Core 5.1.1, each a text that says something,
 * and no other. */
bool claim_format_address(str value);

#endif
