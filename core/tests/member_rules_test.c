/* The rules of editing members: every actor, target and change, here and through the API. */
#include "core/member_rules.h"

#include "project_helper.h"

enum who { OWNER, ADMIN, MEMBER, OUTSIDER, SELF };
enum change { UP, DOWN, PERMISSIONS, UP_AND_PERMISSIONS, SAME_ROLE };

/* UP is to admin, DOWN is to member: for one who has that role already it is no change, and so
 * needs a row of its own only where there is one. */
static const struct row {
    enum who actor, target;
    enum change change;
    int status;
    const char *code;
} rows[] = {
    {OWNER, SELF, UP, 403, "CANNOT_EDIT_OWN_ROLE"},
    {OWNER, SELF, DOWN, 403, "CANNOT_EDIT_OWN_ROLE"},
    {OWNER, SELF, PERMISSIONS, 200, NULL},
    {OWNER, SELF, UP_AND_PERMISSIONS, 403, "CANNOT_EDIT_OWN_ROLE"},
    {OWNER, ADMIN, UP, 200, NULL},
    {OWNER, ADMIN, DOWN, 200, NULL},
    {OWNER, ADMIN, PERMISSIONS, 200, NULL},
    {OWNER, ADMIN, UP_AND_PERMISSIONS, 200, NULL},
    {OWNER, ADMIN, SAME_ROLE, 200, NULL},
    {OWNER, MEMBER, UP, 200, NULL},
    {OWNER, MEMBER, DOWN, 200, NULL},
    {OWNER, MEMBER, PERMISSIONS, 200, NULL},
    {OWNER, MEMBER, UP_AND_PERMISSIONS, 200, NULL},
    {OWNER, MEMBER, SAME_ROLE, 200, NULL},
    {ADMIN, OWNER, UP, 400, "CANNOT_CHANGE_OWNER_ROLE"},
    {ADMIN, OWNER, DOWN, 400, "CANNOT_CHANGE_OWNER_ROLE"},
    {ADMIN, OWNER, PERMISSIONS, 403, "ADMIN_CANNOT_EDIT_ADMIN"},
    {ADMIN, OWNER, UP_AND_PERMISSIONS, 400, "CANNOT_CHANGE_OWNER_ROLE"},
    {ADMIN, SELF, UP, 200, NULL}, /* an admin already */
    {ADMIN, SELF, DOWN, 403, "CANNOT_EDIT_OWN_ROLE"},
    {ADMIN, SELF, PERMISSIONS, 200, NULL},
    {ADMIN, SELF, UP_AND_PERMISSIONS, 200, NULL},
    {ADMIN, SELF, SAME_ROLE, 200, NULL},
    {ADMIN, ADMIN, UP, 403, "ADMIN_CANNOT_EDIT_ADMIN"},
    {ADMIN, ADMIN, DOWN, 403, "ADMIN_CANNOT_EDIT_ADMIN"},
    {ADMIN, ADMIN, PERMISSIONS, 403, "ADMIN_CANNOT_EDIT_ADMIN"},
    {ADMIN, ADMIN, UP_AND_PERMISSIONS, 403, "ADMIN_CANNOT_EDIT_ADMIN"},
    {ADMIN, ADMIN, SAME_ROLE, 403, "ADMIN_CANNOT_EDIT_ADMIN"},
    {ADMIN, MEMBER, UP, 403, "ONLY_OWNER_MAKES_ADMINS"},
    {ADMIN, MEMBER, DOWN, 200, NULL}, /* a member already */
    {ADMIN, MEMBER, PERMISSIONS, 200, NULL},
    {ADMIN, MEMBER, UP_AND_PERMISSIONS, 403, "ONLY_OWNER_MAKES_ADMINS"},
    {ADMIN, MEMBER, SAME_ROLE, 200, NULL},
    {MEMBER, OWNER, UP, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, OWNER, DOWN, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, OWNER, PERMISSIONS, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, OWNER, UP_AND_PERMISSIONS, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, ADMIN, UP, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, ADMIN, DOWN, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, ADMIN, PERMISSIONS, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, ADMIN, UP_AND_PERMISSIONS, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, MEMBER, UP, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, MEMBER, DOWN, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, MEMBER, PERMISSIONS, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, MEMBER, UP_AND_PERMISSIONS, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, SELF, UP, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, SELF, DOWN, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, SELF, PERMISSIONS, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, SELF, UP_AND_PERMISSIONS, 403, "INSUFFICIENT_ROLE"},
    {OUTSIDER, OWNER, UP, 403, "NOT_PROJECT_MEMBER"},
    {OUTSIDER, OWNER, DOWN, 403, "NOT_PROJECT_MEMBER"},
    {OUTSIDER, OWNER, PERMISSIONS, 403, "NOT_PROJECT_MEMBER"},
    {OUTSIDER, OWNER, UP_AND_PERMISSIONS, 403, "NOT_PROJECT_MEMBER"},
    {OUTSIDER, ADMIN, UP, 403, "NOT_PROJECT_MEMBER"},
    {OUTSIDER, ADMIN, DOWN, 403, "NOT_PROJECT_MEMBER"},
    {OUTSIDER, ADMIN, PERMISSIONS, 403, "NOT_PROJECT_MEMBER"},
    {OUTSIDER, ADMIN, UP_AND_PERMISSIONS, 403, "NOT_PROJECT_MEMBER"},
    {OUTSIDER, MEMBER, UP, 403, "NOT_PROJECT_MEMBER"},
    {OUTSIDER, MEMBER, DOWN, 403, "NOT_PROJECT_MEMBER"},
    {OUTSIDER, MEMBER, PERMISSIONS, 403, "NOT_PROJECT_MEMBER"},
    {OUTSIDER, MEMBER, UP_AND_PERMISSIONS, 403, "NOT_PROJECT_MEMBER"},
};

