/* The least program: it makes a client of nothing, prints why not, and ends well if that was said.
 */
#include <hitkey_rp.h>
#include <stdio.h>

int main(void) {
    hk_rp *rp = NULL;
    hk_error e = HK_ERROR_INIT;
    int code = hk_rp_new(hk_cfg_new("ftp://example.com", "client"), &rp, &e);
    printf("%s: %s\n", hk_version(), hk_code_name(code));
    return code == HK_E_CONFIG && !rp ? 0 : 1;
}
