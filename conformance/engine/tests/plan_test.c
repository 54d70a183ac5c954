/* The tables hold together, and the names are the Foundation's. */
#include "conformance/engine/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const plan_names[] = {
    "oidcc-config-certification-test-plan",
    "oidcc-basic-certification-test-plan",
    "oidcc-implicit-certification-test-plan",
    "oidcc-hybrid-certification-test-plan",
    "oidcc-formpost-basic-certification-test-plan",
    "oidcc-formpost-implicit-certification-test-plan",
    "oidcc-formpost-hybrid-certification-test-plan",
    "oidcc-dynamic-certification-test-plan",
    "oidcc-3rdparty-init-login-certification-test-plan",
    "oidcc-rp-initiated-logout-certification-test-plan",
    "oidcc-frontchannel-rp-initiated-logout-certification-test-plan",
    "oidcc-backchannel-rp-initiated-logout-certification-test-plan",
    "oidcc-session-management-certification-test-plan",
};

/* Those of one list with the response type. */
static size_t count(unsigned list, const char *response_type) {
    const struct plan plan = {.list = (enum module_list)list};
    size_t n = 0;
    for (size_t i = 0; i < modules_n; i++)
        n += plan_has(&plan, &modules[i], response_type);
    return n;
}

static void every_plan_is_there(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof plan_names / sizeof plan_names[0]; i++) {
        size_t found = 0;
        for (size_t k = 0; k < plans_n; k++)
            found += strcmp(plans[k].name, plan_names[i]) == 0;
        assert_int_equal(found, 1);
    }
}

static void every_plan_has_modules_for_each_response_type(void **state) {
    (void)state;
    char type[32];
    for (size_t i = 0; i < plans_n; i++) {
        const char *rest = plans[i].response_types;
        while (plan_next_response_type(&rest, type, sizeof type))
            assert_true(count(plans[i].list, type) > 0);
        assert_string_equal(rest, "");
    }
}

static void every_module_is_on_the_list_of_a_plan_and_has_its_texts(void **state) {
    (void)state;
    for (size_t i = 0; i < modules_n; i++) {
        bool planned = false;
        for (size_t k = 0; k < plans_n; k++)
            planned = planned || (modules[i].lists & plans[k].list);
        assert_true(planned);
        assert_non_null(modules[i].run);
        assert_memory_equal(modules[i].name, "oidcc-", 6);
        assert_true(modules[i].demand[0] && modules[i].spec[0]);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(modules[i].name, modules[k].name);
    }
}

static void the_lists_are_as_long_as_the_foundations(void **state) {
    (void)state;
    assert_int_equal(count(LIST_CONFIG, "code"), 1);
    assert_int_equal(count(LIST_BASIC, "code"), 38);
    assert_int_equal(count(LIST_IMPLICIT, "id_token"), 28);
    assert_int_equal(count(LIST_IMPLICIT, "id_token token"), 31);
    assert_int_equal(count(LIST_HYBRID, "code id_token"), 36);
    assert_int_equal(count(LIST_HYBRID, "code token"), 36);
    assert_int_equal(count(LIST_HYBRID, "code id_token token"), 36);
    assert_int_equal(count(LIST_DYNAMIC, "code"), 23);
    assert_int_equal(count(LIST_THIRD_PARTY, "code"), 2);
    assert_int_equal(count(LIST_RP_LOGOUT, "code"), 11);
    assert_int_equal(count(LIST_FRONTCHANNEL, "code"), 2);
    assert_int_equal(count(LIST_BACKCHANNEL, "code"), 2);
    assert_int_equal(count(LIST_SESSION, "code"), 2);
}

static void response_types_are_sets_of_words(void **state) {
    (void)state;
    assert_true(response_type_has("code id_token token", "token"));
    assert_true(response_type_has("code", "code"));
    assert_false(response_type_has("id_token", "token"));
    assert_false(response_type_has("", "code"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_plan_is_there),
        cmocka_unit_test(every_plan_has_modules_for_each_response_type),
        cmocka_unit_test(every_module_is_on_the_list_of_a_plan_and_has_its_texts),
        cmocka_unit_test(the_lists_are_as_long_as_the_foundations),
        cmocka_unit_test(response_types_are_sets_of_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
