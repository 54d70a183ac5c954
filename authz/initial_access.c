#include "authz/initial_access.h"

#include <stdio.h>

#include "authz/admit.h"
#include "authz/config.h"
#include "common/base/secret.h"

enum { FILE_MAX = 64 * 1024, SHORTEST = 16, LONGEST = 512 };

enum registration_mode initial_access_mode(const struct authz *authz) {
    str word = authz->config->registration;
    if (str_eq(word, S("open")))
        return REGISTRATION_OPEN;
    if (str_eq(word, S("closed")))
        return REGISTRATION_CLOSED;
    bool open = !str_present(word) && authz->development;
    return open ? REGISTRATION_OPEN : REGISTRATION_TOKEN;
}

/* --- the file: a token a line, empty lines and those that begin with '#' aside ---------------- */

static err read_file(struct arena *arena, str path, str *out) {
    FILE *file = fopen(path.p, "re");
    REQUIRE(file, config, "the file of initial access tokens cannot be read");
    char *text = arena_alloc(arena, FILE_MAX);
    size_t n = text ? fread(text, 1, FILE_MAX, file) : 0;
    fclose(file);
    REQUIRE(text, no_memory, "no memory for the initial access tokens");
    REQUIRE(n < FILE_MAX, config, "the file of initial access tokens is longer than 64 KiB");
    *out = str_of(text, n);
    return OK;
}

static bool next_token(str *rest, str *token) {
    while (str_next(rest, '\n', token)) {
        *token = str_trim(*token);
        if (!str_empty(*token) && token->p[0] != '#')
            return true;
    }
    return false;
}

err initial_access_file_check(struct arena *arena, str path) {
    str rest, token;
    TRY(read_file(arena, path, &rest));
    while (next_token(&rest, &token)) {
        REQUIRE(token.n >= SHORTEST && token.n <= LONGEST, config,
                "an initial access token must have 16 to 512 characters");
        REQUIRE(str_find(token, ' ') == token.n, config,
                "the file of initial access tokens must hold one token a line");
    }
    return OK;
}

/* Looks at all of them, whichever it is. */
static err is_listed(struct request *rq, str token, bool *out) {
    str path = authz_of(rq)->config->initial_access_token_file, text, rest, line;
    *out = false;
    if (!str_present(path))
        return OK;
    TRY(read_file(rq->arena, path, &text));
    rest = text;
    while (next_token(&rest, &line))
        *out |= line.n >= SHORTEST && secret_eq(secret_of(line), secret_of(token));
    return OK;
}

/* --- the request ------------------------------------------------------------------------------ */

static err user_of_token(struct request *rq, str *owner_id) {
    err e = admit_api_bearer(rq);
    REQUIRE(!err_is(e, E_unauthorized), invalid_token,
            "the token is no initial access token, and no API token that is valid");
    TRY(e);
    const struct api_user *user = rq->caller;
    *owner_id = user->user_id;
    return OK;
}

err initial_access_check(struct request *rq, str *owner_id) {
    enum registration_mode mode = initial_access_mode(authz_of(rq));
    str token = request_authorization(rq, S("Bearer"));
    bool listed;
    *owner_id = STR_ABSENT;
    REQUIRE(mode != REGISTRATION_CLOSED, forbidden,
            "this server does not let clients register themselves");
    REQUIRE(!request_header_repeated(rq, S("Authorization")), invalid_request,
            "Authorization comes more than once");
    if (!str_present(request_header(rq, S("Authorization"))) && mode == REGISTRATION_OPEN)
        return OK;
    REQUIRE(str_present(token), unauthorized,
            "registration needs an initial access token, or an API token, as a Bearer token");
    TRY(is_listed(rq, token, &listed));
    return listed ? OK : user_of_token(rq, owner_id);
}
