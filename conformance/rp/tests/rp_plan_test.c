/* The relying parties' tables hold together, and the names and numbers are the Foundation's. */
#include "conformance/rp/rp_suite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conformance/engine/parameters.h"
#include "conformance/rp/rp_case.h"

/* A plan, a response type of it, and how many modules run. */
static const struct {
    const char *plan, *type;
    size_t modules;
} rows[] = {
    {"oidcc-client-basic-certification-test-plan", "code", 14},
    {"oidcc-client-implicit-certification-test-plan", "id_token", 12},
    {"oidcc-client-implicit-certification-test-plan", "id_token token", 15},
    {"oidcc-client-hybrid-certification-test-plan", "code id_token", 16},
    {"oidcc-client-hybrid-certification-test-plan", "code token", 13},
    {"oidcc-client-hybrid-certification-test-plan", "code id_token token", 18},
    {"oidcc-client-config-certification-test-plan", "code", 6},
    {"oidcc-client-dynamic-certification-test-plan", "code", 12},
    {"oidcc-client-formpost-basic-certification-test-plan", "code", 14},
    {"oidcc-client-formpost-implicit-certification-test-plan", "id_token token", 15},
    {"oidcc-client-formpost-hybrid-certification-test-plan", "code id_token token", 18},
    {"oidcc-client-test-plan", "code id_token token", 39},
    {"oidcc-client-refreshtoken-test-plan", "code", 3},
    {"oidcc-client-test-3rd-party-init-login-test-plan", "code", 1},
    {"oidcc-client-rp-initiated-logout-rp-basic", "code", 3},
    {"oidcc-client-rp-initiated-logout-rp-implicit", "id_token", 3},
    {"oidcc-client-rp-initiated-logout-rp-hybrid", "code token", 3},
    {"oidcc-client-back-channel-logout-rp-basic", "code", 8},
    {"oidcc-client-back-channel-logout-rp-implicit", "id_token", 8},
    {"oidcc-client-back-channel-logout-rp-hybrid", "code token", 8},
    {"oidcc-client-front-channel-logout-rp-basic", "code", 1},
    {"oidcc-client-front-channel-logout-rp-implicit", "id_token", 1},
    {"oidcc-client-front-channel-logout-rp-hybrid", "code token", 1},
    {"oidcc-client-logout-test-plan", "code", 13},
};

static const struct plan *plan_named(const char *name) {
    for (size_t i = 0; i < rp_suite.plans_n; i++)
        if (strcmp(rp_suite.plans[i].name, name) == 0)
            return &rp_suite.plans[i];
    fail_msg("there is no plan %s", name);
    return &rp_suite.plans[0];
}

static void every_plan_has_its_modules(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct plan *plan = plan_named(rows[i].plan);
        size_t n = 0;
        assert_true(word_among(rows[i].type, plan->response_types));
        for (size_t k = 0; k < rp_suite.modules_n; k++)
            n += plan_has(plan, &rp_suite.modules[k], rows[i].type);
        assert_int_equal(n, rows[i].modules);
    }
}

static void every_module_is_told_once(void **state) {
    (void)state;
    for (size_t i = 0; i < rp_suite.modules_n; i++) {
        const struct module *module = &rp_suite.modules[i];
        assert_non_null(module->rp);
        assert_true(module->lists != 0 && module->demand[0] && module->spec[0]);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(rp_suite.modules[k].name, module->name);
    }
}

/* A module whose provider is right can only ask for acceptance, and one that must be refused has a
 * fault. */
static void every_refusal_has_a_fault(void **state) {
    (void)state;
    for (size_t i = 0; i < rp_suite.modules_n; i++) {
        const struct rp_case *about = rp_suite.modules[i].rp;
        if (about->verdict != ACCEPTS)
            assert_int_not_equal(about->fault, FAULT_none);
    }
}

/* Every fault is some module's, or a module's second one. */
static void every_fault_is_used(void **state) {
    (void)state;
    for (enum fault_id id = FAULT_none; id < FAULTS; id++) {
        bool used = id == FAULT_two_keys_and_a_stranger;
        for (size_t i = 0; i < rp_suite.modules_n; i++)
            used = used || rp_suite.modules[i].rp->fault == id;
        if (!used)
            fail_msg("no module has the fault %s", fault_get(id)->name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_plan_has_its_modules),
        cmocka_unit_test(every_module_is_told_once),
        cmocka_unit_test(every_refusal_has_a_fault),
        cmocka_unit_test(every_fault_is_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
