/* Each allocation of each public call fails, in turn. */
#include "rp/tests/feed_helper.h"
#include "rp/tests/starve_helper.h"

static struct feed feed;

static hk_cfg *configured(void) {
    hk_cfg *cfg = feed_cfg(&feed);
    hk_cfg_allocator(cfg, starve_resize, NULL);
    hk_cfg_metadata(cfg, feed_metadata);
    return cfg;
}

/* The scenario's call is made with a client; the client is made within the scenario too. */
static int with_client(int (*call)(hk_rp *rp, hk_error *e)) {
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    int code = hk_rp_new(configured(), &rp, &e);
    assert_true((code == HK_OK) == (rp != NULL));
    if (!code)
        code = call(rp, &e);
    hk_rp_free(rp);
    return code;
}

static int metadata(hk_rp *rp, hk_error *e) {
    hk_doc *doc = NULL;
    int code = hk_metadata(rp, &doc, e);
    assert_true((code == HK_OK) == (doc != NULL));
    hk_doc_free(doc);
    return code;
}

static int begin(hk_rp *rp, hk_error *e) {
    hk_login *login = NULL;
    int code = hk_begin(rp, "/home", &login, e);
    assert_true((code == HK_OK) == (login != NULL));
    hk_login_free(login);
    return code;
}

/* One test a call: its scenario is the call with a client. */
#define STARVED(call)                                                                              \
    static int call##_scenario(void) {                                                             \
        return with_client(call);                                                                  \
    }                                                                                              \
    static void call##_survives_every_failed_allocation(void **state) {                            \
        (void)state;                                                                               \
        starve(call##_scenario);                                                                   \
    }
STARVED(metadata)
STARVED(begin)

int main(void) {
    starve_set_up();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_survives_every_failed_allocation),
        cmocka_unit_test(begin_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
