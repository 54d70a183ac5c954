/* How much one project may have, and lists in pages. */
#include "project_helper.h"

#include "common/http/test_request.h"
#include "core/world.h"

/* n strangers who are members of every project; their names are long, and so are their lists of
 * permissions. */
static err crowd(struct tx *tx, void *arg) {
    const int *n = arg;
    TRY(DB_RUN(tx, NULL,
               "INSERT INTO users(id, password, profile, created_ms, updated_ms)"
               " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
               " SELECT 'u' || i, '', json_object('displayName', printf('%.100c', 'n')), 0, 0"
               " FROM n",
               DB_I(*n)));
    TRY(DB_RUN(tx, NULL,
               "INSERT INTO project_members(id, project_id, user_id, role, created_ms)"
               " SELECT 'm' || u.id, p.id, u.id, 'member', 9000000000000 FROM users u, projects p"
               " WHERE u.id LIKE 'u%' AND u.password = ''"));
    return DB_RUN(tx, NULL,
                  "INSERT INTO member_permissions(member_id, permission_id)"
                  " SELECT m.id, p.id FROM project_members m, project_permissions p"
                  " WHERE m.id LIKE 'mu%' AND m.project_id = p.project_id");
}

static err invite_crowd(struct tx *tx, void *arg) {
    const int *n = arg;
    return DB_RUN(tx, NULL,
                  "INSERT INTO invites(id, token_hash, project_id, address, role, invited_by,"
                  " created_ms, valid_until_ms, expires_ms)"
                  " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
                  " SELECT 'i' || i, 'h' || i, p.id, 'a' || i, 'member', p.owner_id, 0,"
                  " 9000000000000, 9000000000000 FROM n, projects p",
                  DB_I(*n));
}

static void fill(db_fn *fn, int n) {
    assert_ok(db_write(core->db, fn, &n));
}

static void project_has_ten_thousand_members_at_most(void **state) {
    (void)state;
    struct person ada = person("ada@example.com"), bob = person("bob@example.com");
    char *slug = project_of(&ada, "Engine", true);
    fill(crowd, 9999);
    expect(400, "LIMIT_REACHED", POST(at(slug, "/join"), bob.token, NULL));
    expect(400, "LIMIT_REACHED",
           POST(at(slug, "/members"), ada.token, body("email", bob.email, NULL)));
    expect(200, NULL, call("DELETE", at(slug, "/members/mu1"), ada.token, NULL));
    expect(200, NULL, POST(at(slug, "/join"), bob.token, NULL));
    free(slug);
    person_free(&ada);
    person_free(&bob);
}

static void project_has_a_hundred_invites_at_most(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", true);
    fill(invite_crowd, 100);
    expect(400, "LIMIT_REACHED",
           POST(at(slug, "/invites"), ada.token, body("email", "x@example.com", NULL)));
    expect(200, NULL, call("DELETE", at(slug, "/invites/i7"), ada.token, NULL));
    expect(201, NULL, POST(at(slug, "/invites"), ada.token, body("email", "x@example.com", NULL)));
    free(slug);
    person_free(&ada);
}

/* Follows the Link headers as a client does: the query of each is of the same path. */
static int walk(const char *path, const char *bearer, int *pages) {
    char authorization[256], target[256];
    int rows = 0;
    snprintf(authorization, sizeof authorization, "Bearer %s", bearer);
    snprintf(target, sizeof target, "%s", path);
    for (*pages = 0; target[0]; ++*pages) {
        struct test_request *t = test_request_new("GET", target);
        test_request_header(t, "Authorization", authorization);
        t->rq.now_ms = now_ms;
        core_call(core, &t->rq, &t->rs);
        assert_int_equal(t->rs.status, 200);
        json_t *list = json_loadb(t->rs.body.p, t->rs.body.n, 0, NULL);
        assert_true(json_array_size(list) <= 100);
        rows += (int)json_array_size(list);
        json_decref(list);
        str link = test_request_answer(t, "Link");
        size_t end = str_find(link, '>');
        target[0] = '\0';
        if (str_present(link)) {
            assert_str(str_from_pos(link, end), ">; rel=\"next\"");
            snprintf(target, sizeof target, "%s%.*s", path, (int)end - 1, link.p + 1);
        }
        test_request_free(t);
    }
    return rows;
}

static void long_lists_come_in_pages_and_no_row_is_lost(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", true);
    int pages;
    fill(crowd, 249);
    assert_int_equal(walk(at(slug, "/members"), ada.token, &pages), 250);
    assert_int_equal(pages, 3);
    assert_int_equal(walk("/projects/", ada.token, &pages), 1);
    assert_int_equal(pages, 1);
    free(slug);
    person_free(&ada);
}

/* With rows that are long there are fewer on a page. */
static void a_page_fits_a_request_however_long_its_rows(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", true), key[72];
    int pages;
    for (int i = 0; i < 100; i++) {
        snprintf(key, sizeof key, "%064d", i);
        expect(
            201, NULL,
            POST(at(slug, "/permissions"), ada.token, body("key", key, "display_name", "K", NULL)));
    }
    fill(crowd, 99);
    assert_int_equal(walk(at(slug, "/members"), ada.token, &pages), 100);
    assert_in_range(pages, 3, 10);
    free(slug);
    person_free(&ada);
}

static void after_is_given_once_and_unknown_ones_give_nothing(void **state) {
    (void)state;
    struct person ada = person("ada@example.com");
    char *slug = project_of(&ada, "Engine", true);
    struct answer list = GET(at(slug, "/members?after=none"), ada.token);
    assert_string_equal(list.text, "[]");
    done(list);
    expect(400, NULL, GET(at(slug, "/members?after=a&after=b"), ada.token));
    free(slug);
    person_free(&ada);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(project_has_ten_thousand_members_at_most),
        CASE(project_has_a_hundred_invites_at_most),
        CASE(long_lists_come_in_pages_and_no_row_is_lost),
        CASE(a_page_fits_a_request_however_long_its_rows),
        CASE(after_is_given_once_and_unknown_ones_give_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
