#include "authz/developer/uri_check.h"

#include "common/base/json_read.h"

static err put(json_t *check, const char *name, str text) {
    json_t *value = json_stringn(text.n ? text.p : "", text.n);
    return developer_set(check, name, value ? value : json_string("")); /* it is no UTF-8 */
}

struct names {
    const char *head, *mark, *rest;
};

static err split(json_t *check, const struct names *names, str uri, size_t at, str mark) {
    at = at < uri.n ? at : uri.n;
    TRY(put(check, names->head, str_head(uri, at)));
    TRY(put(check, names->mark, mark));
    return put(check, names->rest, str_from_pos(uri, at + mark.n < uri.n ? at + mark.n : uri.n));
}

err uri_check_mark(const struct area *area, json_t *doc) {
    static const struct names want = {"want_head", "want_mark", "want_rest"},
                              have = {"have_head", "have_mark", "have_rest"};
    json_t *check = json_object_get(doc, "check");
    int64_t at;
    if (!check)
        return OK;
    str rule = json_read_str(check, "rule");
    TRY(put(check, "asked", area_field(area, S("redirect_uri"))));
    TRY(developer_set(check, "normalised", json_boolean(str_eq(rule, S("normalised")))));
    TRY(developer_set(check, "loopback_port", json_boolean(str_eq(rule, S("loopback_port")))));
    if (!json_read_int(check, "position", &at) || at < 0)
        return OK;
    TRY(developer_set(check, "byte", json_integer(at + 1)));
    TRY(split(check, &want, json_read_str(check, "registered"), (size_t)at,
              json_read_str(check, "expected")));
    return split(check, &have, area_field(area, S("redirect_uri")), (size_t)at,
                 json_read_str(check, "found"));
}
