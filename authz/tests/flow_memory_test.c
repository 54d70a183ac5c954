/* Memory that ends anywhere in a request of the pages: an error is answered, and the same request
 * with more of it works. */
#include <stdio.h>

#include "authz/tests/flow_helper.h"

enum { STEP = 256, ENOUGH = 512 * 1024 };

/* Tries with more and more memory until the answer is no error; returns how much that was. */
static size_t first_success(struct browser *b, const char *target, const char *path,
                            const char *form) {
    for (b->ceiling = STEP; b->ceiling < ENOUGH; b->ceiling += STEP) {
        if (target)
            browser_get(b, target);
        else
            browser_post(b, path, form);
        if (browser_status(b) < 400 && !browser_answer(b, "error")[0])
            break;
    }
    size_t ceiling = b->ceiling;
    b->ceiling = 0;
    assert_true(ceiling > STEP && ceiling < ENOUGH);
    return ceiling;
}

static void a_silent_answer_survives_every_lack_of_memory(void **state) {
    (void)state;
    struct browser *b = browser_signed_in("ann@example.com");
    first_success(b, FLOW_REQUEST, NULL, NULL);
    assert_true(browser_status(b) == 303);
    browser_free(b);
}

static void the_pages_survive_every_lack_of_memory(void **state) {
    (void)state;
    struct browser *b = browser_new();
    static char form[60000], field[40000];
    first_success(b, FLOW_REQUEST "&prompt=consent", NULL, NULL);
    browser_field(b, "interaction", field);
    snprintf(form, sizeof form,
             "interaction=%s&email=ann@example.com&password=a+quiet+river+in+may", field);
    first_success(b, NULL, "/interaction/sign-in", form);
    assert_true(browser_shows(b, 200, "consent-form"));
    browser_field(b, "interaction", field);
    snprintf(form, sizeof form, "interaction=%s&decision=allow", field);
    first_success(b, NULL, "/interaction/consent", form);
    assert_true(browser_got_code(b, FLOW_REDIRECT));
    browser_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_silent_answer_survives_every_lack_of_memory),
        cmocka_unit_test(the_pages_survive_every_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, flow_world_open, flow_world_close);
}
