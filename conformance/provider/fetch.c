#include "conformance/provider/fetch.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/engine/http.h"
#include "conformance/engine/memory.h"

static void observe(void *user, const struct http_request *request,
                    const struct http_response *response, const char *problem) {
    const struct provider *provider = user;
    outcome_exchange(provider->outcome, "provider", request, response, problem);
}

/* What is below RP_REQUEST_BASE stands below /request/ of the application: that base is the https
 * front that its pages have in real life. */
static char *behind_the_front(const struct provider *provider, const char *url) {
    const char *front = provider_setup(provider, "RP_REQUEST_BASE");
    size_t n = strlen(front);
    if (n && strncmp(url, front, n) == 0)
        return memory_format("%s/request/%s", provider_setup(provider, "RP_BASE_URL"), url + n);
    return memory_copy(url, strlen(url));
}

char *fetch(struct provider *provider, const char *url) {
    struct http *http = http_new(
        &(struct http_options){.ca_file = provider->ca_file, .observe = observe, .user = provider});
    char *real = behind_the_front(provider, url);
    struct http_response *response = http_send(http, &(struct http_request){.url = real});
    free(real);
    char *body =
        response && response->status == 200 ? memory_copy(response->body, response->size) : NULL;
    http_response_free(response);
    http_free(http);
    return body;
}
