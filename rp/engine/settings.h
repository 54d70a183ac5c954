/* What a client was configured with: the values behind hk_cfg, and then, unchanging, behind hk_rp.
 */
#ifndef RP_ENGINE_SETTINGS_H
#define RP_ENGINE_SETTINGS_H

#include "common/base/memory.h"
#include "keys/jwk.h"
#include "keys/seal.h"
#include "rp/engine/failure.h"

/* The indexes of the choices in options.def, in their order. */
enum profile { PROFILE_OIDC, PROFILE_FAPI2, PROFILE_OAUTH, PROFILE_HITKEY_V1 };
enum discovery { DISCOVERY_AUTO, DISCOVERY_OIDC, DISCOVERY_OAUTH };
enum response_type {
    RESPONSE_CODE,
    RESPONSE_ID_TOKEN,
    RESPONSE_ID_TOKEN_TOKEN,
    RESPONSE_CODE_ID_TOKEN,
    RESPONSE_CODE_TOKEN,
    RESPONSE_CODE_ID_TOKEN_TOKEN
};
enum response_mode {
    MODE_DEFAULT,
    MODE_QUERY,
    MODE_FRAGMENT,
    MODE_FORM_POST,
    MODE_JWT, /* this and what follows is JARM */
    MODE_QUERY_JWT,
    MODE_FRAGMENT_JWT,
    MODE_FORM_POST_JWT
};
enum client_auth {
    AUTH_AUTO,
    AUTH_NONE,
    AUTH_SECRET_BASIC,
    AUTH_SECRET_POST,
    AUTH_SECRET_JWT,
    AUTH_PRIVATE_KEY_JWT,
    AUTH_TLS,
    AUTH_SELF_SIGNED_TLS
};
enum par { PAR_AUTO, PAR_REQUIRE, PAR_OFF };
enum switched { SWITCH_OFF, SWITCH_REQUIRE }; /* dpop, mtls_bound */
enum userinfo_when { USERINFO_AUTO, USERINFO_OFF, USERINFO_REQUIRE };
enum token_in { TOKEN_IN_HEADER, TOKEN_IN_BODY };
enum answer_iss { ANSWER_ISS_AUTO, ANSWER_ISS_REQUIRE };
enum request_object { OBJECT_OFF, OBJECT_VALUE, OBJECT_REFERENCE };
enum frontchannel_session { FRONTCHANNEL_SESSION_AUTO, FRONTCHANNEL_SESSION_REQUIRE };
enum jwks_mode { JWKS_FETCH, JWKS_MANUAL };

struct options {
#define OPTION_INT(name, standard, least, most, doc) int64_t name;
#define OPTION_CHOICE(name, choices, doc)            int name;
#define OPTION_ALG(name, standard, doc)              enum jose_alg name;
#define OPTION_TEXT(name, doc)                       str name;
#include "rp/options.def"
#undef OPTION_INT
#undef OPTION_CHOICE
#undef OPTION_ALG
#undef OPTION_TEXT
};

enum { MAX_SEAL_KEYS = 8, MAX_DECRYPTION_KEYS = 4 };

struct seal_slot {
    struct seal_key key;
    uint32_t id;
};

struct settings {
    str issuer, client_id, client_secret, redirect_uri, scopes;
    struct options options;
    struct jwk *private_key; /* NULL: none */
    enum jose_alg private_alg;
    struct jwk *decryption_keys[MAX_DECRYPTION_KEYS];
    size_t decryption_key_count;
    str certificate_file, certificate_key_file;
    struct seal_slot seal_keys[MAX_SEAL_KEYS]; /* the first seals, all open */
    size_t seal_key_count;
    json_t *metadata, *jwks; /* given by hand, or NULL */
    int64_t (*now)(void *context);
    void *now_context;
    void (*on_event)(void *context, const hk_event *event);
    void *on_event_context;
    int (*on_tokens)(void *context, const hk_session *session, hk_str old_refresh_token);
    void *on_tokens_context;
    hk_store store;
};

/* The words of a choice, "a|b|c" (hk_cfg_set's row); absent for a name that is no choice. */
str settings_choice(const char *name, int index);
/* Sets one option by its name; the failure says whether the name or the value was wrong. */
err settings_set(struct settings *settings, struct arena *arena, str name, str value,
                 struct failure *failure) MUST_CHECK;
void settings_defaults(struct settings *settings);
/* What must hold of all of them together, before a client is made of them (settings_check.c). */
err settings_check(const struct settings *settings, struct failure *failure) MUST_CHECK;
/* The same for a client that signs people in, which one without a redirect_uri may not do. */
err settings_check_sign_in(const struct settings *settings, struct failure *failure) MUST_CHECK;
/* What request objects are signed with: request_object_alg, or the private key's algorithm. */
enum jose_alg settings_request_object_alg(const struct settings *settings);
/* Frees the keys and documents; the rest is the arena's. */
void settings_drop(struct settings *settings);

#endif
