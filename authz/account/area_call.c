/* What the account API does for the person whose pages these are, and how a refusal is shown. */
#include "authz/account/area.h"
#include "authz/account_event.h"
#include "authz/flow_page.h"
#include "common/base/json_read.h"

static const struct {
    str code, field;
} fields[] = {
#define ACCOUNT_FIELD(code, field) {S_INIT(code), S_INIT(field)},
#include "authz/account/account_fields.def"
#undef ACCOUNT_FIELD
};

err area_call(struct request *rq, const struct area *area, const struct core_call *call,
              struct account_answer *out, json_t **doc) {
    struct core_call as = *call;
    as.acting = area->account->user_id;
    TRY(account_call_make(rq, &as, out, doc));
    account_event_record(rq);
    return OK;
}

err area_read(struct request *rq, const struct area *area, str path, json_t **doc) {
    const struct core_call call = {.method = HTTP_GET, .path = path};
    struct account_answer answer;
    TRY(area_call(rq, area, &call, &answer, doc));
    if (answer.status == 429)
        rq->retry_after_s = answer.retry_after_s;
    REQUIRE(answer.status != 429, too_many_requests, "the account API is asked too often");
    REQUIRE(answer.status == 200, not_found, "the account API has no such thing for this person");
    return OK;
}

/* --- refusals --------------------------------------------------------------------------------- */

static err note(struct request *rq, struct area *area, str field, str sentence) {
    struct account_frame *frame = &area->frame;
    if (frame->error_count == ACCOUNT_FIELD_ERRORS)
        return OK;
    struct account_field_error *error = &frame->errors[frame->error_count++];
    error->text = sentence;
    return str_dup(rq->arena, field, &error->field);
}

err area_field_error(struct request *rq, struct area *area, str field, enum text text) {
    area->frame.error = texts_get(rq, TEXT_look_below);
    return note(rq, area, field, texts_get(rq, text));
}

/* One of the 422 array: "username.maxLength" has its sentence in account_texts.def. */
static err note_item(struct request *rq, struct area *area, const json_t *item) {
    struct account_answer one = {.status = 422};
    str field = json_read_str(item, "field"), sentence;
    TRY(STR_JOIN(rq->arena, &one.code, field, S("."), json_read_str(item, "rule")));
    TRY(account_answer_sentence(rq, &one, &sentence));
    return note(rq, area, field, sentence);
}

static str field_of(str code) {
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (str_eq(fields[i].code, code))
            return fields[i].field;
    return STR_ABSENT;
}

static err note_code(struct request *rq, struct area *area, const struct account_answer *answer) {
    str field = field_of(answer->code), sentence;
    TRY(account_answer_sentence(rq, answer, &sentence));
    bool beside = answer->status != 429 && str_present(field);
    area->frame.error = beside ? texts_get(rq, TEXT_look_below) : sentence;
    return beside ? note(rq, area, field, sentence) : OK;
}

err area_refused(struct request *rq, struct area *area, const struct account_answer *answer,
                 const json_t *doc, struct response *rs, int *status) {
    const json_t *list = json_object_get(doc, "errors"), *item;
    size_t i;
    TRY(flow_page_status(rq, answer, rs, status));
    if (json_array_size(list) == 0)
        return note_code(rq, area, answer);
    area->frame.error = texts_get(rq, TEXT_look_below);
    json_array_foreach(list, i, item) TRY(note_item(rq, area, item));
    return OK;
}
