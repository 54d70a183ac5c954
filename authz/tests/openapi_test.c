/* The document and the tables that it is written from agree. */
#include "authz/openapi/openapi.h"

#include <stdlib.h>

#include "authz/app.h"
#include "authz/openapi/openapi_words.h"
#include "authz/openapi/operation.h"
#include "authz/tests/flow_helper.h"
#include "common/base/json_read.h"
#include "common/http/fields.h"
#include "core/core.h"

static int open_world(void **state) {
    (void)state;
    return flow_world_open_with((const char *const[]){"--registration=open", NULL});
}

static const struct {
    const char *pattern, *why;
} undocumented[] = {
#define UNDOCUMENTED(path, why) {path, why},
#include "authz/openapi/undocumented.def"
#undef UNDOCUMENTED
};

/* A route with a last star is one row; "/x*" names a family of them. */
static bool is_undocumented(const char *path) {
    for (size_t i = 0; i < COUNT(undocumented); i++) {
        str pattern = str_from(undocumented[i].pattern), text = str_from(path);
        bool same = str_eq(pattern, text);
        bool family = str_ends(pattern, S("*")) && !str_ends(text, S("/*")) &&
                      str_starts(text, str_head(pattern, pattern.n - 1));
        bool api = str_starts(text, S("/auth/")) || str_starts(text, S("/users/")) ||
                   str_starts(text, S("/projects/")) || str_starts(text, S("/invites/"));
        if (same || (family && !api))
            return true;
    }
    return false;
}

static bool is_documented(const struct route *route, unsigned method) {
    for (size_t i = 0; i < operation_count; i++)
        if (operations[i].method == method && strcmp(operations[i].path, route->path) == 0)
            return true;
    return false;
}

static void check_routes(const struct route *routes, size_t n) {
    static const unsigned methods[] = {HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE};
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < COUNT(methods); k++)
            if (routes[i].methods & methods[k] && !is_undocumented(routes[i].path) &&
                !is_documented(&routes[i], methods[k]))
                fail_msg("%s (%u) has no row in operations.def", routes[i].path, methods[k]);
}

static void every_route_has_its_operation(void **state) {
    size_t n;
    (void)state;
    const struct route *routes = app_routes(&n);
    check_routes(routes, n);
    routes = core_routes(&n);
    check_routes(routes, n);
}

static void every_operation_has_its_route(void **state) {
    (void)state;
    for (size_t i = 0; i < operation_count; i++)
        if (!operation_route(&operations[i]))
            fail_msg("%s has no route", operations[i].path);
}

static const struct {
    const char *name;
    int status;
} kinds[] = {
#define ERR_KIND(name, status)        {#name, status},
#define ERR_KIND_AS(id, name, status) {name, status},
#include "common/base/err_kinds.def"
#undef ERR_KIND_AS
#undef ERR_KIND
};

/* In the HitKey dialect it is 400, and so is an unknown client at the authorization endpoint. */
static bool is_exception(str code) {
    return str_eq(code, S("invalid_client"));
}

static void check_code(const char *path, str status, str code) {
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (str_eq(code, str_from(kinds[i].name)) &&
            (atoi(status.p) == kinds[i].status || is_exception(code)))
            return;
    fail_msg("%s: there is no error %.*s of status %.*s", path, STR_FMT(code), STR_FMT(status));
}

static void every_code_is_one_that_there_is(void **state) {
    (void)state;
    for (size_t i = 0; i < operation_count; i++) {
        str words = str_from(operations[i].answers), word;
        while (str_next(&words, ' ', &word)) {
            str code = str_from_pos(word, 4);
            if (word.p[0] >= '4' && !str_eq(code, S("html")) && !str_eq(code, S("Health")))
                check_code(operations[i].path, str_head(word, 3), code);
        }
    }
}

/* --- members.def and errors.def --------------------------------------------------------------- */

static const char *const member_names[] = {
#define MEMBER(name, example, about) name,
#include "authz/openapi/members.def"
#undef MEMBER
};

static bool is_taken(const char *name) {
    for (size_t i = 0; i < operation_count; i++) {
        const struct field_table *takes = operation_route(&operations[i])->takes;
        for (size_t k = 0; takes && k < takes->n; k++)
            if (strcmp(takes->rows[k].name, name) == 0)
                return true;
    }
    return false;
}

static void every_member_of_a_body_is_explained_and_nothing_else_is(void **state) {
    (void)state;
    for (size_t i = 0; i < operation_count; i++) {
        const struct field_table *takes = operation_route(&operations[i])->takes;
        for (size_t k = 0; takes && k < takes->n; k++)
            if (!openapi_member(takes->rows[k].name))
                fail_msg("%s takes %s, which has no row in members.def", operations[i].path,
                         takes->rows[k].name);
    }
    for (size_t i = 0; i < COUNT(member_names); i++)
        if (!is_taken(member_names[i]))
            fail_msg("%s is in members.def, but no body has it", member_names[i]);
}

