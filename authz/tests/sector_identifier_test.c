/* ctest: threads
 * Registration with a sector_identifier_uri, its document on a real https server. */
#include <stdio.h>

#include "authz/tests/document_server_helper.h"
#include "authz/tests/flow_helper.h"
#include "common/http/test_request.h"

#define A "https://a.example/cb"
#define B "https://b.example/cb"

static int open_all(void **state) {
    char ca[512];
    document_server_start();
    snprintf(ca, sizeof ca, "--ca-file=%s", document_server_ca());
    const char *const more[] = {"--registration=open", "--allow-private-fetch", ca, NULL};
    (void)state;
    return flow_world_open_with(more);
}

static int close_all(void **state) {
    document_server_stop();
    return flow_world_close(state);
}

/* The status; 400 only as invalid_client_metadata. `path` NULL: without sector_identifier_uri. */
static int enroll(const char *type, const char *path) {
    char body[1024], sector[512] = "";
    if (path)
        snprintf(sector, sizeof sector, ",\"sector_identifier_uri\":\"%s\"",
                 document_server_url(path));
    snprintf(body, sizeof body,
             "{\"redirect_uris\":[\"" A "\",\"" B "\"],\"subject_type\":\"%s\"%s}", type, sector);
    struct test_request *t = test_request_new("POST", "/oauth/register");
    test_request_body(t, "application/json", body);
    test_request_send(t, flow_world()->authz->app);
    int status = t->rs.status;
    if (status == 400)
        assert_true(str_find_str(t->rs.body, S("\"invalid_client_metadata\"")) < t->rs.body.n);
    test_request_free(t);
    return status;
}

static void a_document_that_lists_every_redirect_uri_is_good(void **state) {
    (void)state;
    document_server_answer(200, "[\"https://c.example/\",\"" B "\",\"" A "\"]", NULL);
    assert_int_equal(enroll("pairwise", "/sector"), 201);
    assert_int_equal(enroll("public", "/sector"), 201);
}

static void other_documents_are_refused(void **state) {
    (void)state;
    static const struct {
        int status;
        const char *body;
    } rows[] = {
        {200, "[\"" A "\"]"},
        {200, "[\"" A "\",\"" B "/\"]"},
        {200, "[]"},
        {200, "[7,null]"},
        {200, "{\"redirect_uris\":[\"" A "\",\"" B "\"]}"},
        {200, "\"" A "\""},
        {200, "[\"" A "\",\"" B "\""},
        {200, ""},
        {404, "[\"" A "\",\"" B "\"]"},
        {500, "[\"" A "\",\"" B "\"]"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        document_server_answer(rows[i].status, rows[i].body, NULL);
        assert_int_equal(enroll("pairwise", "/sector"), 400);
        assert_int_equal(enroll("public", "/sector"), 400);
    }
}

static void several_hosts_need_a_document(void **state) {
    (void)state;
    assert_int_equal(enroll("pairwise", NULL), 400);
    assert_int_equal(enroll("public", NULL), 201);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_that_lists_every_redirect_uri_is_good),
        cmocka_unit_test(other_documents_are_refused),
        cmocka_unit_test(several_hosts_need_a_document),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
