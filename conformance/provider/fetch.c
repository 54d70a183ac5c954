#include "conformance/provider/fetch.h"

#include "conformance/engine/http.h"
#include "conformance/engine/memory.h"

static void observe(void *user, const struct http_request *request,
                    const struct http_response *response, const char *problem) {
    const struct provider *provider = user;
    outcome_exchange(provider->outcome, "provider", request, response, problem);
}

char *fetch(struct provider *provider, const char *url) {
    struct http *http = http_new(
        &(struct http_options){.ca_file = provider->ca_file, .observe = observe, .user = provider});
    struct http_response *response = http_send(http, &(struct http_request){.url = url});
    char *body =
        response && response->status == 200 ? memory_copy(response->body, response->size) : NULL;
    http_response_free(response);
    http_free(http);
    return body;
}
