/* GET and POST /account/two-factor: the second step of the sign-in, by /auth/2fa.
 *
 * Setting up makes a key, so it is a POST. The key is kept by the core store and in the form,
 * sealed for this sign-in: who mistypes the code need not scan another one. Recovery codes are the
 * answer to a POST, shown this once and kept nowhere. */
#include "authz/account/area.h"
#include "authz/account/rows.h"
#include "authz/endpoints/endpoints.h"
#include "common/base/base64.h"
#include "common/base/json_put.h"
#include "common/base/json_read.h"

enum { BODY_MAX = 1024, VALUES = 7 };

#define KEY_PURPOSE S("two-factor key ")

/* What the page shows of a set-up, or of what came of it. */
struct shown {
    str secret, sealed; /* the key that is being set up, or absent */
    str picture;        /* with its QR code, or absent */
    const json_t *codes;
};

/* --- showing ---------------------------------------------------------------------------------- */

static err list_codes(struct request *rq, const json_t *codes, struct template_value *out) {
    struct rows rows = rows_begin(rq, json_array_size(codes) + 1);
    const json_t *item;
    size_t i;
    json_array_foreach(codes, i, item) {
        str text;
        TRY(str_dup(rq->arena, str_of(json_string_value(item), json_string_length(item)), &text));
        rows_next(&rows);
        rows_put(&rows, "code", text);
    }
    return rows_done(&rows, "codes", out);
}

static err show(struct request *rq, struct area *area, const struct shown *shown, int status,
                struct response *rs) {
    AUTO(json_ref) me = NULL;
    struct template_value values[VALUES];
    TRY(area_read(rq, area, S("/auth/me"), &me));
    TRY(list_codes(rq, shown->codes, &values[0]));
    values[1] = (struct template_value){
        .name = "on", .text = json_read_true(me, "totpEnabled") ? S("yes") : STR_ABSENT};
    values[2] = (struct template_value){.name = "secret", .text = shown->secret};
    values[3] = (struct template_value){.name = "sealed", .text = shown->sealed};
    values[4] = (struct template_value){.name = "picture", .text = shown->picture};
    values[5] = (struct template_value){
        .name = "idle", .text = str_present(shown->secret) || shown->codes ? STR_ABSENT : S("yes")};
    values[6] =
        (struct template_value){.name = "has_codes", .text = shown->codes ? S("yes") : STR_ABSENT};
    return account_page(rq, rs, status, ACCOUNT_SECTION_second_factor, &area->frame,
                        &(struct page){.template_name = "account_two_factor.html",
                                       .title = TEXT_section_second_factor,
                                       .lead = TEXT_two_factor_off_lead,
                                       .script = "account.js",
                                       .values = values,
                                       .n = VALUES});
}

static err show_state(struct request *rq, struct area *area, struct response *rs) {
    return show(rq, area, &(struct shown){.codes = NULL}, 200, rs);
}

err account_two_factor(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_FRESH, show_state);
}

static err refuse(struct request *rq, struct area *area, const struct account_answer *answer,
                  const struct shown *shown, struct response *rs) {
    struct account_answer told = *answer;
    int status;
    if (answer->status == 422) /* longer than any code, or none */
        told.code = S("INVALID_CODE");
    TRY(area_refused(rq, area, &told, NULL, rs, &status));
    return show(rq, area, shown, status, rs);
}

/* --- setting up ------------------------------------------------------------------------------- */

static err key_purpose(struct request *rq, const struct area *area, str *out) {
    return STR_JOIN(rq->arena, out, KEY_PURPOSE, area->account->sid);
}

static err seal_key(struct request *rq, const struct area *area, struct shown *shown) {
    str purpose;
    TRY(key_purpose(rq, area, &purpose));
    return seal(&authz_of(rq)->interaction_key, purpose, shown->secret, rq->arena, &shown->sealed);
}

/* A picture in the page itself: nothing to fetch, and no script. */
static err draw(struct request *rq, const json_t *setup, struct shown *shown) {
    str text;
    TRY(base64_encode(rq->arena, json_read_str(setup, "qrCodeSvg"), &text));
    return STR_JOIN(rq->arena, &shown->picture, S("data:image/svg+xml;base64,"), text);
}

