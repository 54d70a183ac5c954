#include "authz/client_registration.h"

#include "authz/client_metadata.h"
#include "authz/sector_identifier.h"
#include "authz/software_statement.h"
#include "common/base/random.h"

enum { CLIENT_ID_BYTES = 16 };

err client_registration_new(struct request *rq, struct client *out) {
    out->created_ms = rq->now_ms;
    TRY(random_uuid(rq->arena, &out->id));
    return random_hex(rq->arena, S(""), CLIENT_ID_BYTES, &out->client_id);
}

/* Members of another metadata must not stay. */
static struct client without_metadata(const struct client *client) {
    return (struct client){.client_id = client->client_id,
                           .id = client->id,
                           .owner_id = client->owner_id,
                           .project_id = client->project_id,
                           .hitkey = client->hitkey,
                           .created_ms = client->created_ms,
                           .registration_hash = client->registration_hash};
}

err client_registration_take(struct request *rq, const json_t *metadata, struct client *client) {
    AUTO(json_ref) checked = NULL;
    AUTO(json_ref) vouched = json_object(); /* json_copy would not tell that it lost members */
    struct client taken = without_metadata(client);
    REQUIRE(vouched && json_object_update(vouched, json_read_members(metadata)) == 0, no_memory,
            "no memory for metadata");
    TRY(software_statement_apply(rq, vouched));
    TRY(client_metadata_check(rq->arena, vouched, client->hitkey || authz_of(rq)->development,
                              &taken.metadata));
    TRY(json_read_object(taken.metadata, &checked));
    TRY(client_from_metadata(rq->arena, checked, &taken));
    TRY(sector_identifier_check(rq, &taken));
    taken.updated_ms = rq->now_ms;
    *client = taken;
    return OK;
}
