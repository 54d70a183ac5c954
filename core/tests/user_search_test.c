/* Who is found, and that no search reads all there are. */
#include "core/tests/project_helper.h"

#include "core/fold.h"
#include "core/store/user_search.h"
#include "core/world.h"

static void case_does_not_matter_in_any_script(void **state) {
    static const struct {
        const char *text, *folded;
    } rows[] = {{"Ada", "ada"}, {"  Ada  ", "ada"},           {"ЖАННА", "жанна"},
                {"ӘҚҒ", "әқғ"}, {"ÉCOLE", "école"},           {"ΣΟΦΙΑ", "σοφια"},
                {"李", "李"},   {"\U0001F600", "\U0001F600"}, {"", ""}};
    struct arena *arena = arena_new(65536);
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        str out;
        assert_ok(fold(arena, str_from(rows[i].text), &out));
        assert_str(out, rows[i].folded);
    }
    arena_free(arena);
}

/* The plan of each search, with a table of many: every step uses an index. */
static err explain(struct tx *tx, void *arg) {
    static const char *const plans[] = {
        "EXPLAIN QUERY PLAN SELECT u.id FROM emails e JOIN users u ON u.id = e.user_id"
        " WHERE e.address = 'x' AND e.is_verified = 1",
        "EXPLAIN QUERY PLAN SELECT id FROM users WHERE username_key = 'x'",
        "EXPLAIN QUERY PLAN SELECT id FROM users WHERE name_key = 'x'",
        "EXPLAIN QUERY PLAN SELECT u.id FROM project_members m JOIN users u ON u.id = m.user_id"
        " LEFT JOIN emails e ON e.user_id = u.id AND e.is_default = 1 WHERE m.project_id = 'p'",
    };
    (void)arg;
    for (size_t i = 0; i < COUNT(plans); i++) {
        AUTO(db_rows_ref) rows = NULL;
        struct arena *arena = arena_new(65536);
        bool row;
        str step;
        TRY(db_query(tx, plans[i], NULL, 0, &rows));
        TRY(db_next(rows, &row));
        while (row) {
            TRY(db_get_str(rows, 3, arena, &step));
            if (str_find_str(step, S("SCAN")) < step.n)
                fail_msg("plan %zu reads a whole table: %.*s", i, STR_FMT(step));
            TRY(db_next(rows, &row));
        }
        arena_free(arena);
    }
    return OK;
}

static void no_search_reads_a_whole_table(void **state) {
    (void)state;
    assert_ok(db_read(core->db, explain, NULL));
}

static err forget_keys(struct tx *tx, void *arg) {
    (void)arg;
    return DB_RUN(tx, NULL, "UPDATE users SET name_key = ''");
}

static void search_finds(const char *token, const char *query, size_t n) {
    struct answer answer = GET(query, token);
    assert_int_equal(answer.status, 200);
    assert_int_equal(json_array_size(answer.json), n);
    done(answer);
}

/* Names that were set before there were keys. */
static void a_start_folds_the_names_that_have_no_key(void **state) {
    struct person ada = person("ada@example.com");
    (void)state;
    expect(200, NULL,
           call("PATCH", "/auth/profile", ada.token,
                "{\"displayName\":\" \u0416\u0410\u041d\u041d\u0410\"}"));
    assert_ok(db_write(core->db, forget_keys, NULL));
    search_finds(ada.token, "/users/search?q=%D0%B6%D0%B0%D0%BD%D0%BD%D0%B0", 0);
    core_helper_restart();
    search_finds(ada.token, "/users/search?q=%D0%B6%D0%B0%D0%BD%D0%BD%D0%B0", 1);
    person_free(&ada);
}

/* Two letters, not two bytes. */
static void a_search_has_at_least_two_characters(void **state) {
    static const struct {
        const char *query;
        int status;
    } rows[] = {{"/users/search?q=a", 422},
                {"/users/search?q=%D0%B6", 422},
                {"/users/search?q=%20%F0%9F%98%80%20", 422},
                {"/users/search?q=%D0%B6%D0", 400} /* half a letter */,
                {"/users/search?q=ab", 200},
                {"/users/search?q=%D0%B6%D0%B0", 200}};
    struct person ada = person("ada@example.com");
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        expect(rows[i].status, NULL, GET(rows[i].query, ada.token));
    person_free(&ada);
}

/* So often an hour by one account, and more by one internet address. */
static void searches_everywhere_are_counted(void **state) {
    struct person ada = person("ada@example.com");
    int good = 0;
    (void)state;
    for (int i = 0; i < 130; i++) {
        struct answer answer = GET("/users/search?q=nobody", ada.token);
        if (answer.status == 200)
            good++;
        else
            assert_int_equal(answer.status, 429);
        done(answer);
        now_ms += 1000;
    }
    assert_int_equal(good, 100);
    now_ms += 60 * 60 * 1000;
    done(GET("/users/search?q=nobody", ada.token));
    person_free(&ada);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_does_not_matter_in_any_script), CASE(no_search_reads_a_whole_table),
        CASE(a_start_folds_the_names_that_have_no_key), CASE(a_search_has_at_least_two_characters),
        CASE(searches_everywhere_are_counted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
