#include "rp/engine/transaction.h"

#include "common/base/base64url.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"
#include "common/base/random.h"
#include "rp/engine/sealed.h"
#include "rp/engine/seen.h"
#include "rp/protocol/cookie.h"
#include "rp/protocol/login_cookie.h"
#include "rp/protocol/response_type.h"

enum { SECRET_BYTES = 32, PLAIN_MAX = 16 * 1024, STORED_MAX = 32 * 1024 };
/* RFC 6265 6.1: what a browser keeps of a cookie, with its name and attributes. */
enum { COOKIE_MAX = 4096 };

#define MEMBER(member)                                                                             \
    { #member, offsetof(struct transaction, member) }
static const struct member {
    const char *key;
    size_t offset;
} texts[] = {MEMBER(state),     MEMBER(nonce),        MEMBER(verifier),  MEMBER(issuer),
             MEMBER(client_id), MEMBER(redirect_uri), MEMBER(return_to), MEMBER(scope),
             MEMBER(acr),       MEMBER(dpop_key)},
  numbers[] = {MEMBER(started), MEMBER(max_age), MEMBER(response_type), MEMBER(response_mode)};
#undef MEMBER
enum { TEXTS = sizeof texts / sizeof texts[0], NUMBERS = sizeof numbers / sizeof numbers[0] };

err transaction_begin(struct hk_op *op, struct transaction *out) {
    *out = (struct transaction){.max_age = -1, .started = op_now(op)};
    TRY(random_token(op->arena, STR_ABSENT, SECRET_BYTES, &out->state));
    TRY(random_token(op->arena, STR_ABSENT, SECRET_BYTES, &out->nonce));
    return random_token(op->arena, STR_ABSENT, SECRET_BYTES, &out->verifier);
}

static err write(struct arena *arena, const struct transaction *transaction, str *out) {
    const char *base = (const char *)transaction;
    struct json_put j = json_put_begin(arena, PLAIN_MAX);
    json_put_open(&j, '{');
    for (size_t i = 0; i < TEXTS; i++)
        json_put_str(&j, texts[i].key, *(const str *)(base + texts[i].offset));
    for (size_t i = 0; i < NUMBERS; i++)
        json_put_int(&j, numbers[i].key, *(const int64_t *)(base + numbers[i].offset));
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}

static err read(struct hk_op *op, str plain, struct transaction *out) {
    char *base = (char *)out;
    json_t *json;
    *out = (struct transaction){0};
    TRY(op_json_object(op, plain, &json));
    for (size_t i = 0; i < TEXTS; i++)
        *(str *)(base + texts[i].offset) = json_read_str(json, texts[i].key);
    for (size_t i = 0; i < NUMBERS; i++)
        REQUIRE(json_read_int(json, numbers[i].key, (int64_t *)(base + numbers[i].offset)),
                seal_broken, "a sign-in of another version of the library");
    return OK;
}

static str path_of(const struct hk_op *op) {
    str path = op->rp->settings.options.cookie_path;
    return str_present(path) ? path : S("/");
}

static enum login_cookie_kind kind_of(const struct hk_op *op,
                                      const struct transaction *transaction) {
    if (!str_starts(transaction->redirect_uri, S("https:")))
        return LOGIN_COOKIE_PLAIN;
    return str_eq(path_of(op), S("/")) ? LOGIN_COOKIE_HOST : LOGIN_COOKIE_SECURE;
}

static err set_cookie(struct hk_op *op, const struct transaction *transaction, str value,
                      int64_t max_age, str *out) {
    struct login_cookie cookie = {
        .value = value,
        .path = path_of(op),
        .max_age = max_age,
        .posted =
            response_mode_via((enum response_mode)transaction->response_mode,
                              (enum response_type)transaction->response_type) == HK_VIA_FORM_POST,
    };
    TRY(login_cookie_name(op->arena, kind_of(op, transaction), transaction->state, &cookie.name));
    return login_cookie_set(op->arena, &cookie, out);
}

/* Bound to the cookie's name and time too. */
static err purpose_of(struct hk_op *op, str name, int64_t started, str *out) {
    return str_printf(op->arena, out, "%.*s v1 %lld", STR_FMT(name), (long long)started);
}

/* In the store it is sealed too: whoever reads the store learns nothing. */
static err store(struct hk_op *op, str sealed, str *key) {
    const hk_store *to = &op->rp->settings.store;
    uint32_t ttl = (uint32_t)op->rp->settings.options.login_ttl_s;
    TRY(random_token(op->arena, STR_ABSENT, SECRET_BYTES, key));
    HOLD(&op->failure, store_keeps, to->put(to->ctx, key->p, sealed.p, ttl) == 0);
    return OK;
}

err transaction_keep(struct hk_op *op, const struct transaction *transaction, str *out) {
    const struct settings *settings = &op->rp->settings;
    str plain, name, purpose, value, started;
    TRY(write(op->arena, transaction, &plain));
    TRY(login_cookie_name(op->arena, kind_of(op, transaction), transaction->state, &name));
    TRY(purpose_of(op, name, transaction->started, &purpose));
    TRY(sealed_write(settings, purpose, plain, op->arena, &value));
    if (settings->store.put)
        TRY(store(op, value, &value));
    TRY(str_printf(op->arena, &started, "%lld.", (long long)transaction->started));
    TRY(STR_JOIN(op->arena, &value, started, value));
    TRY(set_cookie(op, transaction, value, settings->options.login_ttl_s, out));
    HOLD(&op->failure, sign_in_fits_cookie, out->n <= COOKIE_MAX);
    return OK;
}

/* A browser may have anything in its cookie: a store is asked only for what can be a key of ours,
 * so that it need not escape it (liboauth2 2.3.0 gave it to Redis as a format). */
static bool is_key(struct arena *arena, str key) {
    str bytes;
    return !failed(base64url_decode(arena, key, &bytes)) && bytes.n == SECRET_BYTES;
}

static err take(struct hk_op *op, str key, str *value) {
    const hk_store *from = &op->rp->settings.store;
    char *room = arena_alloc(op->arena, STORED_MAX);
    const char *name;
    REQUIRE(room, no_memory, "the call needs more memory than it may have");
    TRY(str_to_c(op->arena, key, &name));
    HOLD(&op->failure, sign_in_is_known, is_key(op->arena, key));
    HOLD(&op->failure, sign_in_is_known, from->take(from->ctx, name, room, STORED_MAX - 1) == 0);
    *value = str_from(room);
    return OK;
}

static err open_cookie(struct hk_op *op, const struct cookie *cookie, struct transaction *out) {
    str value = cookie->value, purpose, plain;
    int64_t started = login_cookie_started(&value);
    if (op->rp->settings.store.take)
        TRY(take(op, value, &value));
    TRY(purpose_of(op, cookie->name, started, &purpose));
    TRY(sealed_read(&op->rp->settings, purpose, value, op->arena, &plain));
    return read(op, plain, out);
}

/* The first that opens: somebody else on the domain may have set one of the same name. */
static err find(struct hk_op *op, str state, str cookies, struct transaction *out) {
    str names[LOGIN_COOKIE_KINDS];
    for (size_t i = 0; i < LOGIN_COOKIE_KINDS; i++)
        TRY(login_cookie_name(op->arena, (enum login_cookie_kind)i, state, &names[i]));
    err opened = FAIL(seal_broken, "there is no such cookie");
    struct cookie cookie;
    int64_t tries = op->rp->settings.options.max_logins;
    while (failed(opened) && tries && cookie_next(&cookies, &cookie)) {
        bool fits = !rule_stands(RULE_sign_in_is_known);
        for (size_t i = 0; i < LOGIN_COOKIE_KINDS; i++)
            fits = fits || str_eq(cookie.name, names[i]);
        if (!fits)
            continue;
        tries--;
        opened = open_cookie(op, &cookie, out);
        if (err_is(opened, E_no_memory))
            break;
    }
    return opened;
}

static err check(struct hk_op *op, str state, const struct transaction *transaction) {
    const struct settings *settings = &op->rp->settings;
    int64_t now = op_now(op), ends = transaction->started + settings->options.login_ttl_s;
    HOLD(&op->failure, state_matches, secret_eq(secret_of(transaction->state), secret_of(state)));
    HOLD(&op->failure, sign_in_is_of_this_issuer, str_eq(transaction->issuer, settings->issuer));
    HOLD(&op->failure, sign_in_is_of_this_client,
         str_eq(transaction->client_id, settings->client_id));
    HOLD(&op->failure, sign_in_is_fresh,
         now <= ends && transaction->started <= now + settings->options.skew_s);
    HOLD(&op->failure, sign_in_is_used_once,
         seen_first(op->rp->seen, S("state"), state, ends, now));
    return OK;
}

err transaction_take(struct hk_op *op, str state, str cookies, struct transaction *out) {
    HOLD(&op->failure, cookies_are_short, cookies.n <= COOKIE_HEADER_MAX);
    HOLD_TRY(&op->failure, sign_in_is_known, find(op, state, cookies, out));
    return check(op, state, out);
}

err transaction_end_cookie(struct hk_op *op, const struct transaction *transaction, str *out) {
    return set_cookie(op, transaction, STR_ABSENT, 0, out);
}

err transaction_end_surplus(struct hk_op *op, str cookies, struct surplus *out) {
    size_t keep = (size_t)op->rp->settings.options.max_logins - 1; /* one begins now */
    str names[SURPLUS_MAX];
    login_cookie_surplus(cookies, keep, names, SURPLUS_MAX, &out->n);
    for (size_t i = 0; i < out->n; i++) {
        const struct login_cookie cookie = {.name = names[i], .path = path_of(op)};
        TRY(login_cookie_set(op->arena, &cookie, &out->set_cookies[i]));
    }
    return OK;
}
