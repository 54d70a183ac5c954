#include "common/http/render.h"

#include "common/base/buf.h"

enum { CHALLENGE_MAX = 512 };

err render_public(err e) {
    switch ((int)e.code) {
    case E_internal:
    case E_config:
    case E_io:
    case E_schema_newer:
    case E_defer:
    case E_ok:
        return FAIL(internal, "Something went wrong on our side");
    case E_no_memory:
    case E_busy:
        return FAIL(overloaded, "The server is busy, try again");
    default:
        return e;
    }
}

void render_retry_after(const struct request *rq, struct response *rs) {
    if (rs->status != 429 && rs->status != 503)
        return;
    int64_t seconds = rs->status == 429 && rq->retry_after_s > 0 ? rq->retry_after_s : 1;
    str text;
    if (failed(str_printf(rq->arena, &text, "%lld", (long long)seconds)))
        text = S("1");
    response_header_set(rs, "Retry-After", text);
}

/* RFC 6750 3: error_description has no '"' or '\'. The sentences are ours, and ASCII. */
static void add_description(struct buf *buf, str why) {
    for (size_t i = 0; i < why.n; i++) {
        char c = why.p[i];
        bool plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\';
        char safe = '\'';
        if (plain)
            safe = c;
        buf_add_c(buf, safe);
    }
}

static bool at_oauth_resource(const struct request *rq) {
    return rq->route && rq->route->caller == CALLER_OAUTH_TOKEN;
}

/* RFC 6750 3.1: a request without credentials is told nothing more than the scheme. */
static str bearer_error(const struct request *rq, err e) {
    switch ((int)e.code) {
    case E_invalid_token:
    case E_insufficient_scope:
    case E_invalid_request:
        return str_from(err_name(e.code));
    case E_bad_request:
        return at_oauth_resource(rq) ? S("invalid_request") : STR_ABSENT;
    default:
        return STR_ABSENT;
    }
}

static err write_bearer(struct request *rq, err e, str *out) {
    struct buf buf = buf_in(rq->arena, CHALLENGE_MAX);
    str error = bearer_error(rq, e);
    buf_add(&buf, S("Bearer realm=\"hitkey\""));
    if (str_present(error)) {
        buf_add(&buf, S(", error=\""));
        buf_add(&buf, error);
        buf_add(&buf, S("\", error_description=\""));
        add_description(&buf, str_from(e.why));
        buf_add_c(&buf, '"');
    }
    return buf_str(&buf, out);
}

void render_challenge(struct request *rq, err e, struct response *rs) {
    int status = err_status(e.code);
    bool refused = status == 400 || status == 403;
    if (status != 401 && !(refused && at_oauth_resource(rq)))
        return;
    if (err_is(e, E_invalid_client)) {
        response_header_set(rs, "WWW-Authenticate", S("Basic realm=\"hitkey\""));
        return;
    }
    str challenge;
    if (failed(write_bearer(rq, e, &challenge)))
        challenge = S("Bearer realm=\"hitkey\"");
    response_header_set(rs, "WWW-Authenticate", challenge);
}
