#include "authz/openapi/openapi_answers.h"

#include <assert.h>

#include "authz/openapi/openapi_request.h"
#include "authz/openapi/openapi_words.h"

enum { ANSWERS_MAX = 32, IN_API = 1, IN_OAUTH = 2 };

struct answer {
    str status, what;  /* "400", "INVALID_CODE" */
    unsigned dialects; /* an error: in which it is told by this name */
};

struct answers {
    struct answer list[ANSWERS_MAX];
    size_t n;
    enum dialect dialect;
    bool both; /* what came decides in which dialect an error is told */
};

static void add(struct answers *answers, str word, unsigned dialects) {
    size_t colon = str_find(word, ':');
    struct answer answer = {str_head(word, colon), str_from_pos(word, colon + 1), dialects};
    for (size_t i = 0; i < answers->n; i++) {
        struct answer *other = &answers->list[i];
        if (!str_eq(other->status, answer.status) || !str_eq(other->what, answer.what))
            continue;
        other->dialects |= dialects;
        return;
    }
    assert(answers->n < ANSWERS_MAX);
    answers->list[answers->n++] = answer;
}

/* Of a row of operations.def. Where both dialects are spoken, the codes of the API are in capitals.
 */
static unsigned dialects_of(const struct answers *answers, str word) {
    str what = str_from_pos(word, str_find(word, ':') + 1);
    bool capital = what.n && what.p[0] >= 'A' && what.p[0] <= 'Z';
    if (answers->both)
        return capital ? IN_API : IN_API | IN_OAUTH;
    return answers->dialect == DIALECT_OAUTH ? IN_OAUTH : IN_API;
}

/* The dispatcher's own (common/http/policy.h) and the renderer's, by their names in each dialect
 * (common/http/render_oauth.c). */
struct policy_answer {
    bool applies;
    str api, oauth;
};

static void add_policy_answer(struct answers *answers, const struct policy_answer *row) {
    if (answers->dialect != DIALECT_OAUTH || answers->both)
        add(answers, row->api, IN_API);
    if (answers->dialect == DIALECT_OAUTH)
        add(answers, row->oauth, IN_OAUTH);
}

static void add_policy(struct answers *answers, const struct operation *operation,
                       const struct route *route) {
    bool body = route->takes || operation->body[0], page = route->dialect == DIALECT_PAGE;
    const struct policy_answer rows[] = {
        {!page, S_INIT("400:bad_request"), S_INIT("400:invalid_request")},
        {route->caller == CALLER_API_BEARER, S_INIT("401:unauthorized"),
         S_INIT("401:unauthorized")},
        {body && !page, S_INIT("413:payload_too_large"), S_INIT("413:invalid_request")},
        {body && !page, S_INIT("415:unsupported_media_type"), S_INIT("415:invalid_request")},
        {route->takes, S_INIT("422:validation"), S_INIT("422:validation")},
        {route->rate > 0 && !page, S_INIT("429:too_many_requests"),
         S_INIT("429:temporarily_unavailable")},
        {true, S_INIT("503:overloaded"), S_INIT("503:temporarily_unavailable")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].applies)
            add_policy_answer(answers, &rows[i]);
    if ((route->dialect == DIALECT_API || answers->both) && route->run != RUN_INLINE)
        add(answers, S("503:core_unavailable"), IN_API);
}

/* --- one answer ----------------------------------------------------------------------------- */

static void put_header(struct json_put *j, const char *name, const char *about) {
    json_put_open_at(j, name, '{');
    json_put_str(j, "description", str_from(about));
    json_put_raw(j, "schema", S("{\"type\":\"string\"}"));
    json_put_close(j, '}');
}

static void put_headers(struct json_put *j, str status, enum dialect dialect) {
    bool waits = str_eq(status, S("429")) || str_eq(status, S("503"));
    bool challenge = str_eq(status, S("401")) && dialect == DIALECT_OAUTH;
    json_put_open_at(j, "headers", '{');
    put_header(j, "X-Request-Id", "names this exchange in the log");
    if (waits)
        put_header(j, "Retry-After", "seconds to wait (RFC 9110 10.2.3)");
    if (challenge)
        put_header(j, "WWW-Authenticate", "how to authenticate (RFC 6750 3)");
    if (str_eq(status, S("303")))
        put_header(j, "Location", "where the browser goes on to");
    json_put_close(j, '}');
}

