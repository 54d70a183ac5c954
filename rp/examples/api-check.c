/* Judges access tokens for an API (RFC 9068), as a filter: each line that comes in is one request,
 *
 *     METHOD URL AUTHORIZATION [TAB DPOP-PROOF]
 *
 * and each line that goes out says what to do with it: "200 sub scope", or a status and the value
 * of WWW-Authenticate.
 *
 *     HITKEY_ISSUER=... api-check AUDIENCE [SCOPES] <requests */
#include <hitkey_rp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes the word up to `end` off the front of *rest; "" when there is none. */
static char *word(char **rest, const char *end) {
    char *start = *rest;
    size_t n = strcspn(start, end);
    *rest = start + n + (start[n] != 0);
    start[n] = 0;
    return start;
}

static void judge(hk_rp *rp, char *line, const char *audience, const char *scope) {
    hk_error e = HK_ERROR_INIT;
    hk_session *caller;
    char challenge[1024];
    int status;
    hk_request request = {.size = sizeof request};
    request.method = word(&line, " ");
    request.url = word(&line, " ");
    request.authorization = word(&line, "\t");
    request.dpop = *line ? line : NULL;
    if (!*request.authorization)
        request.authorization = NULL;
    if (hk_verify(rp, &request, audience, scope, &caller, &e) == HK_OK) {
        printf("200 %s %s\n", hk_sub(caller).p, hk_scope(caller).p ? hk_scope(caller).p : "");
        hk_session_free(caller);
        return;
    }
    hk_challenge(rp, &request, &e, scope, &status, challenge, sizeof challenge);
    printf("%d %s\n", status, challenge);
}

int main(int argc, char **argv) {
    static char line[65536];
    hk_error e = HK_ERROR_INIT;
    hk_rp *rp;
    if (argc < 2)
        return fprintf(stderr, "usage: %s AUDIENCE [SCOPES] <requests\n", argv[0]), 2;
    hk_cfg *cfg = hk_cfg_new(getenv("HITKEY_ISSUER"), "api");
    if (hk_rp_new(cfg, &rp, &e))
        return fprintf(stderr, "%s. %s\n", e.msg, e.fix), 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\r\n")] = 0;
        judge(rp, line, argv[1], argc > 2 ? argv[2] : NULL);
    }
    hk_rp_free(rp);
    return 0;
}
