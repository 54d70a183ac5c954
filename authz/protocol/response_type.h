/* What an authorization request asks for (response_type) and how the answer travels
 * (response_mode). The rows are in response_types.def and response_modes.def. */
#ifndef AUTHZ_PROTOCOL_RESPONSE_TYPE_H
#define AUTHZ_PROTOCOL_RESPONSE_TYPE_H

#include "common/base/str.h"

enum { RESPONSE_CODE = 1, RESPONSE_ID_TOKEN = 2, RESPONSE_TOKEN = 4 };

enum response_mode {
#define RESPONSE_MODE(id, name) RESPONSE_MODE_##id,
#include "authz/protocol/response_modes.def"
#undef RESPONSE_MODE
};

struct response_type {
    str name;        /* its words in the order of the table */
    unsigned issues; /* RESPONSE_… bits */
    bool needs_nonce;
    str grant_types; /* words */
};

/* The type with these words, in whatever order, each once; NULL: there is none. */
const struct response_type *response_type_find(str words);
/* Whether the list (names joined by ',') holds it; each of them may have its own order of words. */
bool response_type_in(const struct response_type *type, str list);
/* E_invalid_request: no such mode. */
err response_mode_parse(str name, enum response_mode *out) MUST_CHECK;
/* The mode of a request that names none: fragment if its words ask for a token of either kind, also
 * in a type that there is not (RFC 6749 4.2.2.1); else query. */
enum response_mode response_mode_default(str response_type);

#endif
