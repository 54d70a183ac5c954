#include "authz/openapi/openapi.h"

#include "authz/openapi/openapi_answers.h"
#include "authz/openapi/openapi_files.h"
#include "authz/openapi/openapi_request.h"
#include "common/base/json_put.h"

/* "/projects/:slug" gives "/projects/{slug}". */
static err path_template(struct arena *arena, const char *path, const char **out) {
    struct buf buf = buf_in(arena, 256);
    str rest = str_from(path), part, text;
    str_next(&rest, '/', &part);
    while (str_next(&rest, '/', &part)) {
        bool parameter = str_starts(part, S(":"));
        buf_add(&buf, parameter ? S("/{") : S("/"));
        buf_add(&buf, parameter ? str_from_pos(part, 1) : part);
        buf_add(&buf, parameter ? S("}") : S(""));
    }
    TRY(buf_str(&buf, &text));
    return str_to_c(arena, text, out);
}

/* "get_projects_slug" */
static err operation_id(struct arena *arena, const struct operation *operation, str *out) {
    struct buf buf = buf_in(arena, 256);
    buf_add(&buf, openapi_method(operation->method));
    for (const char *c = operation->path; *c; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');
        if (plain || (*c != ':' && *c != '.'))
            buf_add_c(&buf, plain ? *c : '_');
    }
    return buf_str(&buf, out);
}

static err put_operation(struct json_put *j, struct arena *arena,
                         const struct operation *operation) {
    const struct route *route = operation_route(operation);
    str id, method;
    REQUIRE(route, internal, "an operation without a route");
    TRY(operation_id(arena, operation, &id));
    method = openapi_method(operation->method);
    json_put_open_at(j, method.p, '{');
    json_put_str(j, "operationId", id);
    json_put_str(j, "summary", str_from(operation->summary));
    openapi_put_tag(j, operation->tag);
    openapi_put_security(j, operation, route);
    openapi_put_parameters(j, operation);
    openapi_put_body(j, operation, route);
    TRY(openapi_put_answers(j, arena, operation, route));
    json_put_close(j, '}');
    return OK;
}

/* The operations of one path, which stand together in the table. */
static err put_path(struct json_put *j, struct arena *arena, size_t *i) {
    const char *path = operations[*i].path, *text;
    TRY(path_template(arena, path, &text));
    json_put_open_at(j, text, '{');
    for (; *i < operation_count && strcmp(operations[*i].path, path) == 0; ++*i)
        TRY(put_operation(j, arena, &operations[*i]));
    json_put_close(j, '}');
    return OK;
}

static void put_info(struct json_put *j) {
    json_put_open_at(j, "info", '{');
    json_put_str(j, "title", S("HitKey"));
    json_put_str(j, "version", S(HITKEY_VERSION));
    json_put_str(j, "description",
                 S("OAuth 2.0, OpenID Connect and the account API of HitKey. A trailing slash is "
                   "optional on every path; times are ISO 8601 UTC with milliseconds."));
    json_put_raw(j, "license", S("{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}"));
    json_put_close(j, '}');
}

static void put_servers_and_tags(struct json_put *j, str issuer) {
    json_put_open_at(j, "servers", '[');
    json_put_open(j, '{');
    json_put_str(j, "url", issuer);
    json_put_close(j, '}');
    json_put_close(j, ']');
    json_put_open_at(j, "tags", '[');
    for (size_t i = 0; i < tag_count; i++) {
        json_put_open(j, '{');
        json_put_str(j, "name", str_from(tags[i].name));
        json_put_str(j, "description", str_from(tags[i].about));
        json_put_close(j, '}');
    }
    json_put_close(j, ']');
}

err openapi_write(const struct authz *authz, struct arena *arena, str *out) {
    struct json_put j = json_put_begin(arena, OPENAPI_MAX);
    json_put_open(&j, '{');
    json_put_str(&j, "openapi", S("3.1.0"));
    put_info(&j);
    put_servers_and_tags(&j, authz->issuer);
    json_put_open_at(&j, "paths", '{');
    for (size_t i = 0; i < operation_count;)
        TRY(put_path(&j, arena, &i));
    json_put_close(&j, '}');
    json_put_open_at(&j, "components", '{');
    TRY(openapi_put_security_schemes(&j, arena, authz->issuer));
    TRY(openapi_put_schemas(&j, arena));
    json_put_close(&j, '}');
    json_put_close(&j, '}');
    return json_put_done(&j, out);
}
