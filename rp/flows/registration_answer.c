#include "rp/flows/registration_answer.h"

#include "common/base/json_read.h"
#include "rp/flows/endpoint_request.h"
#include "rp/protocol/bearer.h"
#include "rp/protocol/safe_url.h"

/* RFC 7591 3.2.2, RFC 6750 3.1 */
err registration_succeeded(struct hk_op *op) {
    str code;
    TRY(op_answer_came(op));
    if (op->answer.status >= 200 && op->answer.status <= 299)
        return OK;
    TRY(endpoint_error_code(op, &code));
    failure_oauth(&op->failure, code);
    HOLD(&op->failure, registration_is_accepted, false);
    return OK;
}

/* A method that goes by a secret has one. */
static bool has_secret(const json_t *registered) {
    str method = json_read_str(registered, "token_endpoint_auth_method");
    return !str_starts(method, S("client_secret_")) ||
           !str_empty(json_read_str(registered, "client_secret"));
}

/* RFC 7592 3: both or neither; the token goes to that URI alone. */
static bool can_be_managed(const json_t *registered) {
    str uri = json_read_str(registered, "registration_client_uri");
    str token = json_read_str(registered, "registration_access_token");
    if (!str_present(uri) && !str_present(token))
        return true;
    return safe_url(uri) && (!str_present(token) || bearer_is_sendable(token));
}

err registration_check(struct hk_op *op, const json_t *registered) {
    HOLD(&op->failure, registration_names_client,
         !str_empty(json_read_str(registered, "client_id")));
    HOLD(&op->failure, registration_has_secret, has_secret(registered));
    HOLD(&op->failure, registration_uri_is_https, can_be_managed(registered));
    return OK;
}

static bool holds(const json_t *list, const json_t *value) {
    const json_t *item;
    size_t i;
    json_array_foreach(list, i, item) {
        if (json_equal(item, value))
            return true;
    }
    return false;
}

/* Lists say the same in any order. */
static bool same(const json_t *asked, const json_t *registered) {
    const json_t *item;
    size_t i;
    if (!json_is_array(asked) || json_array_size(asked) != json_array_size(registered))
        return json_equal(asked, registered);
    json_array_foreach(asked, i, item) {
        if (!holds(registered, item))
            return false;
    }
    return true;
}

static err warn(struct hk_op *op, const char *member) {
    str sentence;
    TRY(str_printf(op->arena, &sentence, "the provider registered another %s than was asked for",
                   member));
    client_event(
        op->rp,
        &(hk_event){.what = "warning", .http_status = op->answer.status, .detail = sentence.p});
    return OK;
}

err registration_compare(struct hk_op *op, const json_t *asked, const json_t *registered) {
    const char *member;
    json_t *value;
    json_object_foreach(json_read_members(asked), member, value) {
        const json_t *other = json_object_get(registered, member);
        if (other && !same(value, other))
            TRY(warn(op, member));
    }
    return OK;
}
