/* The types of client_metadata.def: each checks one given value and writes what is stored of it.
 * The inside of client_metadata.h. */
#ifndef AUTHZ_CLIENT_METADATA_TYPES_H
#define AUTHZ_CLIENT_METADATA_TYPES_H

#include "authz/client_metadata.h"

struct metadata_check {
    struct arena *arena;
    const json_t *given; /* all of it */
    bool development;    /* http on a loopback host is fine */
    struct json_put j;
};

struct metadata_row;
/* E_invalid_client_metadata; of redirect URIs E_invalid_redirect_uri. */
typedef err metadata_type(struct metadata_check *c, const struct metadata_row *row,
                          const json_t *value);

struct metadata_row {
    const char *name;
    metadata_type *type;
    const char *fallback;
    size_t max;
    const char *choices;
};

metadata_type metadata_LABEL; /* a text for people; may come in languages ("client_name#es") */
metadata_type metadata_LINK;  /* a web address shown to people; the same */
metadata_type metadata_TEXT;
metadata_type metadata_TEXTS;
metadata_type metadata_BOOL;
metadata_type metadata_SECONDS;
metadata_type metadata_CHOICE; /* one of the words in `choices` */
/* One of `choices` again; its default counts if the …_alg that belongs to the …_enc is given. */
metadata_type metadata_CONTENT;
metadata_type metadata_WORDS; /* a list of them */
metadata_type metadata_HTTPS;
metadata_type metadata_HTTPS_OR_LOOPBACK; /* http on a loopback host too, in development */
metadata_type metadata_REQUEST_URIS;      /* a list of those, with fragment */
metadata_type metadata_REDIRECT_URIS;
metadata_type metadata_LOGOUT_REDIRECT_URIS; /* of the same forms */
metadata_type metadata_RESPONSE_TYPES;
metadata_type metadata_SCOPES;
metadata_type metadata_JWKS;

/* Whether the row may come with a language tag behind its name. */
bool metadata_is_localized(const struct metadata_row *row);
/* Whether the …_alg beside a row of the type CONTENT is given. */
bool metadata_has_alg(const struct metadata_check *c, const struct metadata_row *row);
/* RFC 5646 2.1, as far as its characters go. */
bool metadata_language_tag(str tag);

#endif
