/* The least native program: it signs in with no client, and ends well if that was refused. */
#include <hitkey_rp_loopback.h>
#include <stdio.h>

int main(void) {
    hk_session *session = NULL;
    hk_error e = HK_ERROR_INIT;
    int code = hk_loopback_login(NULL, NULL, NULL, NULL, 1000, &session, &e);
    printf("%s: %s\n", hk_version(), hk_code_name(code));
    return code == HK_E_ARG && !session ? 0 : 1;
}