static const struct {
    enum who actor, target;
    int status;
    const char *code;
} removals[] = {
    {OWNER, SELF, 400, "CANNOT_REMOVE_OWNER"},
    {OWNER, ADMIN, 200, NULL},
    {OWNER, MEMBER, 200, NULL},
    {ADMIN, OWNER, 400, "CANNOT_REMOVE_OWNER"},
    {ADMIN, SELF, 200, NULL},
    {ADMIN, ADMIN, 403, "ADMIN_CANNOT_EDIT_ADMIN"},
    {ADMIN, MEMBER, 200, NULL},
    {MEMBER, OWNER, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, ADMIN, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, MEMBER, 403, "INSUFFICIENT_ROLE"},
    {MEMBER, SELF, 403, "INSUFFICIENT_ROLE"},
    {OUTSIDER, OWNER, 403, "NOT_PROJECT_MEMBER"},
    {OUTSIDER, ADMIN, 403, "NOT_PROJECT_MEMBER"},
    {OUTSIDER, MEMBER, 403, "NOT_PROJECT_MEMBER"},
};

static const enum member_role roles[] = {
    [OWNER] = ROLE_OWNER, [ADMIN] = ROLE_ADMIN, [MEMBER] = ROLE_MEMBER, [OUTSIDER] = ROLE_NONE};

static struct member_pair pair_of(enum who actor, enum who target) {
    bool self = target == SELF;
    return (struct member_pair){roles[actor], roles[self ? actor : target], self};
}

static struct member_change change_of(enum change change, enum member_role target) {
    static const enum member_role to[] = {[UP] = ROLE_ADMIN,
                                          [DOWN] = ROLE_MEMBER,
                                          [PERMISSIONS] = ROLE_NONE,
                                          [UP_AND_PERMISSIONS] = ROLE_ADMIN};
    return (struct member_change){change == SAME_ROLE ? target : to[change],
                                  change == PERMISSIONS || change == UP_AND_PERMISSIONS};
}

