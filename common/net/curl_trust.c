#include "common/net/curl_trust.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_BUNDLE = 8 << 20 };
static const char system_bundle[] = "/etc/ssl/certs/ca-certificates.crt";

static err append(const char *path, bool needed, struct curl_trust *out) {
    FILE *file = fopen(path, "re");
    REQUIRE(file || !needed, config, "the file of certificate authorities cannot be read");
    if (!file)
        return OK;
    size_t n = fread(out->bundle + out->n, 1, MAX_BUNDLE - 2 - out->n, file);
    fclose(file);
    out->n += n;
    out->bundle[out->n++] = '\n';
    return OK;
}

err curl_trust_load(str ca_file, struct curl_trust *out) {
    *out = (struct curl_trust){0};
    if (!str_present(ca_file))
        return OK;
    out->bundle = malloc(MAX_BUNDLE);
    REQUIRE(out->bundle, no_memory, "there is no memory for certificate authorities");
    err e = append(ca_file.p, true, out);
    if (!failed(e))
        e = append(system_bundle, false, out);
    char *fitting = failed(e) ? NULL : realloc(out->bundle, out->n);
    if (fitting)
        out->bundle = fitting;
    if (failed(e))
        curl_trust_free(out);
    return e;
}

void curl_trust_free(struct curl_trust *trust) {
    free(trust->bundle);
    *trust = (struct curl_trust){0};
}

void curl_trust_apply(const struct curl_trust *trust, void *curl) {
    if (!trust->bundle)
        return;
    struct curl_blob blob = {trust->bundle, trust->n, CURL_BLOB_NOCOPY};
    curl_easy_setopt((CURL *)curl, CURLOPT_CAINFO_BLOB, &blob);
}
