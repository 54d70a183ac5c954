#include "authz/browser_binding.h"

#include "authz/authz.h"
#include "authz/config.h"
#include "authz/session_cookie.h"
#include "common/base/buf.h"
#include "common/base/random.h"
#include "common/base/secret.h"

enum { ID_BYTES = 16, ID_CHARS = 22 };

#define SEPARATOR '.'

static bool is_id(str text) {
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool base64url = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                         (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!base64url)
            return false;
    }
    return text.n == ID_CHARS;
}

/* The cookie, as far as it is well formed, after `first` (may be absent) and without `without`. */
static err write_list(struct request *rq, struct response *rs, str first, str without) {
    struct buf list = buf_in(rq->arena, (ID_CHARS + 1) * (size_t)BROWSER_BINDINGS);
    str rest = session_cookie_get(rq, COOKIE_INTERACTIONS), id;
    size_t n = str_present(first) ? 1 : 0;
    buf_add(&list, first);
    while (n < BROWSER_BINDINGS && str_next(&rest, SEPARATOR, &id)) {
        if (!is_id(id) || str_eq(id, without))
            continue;
        if (n++ > 0)
            buf_add_c(&list, SEPARATOR);
        buf_add(&list, id);
    }
    str value;
    TRY(buf_str(&list, &value));
    return session_cookie_set(rq, rs, COOKIE_INTERACTIONS, value,
                              authz_of(rq)->config->interaction_lifetime);
}

err browser_binding_add(struct request *rq, struct response *rs, str *id) {
    TRY(random_token(rq->arena, STR_ABSENT, ID_BYTES, id));
    return write_list(rq, rs, *id, STR_ABSENT);
}

bool browser_binding_has(const struct request *rq, str id) {
    str rest = session_cookie_get(rq, COOKIE_INTERACTIONS), known;
    bool found = false;
    while (str_next(&rest, SEPARATOR, &known))
        found |= secret_eq(secret_of(known), secret_of(id));
    return found;
}

err browser_binding_remove(struct request *rq, struct response *rs, str id) {
    return write_list(rq, rs, STR_ABSENT, id);
}
