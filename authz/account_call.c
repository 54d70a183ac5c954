#include "authz/account_call.h"

#include "authz/account_event.h"
#include "authz/authz.h"
#include "authz/own_call.h"
#include "authz/pages/texts.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"

/* No member that the core store takes is longer (128 characters), and as JSON they all fit. */
enum { MEMBER_MAX = 512, BODY_MAX = 16 * 1024, AMR_MAX = 128 };

static const struct {
    str code;
    enum text text;
} texts[] = {
#define ACCOUNT_TEXT(code, text) {S_INIT(code), TEXT_##text},
#include "authz/account_texts.def"
#undef ACCOUNT_TEXT
};

static err write_body(struct request *rq, const struct form_param *members, size_t n, str *json) {
    struct json_put j = json_put_begin(rq->arena, BODY_MAX);
    json_put_open(&j, '{');
    for (size_t i = 0; i < n; i++)
        json_put_str(&j, members[i].name.p, members[i].value);
    json_put_close(&j, '}');
    return json_put_done(&j, json);
}

err account_call_amr(struct request *rq, const json_t *list, str *amr) {
    struct buf words = buf_in(rq->arena, AMR_MAX);
    const json_t *item;
    size_t i;
    json_array_foreach(list, i, item) {
        if (i > 0)
            buf_add_c(&words, ' ');
        buf_add(&words, str_of(json_string_value(item), json_string_length(item)));
    }
    return buf_str(&words, amr);
}

/* "password.minLength" */
static err read_field_error(struct request *rq, const json_t *first, str *code) {
    str rule = json_read_str(first, "rule");
    if (!str_present(rule))
        return OK;
    return STR_JOIN(rq->arena, code, json_read_str(first, "field"), S("."), rule);
}

/* RFC 7591 3.2.2 and RFC 6749 5.2 have their code in `error`. */
static str read_code(const json_t *json) {
    bool oauth = json_read_has(json, "error_description");
    return json_read_str(json, oauth ? "error" : "code");
}

static err read_answer(struct request *rq, const json_t *json, struct account_answer *out) {
    const json_t *first = json_array_get(json_object_get(json, "errors"), 0);
    TRY(str_dup(rq->arena, read_code(json), &out->code));
    TRY(str_dup(rq->arena, json_read_str(json, "user_id"), &out->user_id));
    TRY(str_dup(rq->arena, json_read_str(json, "challenge_token"), &out->challenge_token));
    TRY(read_field_error(rq, first, &out->code));
    return account_call_amr(rq, json_object_get(json, "amr"), &out->amr);
}

/* What the core store would say of the first member that is too long, if there is one. */
static err refuse_long(struct request *rq, const struct form_param *members, size_t n,
                       struct account_answer *out) {
    for (size_t i = 0; i < n && out->status == 0; i++)
        if (members[i].value.n > MEMBER_MAX) {
            out->status = 422;
            TRY(STR_JOIN(rq->arena, &out->code, members[i].name, S(".maxLength")));
        }
    return OK;
}

err account_call(struct request *rq, str path, const struct form_param *members, size_t n,
                 struct account_answer *out) {
    AUTO(json_ref) doc = NULL;
    struct core_call call = {.method = HTTP_POST, .path = path};
    *out = (struct account_answer){0};
    TRY(refuse_long(rq, members, n, out));
    if (out->status)
        return OK;
    TRY(write_body(rq, members, n, &call.json));
    return account_call_make(rq, &call, out, &doc);
}

err account_call_make(struct request *rq, const struct core_call *call, struct account_answer *out,
                      json_t **doc) {
    struct response rs = {.status = 200};
    *out = (struct account_answer){0};
    TRY(own_call_is(rq, call) ? own_call_make(rq, call, &rs)
                              : core_link_call(authz_of(rq)->core, rq, call, &rs));
    REQUIRE(rs.status < 500, core_unavailable, "the core store gave no answer of use");
    out->status = rs.status;
    out->about = account_event_user(rq);
    if (failed(
            str_to_int(response_header_get(&rs, S("Retry-After")), INT32_MAX, &out->retry_after_s)))
        out->retry_after_s = 0;
    if (rs.body.n && failed(json_read(rs.body, doc)))
        return FAIL(core_unavailable, "the core store gave no answer of use");
    return read_answer(rq, *doc, out);
}

bool account_answer_is(const struct account_answer *answer, const char *code) {
    return str_eq(answer->code, str_from(code));
}

static err wait_sentence(struct request *rq, int64_t seconds, str *sentence) {
    if (seconds <= 0)
        seconds = 1;
    bool minutes = seconds >= 120;
    str number;
    TRY(str_printf(rq->arena, &number, "%lld",
                   (long long)(minutes ? (seconds + 59) / 60 : seconds)));
    const struct template_value value = {.name = minutes ? "minutes" : "seconds", .text = number};
    return texts_fill(rq, minutes ? TEXT_wait_minutes : TEXT_wait_seconds, &value, 1, sentence);
}

static enum text find_text(str code) {
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (str_eq(code, texts[i].code))
            return texts[i].text;
    return TEXT_NONE;
}

/* ".maxLength" of "surname.maxLength" */
static str rule_of(str code) {
    return str_from_pos(code, str_find(code, '.'));
}

err account_answer_sentence(struct request *rq, const struct account_answer *answer,
                            str *sentence) {
    if (answer->status == 429)
        return wait_sentence(rq, answer->retry_after_s, sentence);
    enum text text = find_text(answer->code);
    if (text == TEXT_NONE)
        text = find_text(rule_of(answer->code));
    *sentence = texts_get(rq, text == TEXT_NONE ? TEXT_account_refused : text);
    return OK;
}