static err set_up(struct request *rq, struct area *area, struct response *rs) {
    AUTO(json_ref) setup = NULL;
    const struct core_call call = {.method = HTTP_GET, .path = S("/auth/2fa/setup")};
    struct account_answer answer;
    struct shown shown = {.codes = NULL};
    TRY(area_call(rq, area, &call, &answer, &setup));
    if (answer.status != 200)
        return refuse(rq, area, &answer, &shown, rs);
    TRY(str_dup(rq->arena, json_read_str(setup, "secret"), &shown.secret));
    TRY(draw(rq, setup, &shown));
    TRY(seal_key(rq, area, &shown));
    return show(rq, area, &shown, 200, rs);
}

/* The key of the form; none if it is not of this sign-in. */
static err open_key(struct request *rq, const struct area *area, struct shown *shown) {
    str purpose, sealed = form_get(&area->form, S("key"));
    if (!str_present(sealed))
        return OK;
    TRY(key_purpose(rq, area, &purpose));
    err e = seal_open(&authz_of(rq)->interaction_key, purpose, sealed, rq->arena, &shown->secret);
    if (err_is(e, E_seal_broken))
        return OK;
    shown->sealed = sealed;
    return e;
}

/* --- with a code ------------------------------------------------------------------------------ */

/* As it stands in the app, "123 456", or as the recovery code was written down. */
static err write_code(struct request *rq, const struct area *area, str *json) {
    struct json_put j = json_put_begin(rq->arena, BODY_MAX);
    str typed = area_field(area, S("code"));
    struct buf code = buf_in(rq->arena, typed.n + 1);
    str text;
    for (size_t i = 0; i < typed.n; i++)
        if (typed.p[i] != ' ')
            buf_add_c(&code, typed.p[i]);
    TRY(buf_str(&code, &text));
    json_put_open(&j, '{');
    json_put_str(&j, "code", str_head(text, 64));
    json_put_close(&j, '}');
    return json_put_done(&j, json);
}

static err send_code(struct request *rq, const struct area *area, str path,
                     struct account_answer *answer, json_t **doc) {
    struct core_call call = {.method = HTTP_POST, .path = path};
    TRY(write_code(rq, area, &call.json));
    return area_call(rq, area, &call, answer, doc);
}

/* Both answer with recovery codes. */
static err take_codes(struct request *rq, struct area *area, str path, enum text done,
                      struct response *rs) {
    AUTO(json_ref) doc = NULL;
    struct account_answer answer;
    struct shown shown = {.codes = NULL};
    TRY(send_code(rq, area, path, &answer, &doc));
    if (answer.status != 200) {
        TRY(open_key(rq, area, &shown));
        return refuse(rq, area, &answer, &shown, rs);
    }
    shown.codes = json_object_get(doc, "recovery_codes");
    area->frame.status = texts_get(rq, done);
    return show(rq, area, &shown, 200, rs);
}

static err turn_off(struct request *rq, struct area *area, struct response *rs) {
    AUTO(json_ref) doc = NULL;
    struct account_answer answer;
    TRY(send_code(rq, area, S("/auth/2fa/disable"), &answer, &doc));
    if (answer.status != 200)
        return refuse(rq, area, &answer, &(struct shown){.codes = NULL}, rs);
    return area_done(rq, area, S("/account/two-factor"), texts_get(rq, TEXT_two_factor_off_done),
                     rs);
}

static err change(struct request *rq, struct area *area, struct response *rs) {
    if (area_does(area, S("setup")))
        return set_up(rq, area, rs);
    if (area_does(area, S("enable")))
        return take_codes(rq, area, S("/auth/2fa/enable"), TEXT_two_factor_on_done, rs);
    if (area_does(area, S("renew")))
        return take_codes(rq, area, S("/auth/2fa/recovery-codes"), TEXT_codes_renewed_done, rs);
    REQUIRE(area_does(area, S("disable")), bad_request, "the form has no such button");
    return turn_off(rq, area, rs);
}

err account_two_factor_change(struct request *rq, struct response *rs) {
    return area_serve(rq, rs, AREA_FRESH, change);
}
