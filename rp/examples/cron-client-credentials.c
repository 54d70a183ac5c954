/* A job without a person: gets a token as the client itself, and calls an API with it.
 *
 *     HITKEY_ISSUER=... HITKEY_CLIENT_ID=... HITKEY_SECRET=... cron-client-credentials URL [SCOPES]
 *
 * Prints the answer; ends with 0 when its status is 2xx. */
#include <hitkey_rp.h>

#include <stdio.h>
#include <stdlib.h>

static int fail(const hk_error *e) {
    fprintf(stderr, "%s: %s. %s\n", hk_code_name(e->code), e->msg, e->fix);
    return 1;
}

static int call(hk_rp *rp, hk_session *self, const char *url, hk_error *e) {
    const hk_api api = {sizeof api, "GET", url, NULL, NULL, 0};
    hk_doc *answer;
    int status;
    if (hk_api_call(rp, self, &api, &status, &answer, e))
        return fail(e);
    printf("%s\n", hk_doc_json(answer).p);
    hk_doc_free(answer);
    if (status < 200 || status > 299)
        fprintf(stderr, "the API answered with %d\n", status);
    return status < 200 || status > 299;
}

int main(int argc, char **argv) {
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp;
    hk_session *self;
    if (argc < 2)
        return fprintf(stderr, "usage: %s URL [SCOPES]\n", argv[0]), 2;
    hk_cfg *cfg = hk_cfg_new(getenv("HITKEY_ISSUER"), getenv("HITKEY_CLIENT_ID"));
    hk_cfg_secret(cfg, getenv("HITKEY_SECRET"));
    hk_cfg_set(cfg, "profile", "oauth"); /* nobody signs in: there is no ID token */
    if (hk_rp_new(cfg, &rp, &e))
        return fail(&e);
    int code = hk_client_credentials(rp, argc > 2 ? argv[2] : NULL, NULL, &self, &e);
    code = code ? fail(&e) : call(rp, self, argv[1], &e);
    if (!code)
        hk_session_free(self);
    hk_rp_free(rp);
    return code;
}
