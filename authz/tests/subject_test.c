#include "authz/subject.h"

#include "common/base/testing.h"

static const struct authz first = {.subject_key = {1}}, second = {.subject_key = {2}};
static const struct client open_client = {.client_id = S_INIT("a")},
                           one = {.client_id = S_INIT("b"),
                                  .pairwise = true,
                                  .sector_identifier = S_INIT("app.example")},
                           same_sector = {.client_id = S_INIT("c"),
                                          .pairwise = true,
                                          .sector_identifier = S_INIT("app.example")},
                           other_sector = {.client_id = S_INIT("d"),
                                           .pairwise = true,
                                           .sector_identifier = S_INIT("app.example.org")};

static str subject(struct arena *arena, const struct authz *authz, const struct client *client,
                   const char *user_id) {
    str sub;
    assert_ok(subject_of(authz, arena, client, str_from(user_id), &sub));
    return sub;
}

static void a_public_subject_is_the_id(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    assert_str(subject(arena, &first, &open_client, "ann"), "ann");
    arena_free(arena);
}

static void a_pairwise_subject_is_one_name_in_one_sector(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    str ann = subject(arena, &first, &one, "ann");
    assert_int_equal(ann.n, 43);
    assert_true(str_eq(ann, subject(arena, &first, &one, "ann")));
    assert_true(str_eq(ann, subject(arena, &first, &same_sector, "ann")));
    assert_false(str_eq(ann, subject(arena, &first, &other_sector, "ann")));
    assert_false(str_eq(ann, subject(arena, &first, &one, "bob")));
    assert_false(str_eq(ann, subject(arena, &second, &one, "ann")));
    arena_free(arena);
}

static void a_pairwise_client_without_sector_is_our_bug(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    struct client client = {.pairwise = true};
    str sub;
    assert_err(subject_of(&first, arena, &client, S("ann"), &sub), internal);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_public_subject_is_the_id),
        cmocka_unit_test(a_pairwise_subject_is_one_name_in_one_sector),
        cmocka_unit_test(a_pairwise_client_without_sector_is_our_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
