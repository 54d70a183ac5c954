/* The system's certificate authorities plus those of a file, as one blob for libcurl. */
#ifndef COMMON_NET_CURL_TRUST_H
#define COMMON_NET_CURL_TRUST_H

#include "common/base/str.h"

struct curl_trust {
    char *bundle; /* NULL: the system's only */
    size_t n;
};

/* `ca_file` absent: nothing to add. E_config: the file cannot be read. */
err curl_trust_load(str ca_file, struct curl_trust *out) MUST_CHECK;
void curl_trust_free(struct curl_trust *trust);
/* `curl` is a CURL handle. */
void curl_trust_apply(const struct curl_trust *trust, void *curl);

#endif