static void assert_outcome(err got, int status, const char *code) {
    assert_int_equal(err_status(got.code), status);
    assert_string_equal(err_name(got.code), code ? code : "ok");
}

static void editing_follows_the_table(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct member_pair pair = pair_of(rows[i].actor, rows[i].target);
        const struct member_change change = change_of(rows[i].change, pair.target);
        assert_outcome(member_rules_edit(&pair, &change), rows[i].status, rows[i].code);
    }
}

static void removing_follows_the_table(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(removals); i++) {
        const struct member_pair pair = pair_of(removals[i].actor, removals[i].target);
        assert_outcome(member_rules_remove(&pair), removals[i].status, removals[i].code);
    }
}

static size_t rows_of(int actor, int target, int change) {
    size_t found = 0;
    for (size_t i = 0; i < COUNT(rows); i++)
        found += (int)rows[i].actor == actor && (int)rows[i].target == target &&
                 (int)rows[i].change == change;
    return found;
}

/* There is one owner, and an outsider is no member. */
static bool can_be(int actor, int target) {
    return target != OUTSIDER && !(actor == OUTSIDER && target == SELF) &&
           !(actor == OWNER && target == OWNER);
}

static void every_pair_and_change_has_its_row(void **state) {
    (void)state;
    for (int actor = OWNER; actor <= OUTSIDER; actor++)
        for (int target = OWNER; target <= SELF; target++)
            for (int change = UP; change <= UP_AND_PERMISSIONS; change++)
                assert_int_equal(rows_of(actor, target, change), can_be(actor, target));
}

static void only_the_owner_brings_admins_in(void **state) {
    (void)state;
    assert_ok(member_rules_add(ROLE_OWNER, ROLE_ADMIN));
    assert_ok(member_rules_add(ROLE_OWNER, ROLE_MEMBER));
    assert_ok(member_rules_add(ROLE_ADMIN, ROLE_MEMBER));
    assert_err(member_rules_add(ROLE_ADMIN, ROLE_ADMIN), ONLY_OWNER_MAKES_ADMINS);
    assert_err(member_rules_add(ROLE_MEMBER, ROLE_MEMBER), INSUFFICIENT_ROLE);
    assert_err(member_rules_add(ROLE_NONE, ROLE_MEMBER), NOT_PROJECT_MEMBER);
}

/* --- the same rows through the API ------------------------------------------------------------ */

/* Two of each role, so that one can edit another of the same. */
struct cast {
    struct person people[2][OUTSIDER + 1];
    char *slug, *ids[2][OUTSIDER + 1];
};

static char *added(struct cast *cast, const struct person *person, const char *role) {
    return member(POST(at(cast->slug, "/members"), cast->people[0][OWNER].token,
                       body("email", person->email, "role", role, NULL)),
                  "id");
}

static struct cast cast_new(void) {
    static const char *const names[] = {"owner", "admin", "member", "outsider"};
    struct cast cast = {0};
    char email[64];
    for (int i = 0; i < 2; i++)
        for (int who = OWNER; who <= OUTSIDER; who++) {
            if (i == 1 && (who == OWNER || who == OUTSIDER))
                continue;
            snprintf(email, sizeof email, "%s%d@example.com", names[who], i);
            cast.people[i][who] = person(email);
        }
    cast.slug = project_of(&cast.people[0][OWNER], "Engine", true);
    expect(201, NULL,
           POST(at(cast.slug, "/permissions"), cast.people[0][OWNER].token,
                body("key", "build", "display_name", "Build", NULL)));
    struct answer list = GET(at(cast.slug, "/members"), cast.people[0][OWNER].token);
    cast.ids[0][OWNER] =
        strdup(json_string_value(json_object_get(json_array_get(list.json, 0), "id")));
    done(list);
    for (int i = 0; i < 2; i++)
        for (int who = ADMIN; who <= MEMBER; who++)
            cast.ids[i][who] = added(&cast, &cast.people[i][who], names[who]);
    return cast;
}

