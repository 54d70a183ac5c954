#include "authz/client_words.h"

#include "common/base/json_read.h"

/* The members of a page's frame, and where they stand in it. */
static const struct {
    str name;
    size_t offset;
} words[] = {
    {S_INIT("client_name#"), offsetof(struct page_frame, client_name)},
    {S_INIT("client_uri#"), offsetof(struct page_frame, client_uri)},
    {S_INIT("logo_uri#"), offsetof(struct page_frame, logo_uri)},
    {S_INIT("policy_uri#"), offsetof(struct page_frame, policy_uri)},
    {S_INIT("tos_uri#"), offsetof(struct page_frame, tos_uri)},
};

/* One member of the metadata: it counts if it is in the language of the page. */
static err take(struct request *rq, str member, str value, struct page_frame *out) {
    enum language language;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!str_starts(member, words[i].name) || str_empty(value) ||
            !language_find(str_from_pos(member, words[i].name.n), &language) ||
            language != language_of(rq))
            continue;
        return str_dup(rq->arena, value, (str *)(void *)((char *)out + words[i].offset));
    }
    return OK;
}

err client_words(struct request *rq, const struct client *client, struct page_frame *out) {
    AUTO(json_ref) metadata = NULL;
    const char *member;
    json_t *value;
    out->client_name = str_empty(client->name) ? client->client_id : client->name;
    out->client_uri = client->client_uri;
    out->logo_uri = client->logo_uri;
    out->policy_uri = client->policy_uri;
    out->tos_uri = client->tos_uri;
    if (str_find(client->metadata, '#') == client->metadata.n)
        return OK;
    TRY(json_read_object(client->metadata, &metadata));
    json_object_foreach(json_read_members(metadata), member, value) TRY(take(
        rq, str_from(member), str_of(json_string_value(value), json_string_length(value)), out));
    return OK;
}