static const char *const error_codes[] = {
#define ERROR_TEXT(code, text) code,
#include "authz/openapi/errors.def"
#undef ERROR_TEXT
};

static json_t *the_document(void) {
    struct test_request *t = test_request_new("GET", "/swagger.json");
    json_t *document = NULL;
    test_request_send(t, flow_world()->authz->app);
    assert_int_equal(t->rs.status, 200);
    assert_ok(json_read_object(t->rs.body, &document));
    test_request_free(t);
    return document;
}

/* {"error": text, "code": CODE}, or {"error": CODE, "error_description": text}. */
static void mark_example(const json_t *value, bool seen[COUNT(error_codes)], const char *path) {
    bool api = json_object_get(value, "code") != NULL;
    str code = json_read_str(value, api ? "code" : "error");
    size_t i = 0;
    while (i < COUNT(error_codes) && !str_eq(code, str_from(error_codes[i])))
        i++;
    if (i == COUNT(error_codes))
        fail_msg("%s: %.*s has no row in errors.def", path, STR_FMT(code));
    assert_true(str_present(json_read_str(value, api ? "error" : "error_description")));
    seen[i] = true;
}

static void mark_examples(const json_t *json, bool seen[COUNT(error_codes)], const char *path) {
    const char *name;
    json_t *value;
    json_object_foreach(json_read_members(json), name, value) {
        if (strcmp(name, "value") == 0)
            mark_example(value, seen, path);
        else
            mark_examples(value, seen, path);
    }
}

static void every_error_has_its_example_and_no_example_is_spare(void **state) {
    bool seen[COUNT(error_codes)] = {false};
    const char *path;
    json_t *methods;
    (void)state;
    AUTO(json_ref) document = the_document();
    json_object_foreach(json_object_get(document, "paths"), path, methods) {
        mark_examples(methods, seen, path);
    }
    for (size_t i = 0; i < COUNT(error_codes); i++)
        if (!seen[i])
            fail_msg("%s is in errors.def, but no call gives it", error_codes[i]);
}

static json_t *operation_of(const json_t *document, const struct operation *operation) {
    static const char *const names[] = {[HTTP_GET] = "get",
                                        [HTTP_POST] = "post",
                                        [HTTP_PUT] = "put",
                                        [HTTP_PATCH] = "patch",
                                        [HTTP_DELETE] = "delete"};
    char path[256] = "";
    for (const char *c = operation->path; *c; c++) {
        size_t n = strlen(path);
        if (*c == ':')
            path[n++] = '{';
        else
            path[n++] = *c;
        bool last = c[1] == '/' || !c[1];
        if (last && strrchr(path, '{') && !strchr(strrchr(path, '{'), '}'))
            path[n++] = '}';
        path[n] = 0;
    }
    return json_object_get(json_object_get(json_object_get(document, "paths"), path),
                           names[operation->method]);
}

static void check_body(const struct operation *operation, const json_t *shown) {
    const struct route *route = operation_route(operation);
    const json_t *properties = json_object_get(
        json_object_get(
            json_object_get(json_object_get(json_object_get(shown, "requestBody"), "content"),
                            "application/json"),
            "schema"),
        "properties");
    for (size_t i = 0; route->takes && i < route->takes->n; i++)
        if (!json_object_get(properties, route->takes->rows[i].name))
            fail_msg("%s does not show %s", operation->path, route->takes->rows[i].name);
}

static void the_document_shows_every_operation_with_its_body(void **state) {
    (void)state;
    AUTO(json_ref) document = the_document();
    for (size_t i = 0; i < operation_count; i++) {
        const json_t *shown = operation_of(document, &operations[i]);
        if (!shown)
            fail_msg("%s is not shown", operations[i].path);
        check_body(&operations[i], shown);
    }
}

static void what_is_known_already_is_not_sent_again(void **state) {
    struct test_request *t = test_request_new("GET", "/swagger.json"), *again;
    char etag[64];
    (void)state;
    test_request_send(t, flow_world()->authz->app);
    str tag = test_request_answer(t, "ETag");
    snprintf(etag, sizeof etag, "%.*s", STR_FMT(tag));
    assert_true(strlen(etag) > 10);
    test_request_free(t);
    again = test_request_new("GET", "/swagger.json");
    test_request_header(again, "If-None-Match", etag);
    test_request_send(again, flow_world()->authz->app);
    assert_int_equal(again->rs.status, 304);
    assert_int_equal(again->rs.body.n, 0);
    test_request_free(again);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_has_its_operation),
        cmocka_unit_test(every_operation_has_its_route),
        cmocka_unit_test(every_code_is_one_that_there_is),
        cmocka_unit_test(every_member_of_a_body_is_explained_and_nothing_else_is),
        cmocka_unit_test(every_error_has_its_example_and_no_example_is_spare),
        cmocka_unit_test(the_document_shows_every_operation_with_its_body),
        cmocka_unit_test(what_is_known_already_is_not_sent_again),
    };
    return cmocka_run_group_tests(tests, open_world, flow_world_close);
}
