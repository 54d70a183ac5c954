/* What a client says of itself to people, in the language of the page: "client_name#ru" before
 * "client_name" (OIDC Registration 2.1, RFC 7591 2.2). */
#ifndef AUTHZ_CLIENT_WORDS_H
#define AUTHZ_CLIENT_WORDS_H

#include "authz/pages/pages.h"
#include "authz/store/client.h"

/* Sets the client's members of *out; its id if it has no name. */
err client_words(struct request *rq, const struct client *client,
                 struct page_frame *out) MUST_CHECK;

#endif