/* "Schema" or "[Schema]". */
static void put_schema(struct json_put *j, str what) {
    json_put_open_at(j, "application/json", '{');
    if (!str_starts(what, S("["))) {
        openapi_put_reference(j, "schema", what);
    } else {
        json_put_open_at(j, "schema", '{');
        json_put_str(j, "type", S("array"));
        openapi_put_reference(j, "items", str_head(str_from_pos(what, 1), what.n - 2));
        json_put_close(j, '}');
    }
    json_put_close(j, '}');
}

static const struct {
    str name;
    const char *type, *schema;
} plain[] = {
    {S_INIT("html"), "text/html", "{\"type\":\"string\"}"},
    {S_INIT("text"), "text/plain", "{\"type\":\"string\"}"},
    {S_INIT("jwt"), "application/jwt", "{\"type\":\"string\"}"},
};

static bool put_plain(struct json_put *j, str what) {
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (!str_eq(what, plain[i].name))
            continue;
        json_put_open_at(j, plain[i].type, '{');
        json_put_raw(j, "schema", str_from(plain[i].schema));
        json_put_close(j, '}');
        return true;
    }
    return false;
}

/* A capital first letter is a schema's name below 400 and in health; from 400 on it is a code. */
static bool is_content(const struct answer *answer) {
    return answer->status.p[0] < '4' || str_eq(answer->what, S("html")) ||
           str_eq(answer->what, S("Health"));
}

/* True: JSON was among it. */
static bool put_good(struct json_put *j, const struct answers *answers, str status) {
    bool json = false;
    for (size_t i = 0; i < answers->n; i++) {
        const struct answer *answer = &answers->list[i];
        if (!str_eq(answer->status, status) || !is_content(answer) ||
            str_eq(answer->what, S("-")) || put_plain(j, answer->what))
            continue;
        put_schema(j, answer->what);
        json = true;
    }
    return json;
}

/* The errors of a status in a dialect, each by its turn: false when there is none left. */
static bool next_error(const struct answers *answers, str status, unsigned dialect, size_t *i) {
    for (; *i < answers->n; ++*i) {
        const struct answer *answer = &answers->list[*i];
        if (str_eq(answer->status, status) && answer->dialects & dialect && !is_content(answer))
            return true;
    }
    return false;
}

/* {"allOf":[{"$ref":…},{"properties":{"code":{"enum":[…]}}}]} */
static void put_dialect(struct json_put *j, const struct answers *answers, str status,
                        unsigned dialect) {
    json_put_open_at(j, "allOf", '[');
    openapi_put_reference(j, NULL, dialect == IN_OAUTH ? S("OAuthError") : S("Error"));
    json_put_open(j, '{');
    json_put_open_at(j, "properties", '{');
    json_put_open_at(j, dialect == IN_OAUTH ? "error" : "code", '{');
    json_put_open_at(j, "enum", '[');
    for (size_t i = 0; next_error(answers, status, dialect, &i); i++)
        json_put_item_str(j, answers->list[i].what);
    json_put_close(j, ']');
    json_put_close(j, '}');
    json_put_close(j, '}');
    json_put_close(j, '}');
    json_put_close(j, ']');
}

static err put_example(struct json_put *j, str code, unsigned dialect, bool both) {
    const char *name;
    str key;
    TRY(STR_JOIN(j->buf.arena, &key, code, both && dialect == IN_OAUTH ? S(" (OAuth)") : S("")));
    TRY(str_to_c(j->buf.arena, key, &name));
    json_put_open_at(j, name, '{');
    json_put_open_at(j, "value", '{');
    json_put_str(j, "error", dialect == IN_OAUTH ? code : openapi_error_text(code));
    json_put_str(j, dialect == IN_OAUTH ? "error_description" : "code",
                 dialect == IN_OAUTH ? openapi_error_text(code) : code);
    json_put_close(j, '}');
    json_put_close(j, '}');
    return OK;
}

static err put_examples(struct json_put *j, const struct answers *answers, str status,
                        unsigned dialects) {
    json_put_open_at(j, "examples", '{');
    for (unsigned dialect = IN_API; dialect <= IN_OAUTH; dialect++)
        for (size_t i = 0; next_error(answers, status, dialects & dialect, &i); i++)
            TRY(put_example(j, answers->list[i].what, dialect, dialects == (IN_API | IN_OAUTH)));
    json_put_close(j, '}');
    return OK;
}

