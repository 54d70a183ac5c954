#include "rp/protocol/response_type.h"

const struct response_type_row *response_type_row(enum response_type type) {
    static const struct response_type_row rows[] = {
        [RESPONSE_CODE] = {.code = true},
        [RESPONSE_ID_TOKEN] = {.id_token = true},
        [RESPONSE_ID_TOKEN_TOKEN] = {.id_token = true, .token = true},
        [RESPONSE_CODE_ID_TOKEN] = {.code = true, .id_token = true},
        [RESPONSE_CODE_TOKEN] = {.code = true, .token = true},
        [RESPONSE_CODE_ID_TOKEN_TOKEN] = {.code = true, .id_token = true, .token = true},
    };
    return &rows[type];
}

int response_mode_via(enum response_mode mode, enum response_type type) {
    switch (mode) {
    case MODE_QUERY:
    case MODE_QUERY_JWT:
        return HK_VIA_QUERY;
    case MODE_FRAGMENT:
    case MODE_FRAGMENT_JWT:
        return HK_VIA_FRAGMENT;
    case MODE_FORM_POST:
    case MODE_FORM_POST_JWT:
        return HK_VIA_FORM_POST;
    case MODE_DEFAULT:
    case MODE_JWT: /* JARM 2.3.4: as without JARM */
        break;
    }
    return type == RESPONSE_CODE ? HK_VIA_QUERY : HK_VIA_FRAGMENT;
}

bool response_mode_is_jwt(enum response_mode mode) {
    return mode >= MODE_JWT;
}

bool response_wants_id_token(const struct settings *settings, str scope) {
    switch ((enum profile)settings->options.profile) {
    case PROFILE_OIDC:
        return true;
    case PROFILE_FAPI2:
        return str_has_word(scope, S("openid"));
    case PROFILE_OAUTH:
    case PROFILE_HITKEY_V1:
        break;
    }
    return false;
}
