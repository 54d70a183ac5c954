/* libhitkey-rp as an application that `hitkey-conformance rp` drives. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rp/tests/under_test/routes.h"

int main(void) {
    static struct app app;
    const char *base = environment("BASE_URL", "http://127.0.0.1:8080"), *port = strrchr(base, ':');
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp = NULL;
    /* Settings that cannot be are told before anything is asked. */
    if (hk_rp_new(environment_cfg(environment("ISSUER", NULL), NULL), &rp, &e)) {
        fprintf(stderr, "%s: %s. %s\n", hk_code_name(e.code), e.msg, e.fix);
        return e.code == HK_E_UNSUPPORTED ? EXIT_SKIPPED : EXIT_FAILURE;
    }
    hk_rp_free(rp);
    int result = web_serve((unsigned short)atoi(port + 1), routes_handle, &app);
    routes_end(&app);
    return result;
}