static unsigned told_in(const struct answers *answers, str status) {
    unsigned dialects = 0;
    for (size_t i = 0; next_error(answers, status, IN_API | IN_OAUTH, &i); i++)
        dialects |= answers->list[i].dialects;
    return dialects;
}

static err put_codes(struct json_put *j, const struct answers *answers, str status) {
    unsigned dialects = told_in(answers, status);
    if (!dialects)
        return OK;
    json_put_open_at(j, "application/json", '{');
    json_put_open_at(j, "schema", '{');
    if (dialects == (IN_API | IN_OAUTH)) {
        json_put_open_at(j, "anyOf", '[');
        for (unsigned dialect = IN_API; dialect <= IN_OAUTH; dialect++) {
            json_put_open(j, '{');
            put_dialect(j, answers, status, dialect);
            json_put_close(j, '}');
        }
        json_put_close(j, ']');
    } else {
        put_dialect(j, answers, status, dialects);
    }
    json_put_close(j, '}');
    TRY(put_examples(j, answers, status, dialects));
    json_put_close(j, '}');
    return OK;
}

static err put_bad(struct json_put *j, const struct answers *answers, str status) {
    if (!str_eq(status, S("422")))
        return put_codes(j, answers, status);
    json_put_open_at(j, "application/json", '{');
    openapi_put_reference(j, "schema", S("FieldErrors"));
    json_put_close(j, '}');
    return OK;
}

static const struct {
    const char *status, *about;
} descriptions[] = {
    {"200", "It is done"},
    {"201", "It is made"},
    {"202", "One step more is needed"},
    {"204", "It is done; there is nothing to say"},
    {"303", "On to another address"},
    {"400", "The request cannot be answered as it is"},
    {"401", "Not signed in, or not proven"},
    {"403", "Signed in, but not allowed"},
    {"404", "There is no such thing for you"},
    {"409", "It is taken, or was changed meanwhile"},
    {"413", "The body is too large"},
    {"415", "The body is of another type"},
    {"422", "A member of the body breaks its rule"},
    {"429", "Too often: wait"},
    {"503", "Not just now: try again"},
};

static err put_answer(struct json_put *j, const struct answers *answers, size_t at) {
    str status = answers->list[at].status;
    size_t i = 0;
    while (!str_eq(status, str_from(descriptions[i].status))) {
        i++;
        assert(i < sizeof descriptions / sizeof descriptions[0]);
    }
    json_put_open_at(j, descriptions[i].status, '{');
    json_put_str(j, "description", str_from(descriptions[i].about));
    put_headers(j, status, answers->dialect);
    json_put_open_at(j, "content", '{');
    if (!put_good(j, answers, status) && status.p[0] >= '4')
        TRY(put_bad(j, answers, status));
    json_put_close(j, '}');
    json_put_close(j, '}');
    return OK;
}

static bool is_first_of_status(const struct answers *answers, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (str_eq(answers->list[i].status, answers->list[at].status))
            return false;
    return true;
}

/* So do calls that take metadata in the two shapes of POST /oauth/clients. */
static bool speaks_both(const struct operation *operation, const struct route *route) {
    bool metadata = strstr(operation->answers, ":invalid_client_metadata") != NULL;
    return (route->body & BODY_FORM && route->body & BODY_JSON) ||
           (route->dialect == DIALECT_API && metadata);
}

err openapi_put_answers(struct json_put *j, struct arena *arena, const struct operation *operation,
                        const struct route *route) {
    struct answers *answers = ARENA_NEW(arena, struct answers);
    str words = str_from(operation->answers), word;
    REQUIRE(answers, no_memory, "the document needs more memory than it may have");
    answers->dialect = route->dialect;
    answers->both = speaks_both(operation, route);
    while (str_next(&words, ' ', &word))
        add(answers, word, dialects_of(answers, word));
    add_policy(answers, operation, route);
    json_put_open_at(j, "responses", '{');
    for (size_t i = 0; i < answers->n; i++)
        if (is_first_of_status(answers, i))
            TRY(put_answer(j, answers, i));
    json_put_close(j, '}');
    return OK;
}
