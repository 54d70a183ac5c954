/* The pages of the application, and what they share. */
#ifndef RP_TESTS_UNDER_TEST_ROUTES_H
#define RP_TESTS_UNDER_TEST_ROUTES_H

#include <stdbool.h>

#include "rp/tests/under_test/environment.h"
#include "rp/tests/under_test/web.h"

enum { APP_SESSIONS = 16 };

struct app {
    hk_rp *rp;
    struct signed_in {
        char id[33];
        hk_session *session; /* NULL: free */
    } sessions[APP_SESSIONS];
    size_t next;
    char object[16384]; /* of the last sign-in, for /request/ */
};

web_handler routes_handle;
void routes_end(struct app *app);

#endif