static void cast_free(struct cast *cast) {
    for (int i = 0; i < 2; i++)
        for (int who = OWNER; who <= OUTSIDER; who++) {
            person_free(&cast->people[i][who]);
            free(cast->ids[i][who]);
        }
    free(cast->slug);
}

/* Whom the row means: one of the same role as the actor is the second. */
static char **target_of(struct cast *cast, enum who actor, enum who target) {
    if (target == SELF)
        return &cast->ids[0][actor];
    return &cast->ids[actor == target][target];
}

/* As it was before the row. */
static void put_back(struct cast *cast, enum who actor, enum who target) {
    const char *owner = cast->people[0][OWNER].token;
    enum who role = target == SELF ? actor : target;
    const char *id = *target_of(cast, actor, target);
    const char *text = role == ADMIN ? "{\"role\":\"admin\",\"permissions\":[]}"
                                     : "{\"role\":\"member\",\"permissions\":[]}";
    expect(200, NULL,
           call("PATCH", at(cast->slug, "/members/%s", id), owner,
                role == OWNER ? "{\"permissions\":[]}" : text));
}

static const char *text_of_change(const struct row *row) {
    static const char *const texts[] = {[UP] = "{\"role\":\"admin\"}",
                                        [DOWN] = "{\"role\":\"member\"}",
                                        [PERMISSIONS] = "{\"permissions\":[\"build\"]}",
                                        [UP_AND_PERMISSIONS] =
                                            "{\"role\":\"admin\",\"permissions\":[\"build\"]}"};
    if (row->change != SAME_ROLE)
        return texts[row->change];
    enum who role = row->target == SELF ? row->actor : row->target;
    return role == ADMIN ? texts[UP] : texts[DOWN];
}

static void editing_through_the_api_follows_the_table(void **state) {
    (void)state;
    struct cast cast = cast_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *id = *target_of(&cast, rows[i].actor, rows[i].target);
        const char *text = text_of_change(&rows[i]), *owner = cast.people[0][OWNER].token;
        struct answer before = GET(at(cast.slug, "/members"), owner);
        struct answer answer = call("PATCH", at(cast.slug, "/members/%s", id),
                                    cast.people[0][rows[i].actor].token, text);
        struct answer after = GET(at(cast.slug, "/members"), owner);
        if (rows[i].status != 200)
            assert_string_equal(before.text, after.text);
        else if (strstr(text, "build"))
            assert_non_null(strstr(answer.text, "\"permissions\":[\"build\"]"));
        done(before);
        done(after);
        expect(rows[i].status, rows[i].code, answer);
        put_back(&cast, rows[i].actor, rows[i].target);
    }
    cast_free(&cast);
}

static void removing_through_the_api_follows_the_table(void **state) {
    (void)state;
    struct cast cast = cast_new();
    for (size_t i = 0; i < COUNT(removals); i++) {
        char **id = target_of(&cast, removals[i].actor, removals[i].target);
        enum who role = removals[i].target == SELF ? removals[i].actor : removals[i].target;
        const struct person *gone = &cast.people[id != &cast.ids[0][role]][role];
        expect(removals[i].status, removals[i].code,
               call("DELETE", at(cast.slug, "/members/%s", *id),
                    cast.people[0][removals[i].actor].token, NULL));
        bool left = removals[i].status == 200;
        assert_role(cast.slug, gone, left ? "none" : member_role_name(roles[role]).p);
        if (!left)
            continue;
        free(*id);
        *id = added(&cast, gone, member_role_name(roles[role]).p);
    }
    cast_free(&cast);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(editing_follows_the_table),
        cmocka_unit_test(removing_follows_the_table),
        cmocka_unit_test(every_pair_and_change_has_its_row),
        cmocka_unit_test(only_the_owner_brings_admins_in),
        CASE(editing_through_the_api_follows_the_table),
        CASE(removing_through_the_api_follows_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
