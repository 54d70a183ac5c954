/* The protected resource of the FAPI plans (FAPI 2.0 Security Profile 5.3.4). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/engine/parameters.h"
#include "conformance/provider/answer.h"
#include "conformance/provider/dpop.h"
#include "conformance/provider/endpoints.h"
#include "conformance/provider/sender.h"

static const char interaction_id[] = "x-fapi-interaction-id";

/* RFC 4122 3. */
static bool is_uuid(const char *text) {
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    size_t i = 0;
    for (; form[i] && text[i]; i++)
        if (form[i] == '-' ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
            return false;
    return !form[i] && !text[i];
}

/* FAPI 2.0 Implementation Advice 2.1.1: what came goes back. */
static void echo(struct provider *provider, const struct asked *asked, json_t *answer) {
    const char *id = text_of(json_object_get(asked->request, "headers"), interaction_id);
    if (id[0] && !is_uuid(id))
        provider_complain(provider, "the-interaction-id-is-a-uuid", "FAPI2-IMP-2.1.1",
                          "x-fapi-interaction-id is \"%s\"", id);
    if (!id[0])
        id = "c770aef3-6784-41f7-8e0e-ff5f97bddb3a";
    json_object_set_new(json_object_get(answer, "headers"), interaction_id, json_string(id));
}

json_t *resource_answer(struct provider *provider, const struct asked *asked) {
    json_t *refusal;
    const json_t *grant = sender_grant(provider, asked, &refusal);
    json_t *answer =
        grant ? answer_json(200, json_pack("{s:s}", "owner", text_of(grant, "sub"))) : refusal;
    echo(provider, asked, answer);
    if (grant)
        dpop_announce(provider, DPOP_AT_RESOURCE, answer);
    return answer;
}
