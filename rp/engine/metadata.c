#include "rp/engine/metadata.h"

#include "common/base/json_read.h"
#include "rp/engine/document.h"
#include "rp/protocol/hitkey_v1.h"
#include "rp/protocol/well_known.h"

static const json_t *json_of(const struct hk_op *op) {
    const struct document *document = op->documents[DOCUMENT_METADATA];
    return document ? document->json : NULL;
}

/* OIDC Discovery 4.3, RFC 8414 3.3: byte for byte, or all that follows is another's. */
static err check(struct hk_op *op, json_t **out) {
    TRY(op_answer_json(op, out));
    HOLD(&op->failure, metadata_issuer_matches,
         str_eq(json_read_str(*out, "issuer"), op->rp->settings.issuer));
    return OK;
}

static err oauth_answer(struct hk_op *op) {
    json_t *json;
    err e = check(op, &json);
    if (failed(e))
        return document_failed(op, DOCUMENT_METADATA, e);
    return document_store(op, DOCUMENT_METADATA, json, NULL);
}

static err ask(struct hk_op *op, str url, op_step *then) {
    op_push(op, then);
    return op_send(op, &(struct op_request){.url = url,
                                            .headers = S("Accept: application/json\r\n"),
                                            .may_fail = true});
}

static err ask_oauth(struct hk_op *op) {
    str url;
    TRY(well_known_oauth(op->arena, op->rp->settings.issuer, &url));
    return ask(op, url, oauth_answer);
}

/* With "auto", a provider that has nothing at OpenID Connect's place is asked at RFC 8414's. */
static err oidc_answer(struct hk_op *op) {
    bool nothing = op->answer.status >= 400 && op->answer.status < 500;
    if (nothing && op->rp->settings.options.discovery == DISCOVERY_AUTO)
        return ask_oauth(op);
    return oauth_answer(op);
}

static err fetch(struct hk_op *op) {
    if (op->rp->settings.options.discovery == DISCOVERY_OAUTH)
        return ask_oauth(op);
    str url;
    TRY(well_known_oidc(op->arena, op->rp->settings.issuer, &url));
    return ask(op, url, oidc_answer);
}

err metadata_need(struct hk_op *op) {
    HOLD(&op->failure, issuer_set, str_present(op->rp->settings.issuer));
    enum document_turn turn;
    TRY(document_look(op, DOCUMENT_METADATA, op->rp->settings.options.metadata_ttl_s, metadata_need,
                      &turn));
    return turn == DOCUMENT_FETCH ? fetch(op) : OK;
}

/* A dialect without discovery. */
static err known_metadata(struct hk_rp *rp) {
    struct settings *settings = &rp->settings;
    bool known = settings->options.profile == PROFILE_HITKEY_V1 && str_present(settings->issuer);
    str text;
    if (!known || settings->metadata)
        return OK;
    TRY(hitkey_v1_metadata(rp->arena, settings->issuer, &text));
    return json_read_object(text, &settings->metadata);
}

err metadata_given(struct hk_rp *rp, struct failure *failure) {
    TRY(known_metadata(rp));
    json_t *json = rp->settings.metadata;
    if (!json)
        return OK;
    HOLD(failure, metadata_issuer_matches,
         str_eq(json_read_str(json, "issuer"), rp->settings.issuer));
    return document_given(rp, DOCUMENT_METADATA, json, NULL);
}

str metadata_str(const struct hk_op *op, const char *member) {
    return json_read_str(json_of(op), member);
}

bool metadata_mutual_tls(const struct hk_op *op) {
    return str_present(op->rp->settings.certificate_file);
}

err metadata_endpoint(struct hk_op *op, const char *member, str *out) {
    *out = STR_ABSENT;
    if (metadata_mutual_tls(op))
        *out = json_read_str(json_object_get(json_of(op), "mtls_endpoint_aliases"), member);
    if (!str_present(*out))
        *out = metadata_str(op, member);
    HOLD(&op->failure, metadata_has_endpoint, str_present(*out));
    return OK;
}

bool metadata_lists(const struct hk_op *op, const char *member, str word, bool standard) {
    const json_t *list = json_object_get(json_of(op), member), *item;
    size_t i;
    if (!json_is_array(list))
        return standard;
    json_array_foreach(list, i, item) {
        if (str_eq(str_from(json_string_value(item)), word))
            return true;
    }
    return false;
}

bool metadata_true(const struct hk_op *op, const char *member) {
    return json_read_true(json_of(op), member);
}
